/* A program of several files: each declares the functions, one defines them. */
#include <stddef.h>

struct dasm_State;
struct part {
  char pad[24];
  struct dasm_State *D;
};
#ifdef PART_EXTERN
#define DASM_FDEF extern
#endif
#define Dst_DECL struct part *part
#define Dst_REF (part->D)
#define Dst part
#include "dasm_proto.h"

void part_emit(struct part *part, int n);
