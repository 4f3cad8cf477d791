/* check.h - as much of Check as the suites of the encoder need, for machines that have a C compiler and an emulator but not
 * Check itself: see tests/big_endian.sh. A suite runs in one process, and the first failure ends it.
 */
#ifndef EMULATED_CHECK_H
#define EMULATED_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  void (*test[128])(int _i);
  int from[128], to[128];
  unsigned n;
} TCase;
typedef struct {
  const char *name;
  TCase *tcase[16];
  unsigned n;
} Suite;
typedef Suite SRunner;
enum { CK_NORMAL, CK_ENV };

#define START_TEST(name) static void name(int _i) { (void)_i;
#define END_TEST }

#define ck_abort_msg(...)                                         \
  do {                                                            \
    printf("%s:%d: ", __FILE__, __LINE__);                        \
    printf(__VA_ARGS__);                                          \
    putchar('\n');                                                \
    exit(EXIT_FAILURE);                                           \
  } while (0)
#define ck_assert_msg(ok, ...) do { if (!(ok)) ck_abort_msg(__VA_ARGS__); } while (0)
#define ck_assert(ok) ck_assert_msg(ok, "%s", #ok)
#define ck_compare(type, a, op, b)                                                              \
  do {                                                                                          \
    type ck_a = (type)(a), ck_b = (type)(b);                                                    \
    ck_assert_msg(ck_a op ck_b, "%s %s %s: %lld, %lld", #a, #op, #b, (long long)ck_a, (long long)ck_b); \
  } while (0)
#define ck_assert_int_eq(a, b) ck_compare(intmax_t, a, ==, b)
#define ck_assert_int_ne(a, b) ck_compare(intmax_t, a, !=, b)
#define ck_assert_int_gt(a, b) ck_compare(intmax_t, a, >, b)
#define ck_assert_int_lt(a, b) ck_compare(intmax_t, a, <, b)
#define ck_assert_uint_eq(a, b) ck_compare(uintmax_t, a, ==, b)
#define ck_assert_uint_ne(a, b) ck_compare(uintmax_t, a, !=, b)
#define ck_assert_uint_ge(a, b) ck_compare(uintmax_t, a, >=, b)
#define ck_assert_uint_gt(a, b) ck_compare(uintmax_t, a, >, b)
#define ck_assert_uint_le(a, b) ck_compare(uintmax_t, a, <=, b)
#define ck_assert_uint_lt(a, b) ck_compare(uintmax_t, a, <, b)
#define ck_assert_ptr_eq(a, b) ck_assert((const void *)(a) == (const void *)(b))
#define ck_assert_ptr_null(a) ck_assert((a) == NULL)
#define ck_assert_ptr_nonnull(a) ck_assert((a) != NULL)
#define ck_assert_mem_eq(a, b, n) ck_assert(memcmp(a, b, n) == 0)
#define ck_assert_str_eq(a, b) ck_assert_msg(strcmp(a, b) == 0, "\"%s\", not \"%s\"", a, b)

static inline Suite *suite_create(const char *name)
{
  Suite *s = calloc(1, sizeof *s);

  ck_assert(s);
  s->name = name;
  return s;
}

static inline TCase *tcase_create(const char *name)
{
  TCase *t = calloc(1, sizeof *t);

  (void)name;
  ck_assert(t);
  return t;
}

static inline void tcase_add_loop_test(TCase *t, void (*test)(int), int from, int to)
{
  ck_assert(t->n < 128);
  t->test[t->n] = test;
  t->from[t->n] = from;
  t->to[t->n++] = to;
}

#define tcase_add_test(t, test) tcase_add_loop_test(t, test, 0, 1)
#define tcase_set_timeout(t, seconds) ((void)(t), (void)(seconds))

static inline void suite_add_tcase(Suite *s, TCase *t)
{
  ck_assert(s->n < 16);
  s->tcase[s->n++] = t;
}

static inline SRunner *srunner_create(Suite *s)
{
  return s;
}

static inline void srunner_run_all(SRunner *s, int how)
{
  unsigned c, t, runs = 0;
  int i;

  (void)how;
  for (c = 0; c < s->n; c++)
    for (t = 0; t < s->tcase[c]->n; t++)
      for (i = s->tcase[c]->from[t]; i < s->tcase[c]->to[t]; i++, runs++)
        s->tcase[c]->test[t](i);
  printf("%s: %u passed\n", s->name, runs);
}

#define srunner_ntests_failed(s) ((void)(s), 0)

static inline void srunner_free(SRunner *s)
{
  unsigned i;

  for (i = 0; i < s->n; i++)
    free(s->tcase[i]);
  free(s);
}

#endif
