/* compiled.h - runs the functions that compiled.awk makes of conformance data. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "dynasm/dasm_proto.h"
#include HEADER
#include "dasm.h"

#if ADDRESS_SIZE == 4
typedef double real __attribute__((aligned(4)));
typedef int32_t address;
#else
typedef double real;
typedef void *address;
#endif
typedef unsigned char uchar;

/* Values that a row does not give. */
static int n, m, a, b, c, d;
static int64_t q;

#ifndef HAS_STRUCTURES /* of the rows themselves */
struct bar { int x; short y; char z; real w; };
struct foo {
  int a, b;
  real c;
  uchar d[6];
  short e;
  address p;
  struct bar g[4];
  char pad[100];
  int far1, far2;
};
#endif

/* What a row says beyond its text. */
struct row {
  uint64_t base, foo;
  void *globals[256];
};

struct expected {
  void (*put)(dasm_State **Dst, struct row *row);
  const char *place, *result;
  int negative; /* among the values, as ints */
};

static int resolve(void *user, const dasm_ExternRef *ref, int64_t *value)
{
  const struct row *row = user;

  if (row->foo) {
    *value = (int64_t)row->foo;
    return DASM_S_OK;
  }
  /* As tests/conform: externs are 0x1000 bytes apart, in the order in which they are used first. */
  *value = (int64_t)(row->base + 0x1000 * (uint64_t)(ref->index + 1) - (ref->run + (unsigned)ref->width));
  return DASM_EXTERN_RAW;
}

static const char *result_of(const void *list, unsigned maxglobal, const struct expected *e)
{
  static char text[65536];
  static unsigned char code[32768];
  struct row row = { 0x10000000, 0, { 0 } };
  dasm_State *state, **Dst = &state;
  size_t size = 0, i;
  int status;

  dasm_init(Dst, 3);
  dasm_setupglobal(Dst, row.globals, maxglobal);
  dasm_growpc(Dst, 16);
  dasm_setup(Dst, list);
  dasm_setextern(Dst, resolve, &row);
  e->put(Dst, &row);
  status = dasm_link(Dst, &size);
  if (status == DASM_S_OK)
    status = dasm_encode_at(Dst, code, sizeof code, row.base);
  dasm_free(Dst);
  if (status != DASM_S_OK) {
    /* The headers of DynASM's programs give these two the numbers that they have there for the ISA. */
    const char *name = DASM_S_CLASS(status) == DASM_S_RANGE_REL    ? "RANGE_REL"
                       : DASM_S_CLASS(status) == DASM_S_RANGE_VREG ? "RANGE_VREG"
                                                                   : dasm_strerror(status);
    snprintf(text, sizeof text, "status=%.*s", (int)strcspn(name, ":"), name);
    return text;
  }
  text[0] = 0;
  for (i = 0; i < size; i++)
    snprintf(text + 2 * i, 3, "%02x", code[i]);
  return text;
}

/* x86 has no class of its own for globals. Negative numbers that fit are taken, where DynASM takes
 * only the bit pattern (tests/conform.c holds the bytes against those of the pattern). */
static int same(const char *result, const struct expected *e)
{
  if (strcmp(e->result, "status=RANGE_I") == 0 && e->negative && strncmp(result, "status", 6) != 0)
    return 1;
  return strcmp(result, e->result) == 0 ||
         (strcmp(result, "status=UNDEF_L") == 0 && strcmp(e->result, "status=UNDEF_LG") == 0);
}

static int compare(const void *list, unsigned maxglobal, const struct expected *e, size_t n)
{
  size_t i, wrong = 0;

  for (i = 0; i < n; i++) {
    const char *result = result_of(list, maxglobal, &e[i]);
    if (!same(result, &e[i])) {
      wrong++;
      printf("%s: gives %s, not %s\n", e[i].place, result, e[i].result);
    }
  }
  printf("%zu rows, %zu wrong\n", n, wrong);
  return n == 0 || wrong != 0;
}
