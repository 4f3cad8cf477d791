/* A struct pointer with the state as a member, and a relocation collector that gets it. */
struct build {
  int pad;
  struct dasm_State *D;
  int calls;
  unsigned char *last;
};
#define Dst_DECL struct build *ctx
#define Dst_REF (ctx->D)
#define Dst ctx
#define DASM_CHECKS
#define SHAPE_BEFORE \
  static int resolve(unsigned char *, int, int); \
  static int collect(struct build *ctx, unsigned char *address, int index, int type) \
  { \
    ctx->calls++; \
    ctx->last = address; \
    return resolve(address, index, type); \
  }
#define DASM_EXTERN(ctx, addr, idx, type) collect(ctx, addr, idx, type)
#define HOST struct build host = { 0, 0, 0, 0 }, *ctx = &host
#define SHAPE_CHECK (ctx->calls == 1 && ctx->last[-1] == 0xe8)
