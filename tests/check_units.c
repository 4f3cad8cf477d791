/* check_units.c - units of code in the three orders: the C file of a list that is "as compiled" has, expanded for either order,
 * the bytes of the list that is made for that order.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasm.h"
#include "dasmc/assembler.h"
#include "dasmc/emit_c.h"
#include "dasmc/front_private.h"
#include "dasmc/isa/isa.h"
#include "lib/field.h"
#include "lib/record.h"
#include "suite.h"

static const struct front_options options = {.dialect = 10500, .lines = true};
static enum list_order order;

static void ignore_put(struct front *F, const struct build_put *put)
{
  (void)F;
  (void)put;
}

static unsigned seed;

static unsigned any(unsigned n)
{
  seed = seed * 1664525 + 1013904223;
  return (seed >> 16 & 0x7fff) % n;
}

/* A statement of up to 20 units of all sizes, and bytes between. */
static void build_some(struct front *F, uint32_t line)
{
  static const unsigned sizes[] = {1, 2, 4, 4, 4, 4, 6, 8};
  unsigned n = any(20), i;
  char text[16];

  snprintf(text, sizeof text, "s %u", line);
  build_line(F, 0, line, (struct span){text, strlen(text)});
  for (i = 0; i < n; i++) {
    unsigned size = sizes[any(8)];
    uint64_t v = size == 8 ? (uint64_t)0x0123456789abcdef + any(1000) : any(0x7fff) * (uint64_t)0x10203;

    build_unit(F, size == 8 ? v : v % ((uint64_t)1 << 8 * size), size);
    if (any(9) == 0)
      build_byte(F, 0xcc);
  }
  build_remember(F);
}

static void make(struct front *F)
{
  static const uint8_t field[LIST_FIELD] = {[FIELD_UNIT] = 4, [FIELD_FLAGS] = FIELD_UNSIGNED, [FIELD_BITS] = 5, [FIELD_TO] = 16};
  static const uint8_t *const fields[] = {field, field};
  uint32_t line;

  seed = 1;
  for (line = 1; line < 60; line++) {
    build_some(F, line);
    if (line % 4 == 0) { /* the statement once more */
      char text[16];

      snprintf(text, sizeof text, "s %u", line);
      ck_assert(build_repeat(F, 0, line, (struct span){text, strlen(text)}));
    }
    if (line % 7 == 0) {
      build_line(F, 0, line, SPAN("fields"));
      build_unit(F, 0x7c000214, 4);
      build_fields(F, build_arg(F, SPAN("a")), fields, 1);
      build_remember(F);
    }
    if (line % 11 == 0)
      build_flush(F);
  }
  for (line = 0; line < 300; line++) /* more than one record holds */
    build_unit(F, 0x60000000 + line, 4);
}

struct made {
  struct emit_c E;
  struct front *F;
  const uint8_t *list;
  size_t size;
};

static void run(struct front *F, void *arg)
{
  struct made *m = arg;
  struct build_names names = {0};

  F->build = build_open(F, ISA_PPC, order);
  make(F);
  m->list = build_finish(F, &names, &m->size);
}

static void make_list(struct made *m, enum list_order o)
{
  memset(m, 0, sizeof *m);
  order = o;
  m->E.no_lines = true;
  m->E.comment = COMMENT_NONE;
  m->F = front_new(&options, &emit_c_driver, &m->E);
  ck_assert_int_eq(front_protect(m->F, run, m), FRONT_OK);
  ck_assert_ptr_nonnull(m->list);
}

/* Copy the numbers of an array, expanded by the header's macros if they are for this order, else here. */
static size_t expand(char *p, enum list_order o, uint8_t *out)
{
  size_t n = 0;

  while (*p != '}') {
    unsigned long long v;
    unsigned size = 1, i;

    if (strncmp(p, "DASM_ORDER", 10) == 0) {
      v = o;
      p += 10;
    } else if (strncmp(p, "DASM_UNIT", 9) == 0) {
      size = (unsigned)(p[9] - '0');
      v = strtoull(p + 11, &p, 16);
      ck_assert_int_eq(*p++, ')');
    } else {
      v = strtoull(p, &p, 10);
    }
    for (i = 0; i < size; i++)
      out[n++] = (uint8_t)(v >> 8 * (o == ORDER_LITTLE ? i : size - 1 - i));
    while (*p == ',' || *p == '\n')
      p++;
  }
  return n;
}

