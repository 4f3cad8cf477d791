/* Static functions, checks, and what some hosts set for strict alignment. */
#define DASM_FDEF static
#define DASM_CHECKS 1
#define DASM_ALIGNED_WRITES 1
#define DASM_EXTERN(ctx, addr, idx, type) resolve(addr, idx, type)
#define HOST dasm_State *state, **Dst = &state
#define SHAPE_BEFORE static int resolve(unsigned char *, int, int);
