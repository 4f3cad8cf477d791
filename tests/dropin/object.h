/* C++: the state is in an object, given by reference; the library's own header comes along. */
class Assembler {
public:
  Assembler() : state(0), resolved(0) {}
  struct dasm_State *state;
  int resolved;
};
#define Dst_DECL Assembler &self
#define Dst_REF (self.state)
#define Dst self
#define DASM_CHECKS
#define SHAPE_BEFORE static int resolve(unsigned char *, int, int);
#define DASM_EXTERN(ctx, addr, idx, type) ((ctx).resolved++, resolve(addr, idx, type))
#define HOST Assembler self
#define SHAPE_CHECK (self.resolved == 1)
#define SHAPE_DASM_H