/* All bytes that the records of a list append, which may be cut elsewhere. */
static size_t literals(const uint8_t *list, uint8_t *out)
{
  uint32_t at = LIST_HEADER, end = list_u32(list + LIST_AT_END);
  size_t n = 0;
  struct site s;
  struct record r;

  while (site_read(list, at, end, &s)) {
    const uint8_t *q = list + s.start;

    at = s.start;
    do {
      ck_assert(record_read(list, at, end, &r));
      q -= r.len;
      memcpy(out + n, q, r.len);
      n += r.len;
      at = r.next;
    } while (!record_ends(&r));
  }
  ck_assert_uint_eq(at, end);
  return n;
}

static void write_list(struct front *F, void *arg)
{
  struct made *m = arg;
  FILE *f = tmpfile();
  static char text[1 << 20];
  static uint8_t bytes[1 << 16], code[1 << 16], expected[1 << 16];
  struct made other;
  size_t n;
  int o;

  ck_assert_ptr_nonnull(f);
  emit_c_driver.mark(F, MARK_ACTIONLIST, SPAN("list"));
  ck_assert_int_eq(emit_c_write(F, m->list, m->size, f), FRONT_OK);
  rewind(f);
  n = fread(text, 1, sizeof text - 1, f);
  fclose(f);
  text[n] = '\0';
  ck_assert_ptr_nonnull(strstr(text, "DASM_UNIT4(0x60000001)"));
  for (o = ORDER_LITTLE; o <= ORDER_BIG; o++) {
    make_list(&other, (enum list_order)o);
    n = expand(strstr(text, "= {\n") + 4, (enum list_order)o, bytes);
    ck_assert_uint_eq(n, list_u32(bytes + LIST_AT_SIZE));
    ck_assert_uint_eq(bytes[LIST_AT_ORDER], (unsigned)o);
    n = literals(bytes, code);
    ck_assert_uint_eq(n, literals(other.list, expected));
    ck_assert_mem_eq(code, expected, n);
    front_free(other.F);
  }
}

START_TEST(as_compiled_is_either_order)
{
  struct made m;

  make_list(&m, ORDER_COMPILED);
  write_list(m.F, &m);
  front_free(m.F);
}
END_TEST

/* The same units through the engine, in both orders. */
START_TEST(lists_of_both_orders_are_valid)
{
  struct made m;
  dasm_Template *t;

  make_list(&m, _i ? ORDER_BIG : ORDER_LITTLE);
  ck_assert_uint_eq(m.list[LIST_AT_ORDER], (unsigned)_i);
  ck_assert_ptr_null(build_units(m.F));
  ck_assert_int_eq(dasm_template_new(&t, m.list, m.size), DASM_S_OK);
  dasm_template_free(t);
  front_free(m.F);
}
END_TEST

/* What generated C does is right on this machine. */
START_TEST(macros)
{
  static const unsigned char bytes[] = {DASM_UNIT2(0x1234), DASM_UNIT4(0x89abcdef), DASM_UNIT8(0xfedcba9876543210), DASM_UNIT6(0x123456789abc),
                                        DASM_ORDER};
  uint16_t two;
  uint32_t four;
  uint64_t eight;

  memcpy(&two, bytes, 2);
  memcpy(&four, bytes + 2, 4);
  memcpy(&eight, bytes + 6, 8);
  ck_assert_uint_eq(two, 0x1234);
  ck_assert_uint_eq(four, 0x89abcdef);
  ck_assert_uint_eq(eight, 0xfedcba9876543210);
  ck_assert_uint_eq(bytes[14], *(const uint8_t *)&two == 0x34 ? 0xbc : 0x12);
  ck_assert_uint_eq(bytes[19], *(const uint8_t *)&two == 0x34 ? 0x12 : 0xbc);
  ck_assert_uint_eq(bytes[20], *(const uint8_t *)&two == 0x12);
}
END_TEST

/* Data are units, too: the test looks at what .long and so on build in a list of each order. */
struct text {
  const char *text;
  enum list_order order;
  const uint8_t *list;
  size_t size;
};

static void run_text(struct front *F, void *arg)
{
  struct build_names names = {0};
  struct text *t = arg;

  F->build = build_open(F, F->isa->id, t->order);
  ck_assert_int_eq(front_text(F, "text", (struct span){t->text, strlen(t->text)}, true), FRONT_OK);
  t->list = build_finish(F, &names, &t->size);
}

