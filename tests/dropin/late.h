/* `Dst` is known only behind the headers, which must do without it. */
struct jit {
  struct dasm_State *code;
};
#define Dst_DECL struct jit *J
#define Dst_REF (J->code)
#define SHAPE_DST J
#define HOST struct jit host = { 0 }, *J = &host