START_TEST(data_are_units)
{
  static const uint8_t little[26] = {0x34, 0x12, 0x78, 0x56, 0x34, 0x12, 0xef, 0xcd, 0xab,
                                     0x89, 0x67, 0x45, 0x23, 0x01, 0, 0, 0xc0, 0x3f},
                       big[26] = {0x12, 0x34, 0x12, 0x34, 0x56, 0x78, 0x01, 0x23, 0x45,
                                  0x67, 0x89, 0xab, 0xcd, 0xef, 0x3f, 0xc0};
  static const struct front_options own = {.dialect = DIALECT_LIBDASM};
  struct text t = {.text = "1:; .half 0x1234; .long 0x12345678; .quad 0x0123456789abcdef; .float 1.5; .quad <1",
                   .order = _i ? ORDER_BIG : ORDER_LITTLE};
  struct driver quiet = {0};
  uint8_t bytes[64];
  struct front *F;

  quiet.put = ignore_put;
  F = front_new(&own, &quiet, NULL);
  ck_assert_int_eq(front_arch(F, SPAN("x64")), FRONT_OK);
  ck_assert_int_eq(front_protect(F, run_text, &t), FRONT_OK);
  ck_assert_uint_eq(literals(t.list, bytes), sizeof little);
  ck_assert_mem_eq(bytes, _i ? big : little, sizeof little);
  front_free(F);
}
END_TEST

static struct build_put last;

static void keep_put(struct front *F, const struct build_put *put)
{
  (void)F;
  last = *put;
}

/* Numbers that come when the program runs are in the order of the list, too. */
START_TEST(data_at_run_time)
{
  static const uint8_t big[] = {0x12, 0x34, 0xff, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xff, 0xff, 0xff, 0xfe};
  static const struct front_options own = {.dialect = DIALECT_LIBDASM};
  struct text t = {.text = ".half a; .byte b; .quad c; .long d", .order = ORDER_BIG};
  struct isa isa = *isa_find(SPAN("riscv32"));
  struct driver driver = {.put = keep_put};
  struct front *F = front_new(&own, &driver, NULL);
  dasm_State *D = NULL;
  uint8_t code[32];
  size_t size = 0;

  isa.order = ORDER_BIG;
  isa.id = ISA_PPC;
  ck_assert_int_eq(front_arch(F, SPAN("riscv32")), FRONT_OK);
  F->isa = F->isa_data->isa = &isa;
  ck_assert_int_eq(front_protect(F, run_text, &t), FRONT_OK);
  ck_assert_int_eq(dasm_init(&D, 1), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, t.list), DASM_S_OK);
  dasm_put(&D, (int)last.start, (int64_t)0x1234, (int64_t)0xff, INT64_C(0x0123456789abcdef), (int64_t)-2);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_eq(size, sizeof big);
  ck_assert_int_eq(dasm_encode(&D, code), DASM_S_OK);
  ck_assert_mem_eq(code, big, sizeof big);
  dasm_free(&D);
  front_free(F);
}
END_TEST

/* Who decides about the order of an ISA that has both? */
START_TEST(order_of_a_list)
{
  struct isa both = {.name = "both", .both_orders = true, .ordered = {"little", "big"}, .order = ORDER_BIG}, one = {.name = "one", .order = ORDER_BIG};

  ck_assert_int_eq(isa_order(&both, both.name, true), ORDER_COMPILED);
  ck_assert_int_eq(isa_order(&both, both.name, false), ORDER_BIG);
  for (unsigned compiled = 0; compiled < 2; compiled++) {
    ck_assert_int_eq(isa_order(&both, both.ordered[0], compiled), ORDER_LITTLE);
    ck_assert_int_eq(isa_order(&both, both.ordered[1], compiled), ORDER_BIG);
  }
  ck_assert_int_eq(isa_order(&one, one.name, true), ORDER_BIG);
  ck_assert(emit_c_driver.compiled);
  ck_assert(!memory_driver.compiled);
  both.name = dasmc_hostisa();
  if (both.name && HOST_ORDER <= ORDER_BIG)
    ck_assert_int_eq(isa_order(&both, NULL, false), HOST_ORDER);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("units");
  TCase *t = tcase_create("units");

  tcase_add_test(t, as_compiled_is_either_order);
  tcase_add_loop_test(t, lists_of_both_orders_are_valid, 0, 2);
  tcase_add_test(t, macros);
  tcase_add_loop_test(t, data_are_units, 0, 2);
  tcase_add_test(t, data_at_run_time);
  tcase_add_test(t, order_of_a_list);
  suite_add_tcase(s, t);
  return suite_run(s);
}
