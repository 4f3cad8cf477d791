/* check_expr.c - integer expressions: the C compiler is the oracle.
 *
 * Each expression is written once; E() gives its text to expr.c and the expression itself to
 * the compiler. Names are int64_t there, as parameters are here.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc/expr.h"
#include "dasmc/translate.h"
#include "suite.h"

struct bar { int x; short y; char z; double w; };
struct foo { int a, b; double c; unsigned char d[6]; short e; void *p; struct bar g[4]; char pad[100]; };
typedef struct foo foo;

static struct layout_member bar_members[] = {
  {&bar_members[1], {"x", 1}, offsetof(struct bar, x), 4, {NULL, 0}},
  {&bar_members[2], {"z", 1}, offsetof(struct bar, z), 1, {NULL, 0}},
  {NULL, {"w", 1}, offsetof(struct bar, w), 8, {NULL, 0}},
};
static struct layout_member foo_members[] = {
  {&foo_members[1], {"a", 1}, 0, 4, {NULL, 0}},
  {&foo_members[2], {"d", 1}, offsetof(struct foo, d), 1, {NULL, 0}},
  {&foo_members[3], {"p", 1}, offsetof(struct foo, p), 8, {NULL, 0}},
  {NULL, {"g", 1}, offsetof(struct foo, g), sizeof(struct bar), {"bar", 3}},
};
static struct layout layouts[] = {
  {{"foo", 3}, sizeof(struct foo), &foo_members[0]},
  {{"bar", 3}, sizeof(struct bar), &bar_members[0]},
};

static const char *const names[] = {"n", "m", "big", "zero", "min"};
static const int64_t values[] = {7, -3, INT64_C(0x123456789abcdef0), 0, INT64_MIN};

static unsigned parameter(void *user, struct span name)
{
  (void)user;
  for (unsigned i = 0; i < 5; i++)
    if (span_is(name, names[i]))
      return i;
  ck_abort_msg("unexpected name %.*s", (int)name.n, name.p);
  return 0;
}

static const struct layout *layout(void *user, struct span name)
{
  (void)user;
  for (unsigned i = 0; i < 2; i++)
    if (span_eq(name, layouts[i].name))
      return &layouts[i];
  return NULL;
}

static bool numbered(void *user, unsigned number, struct span *ctype)
{
  static const char *const types[] = {"struct foo", "foo *", "int", "struct unknown"};

  (void)user;
  if (number >= 4)
    return false;
  *ctype = (struct span){types[number], strlen(types[number])};
  return true;
}

static const struct expr_env env = {NULL, sizeof(void *), parameter, layout, numbered};

static void ignore_put(struct front *F, const struct build_put *put)
{
  (void)F;
  (void)put;
}

static const struct driver no_driver = {.put = ignore_put};
static const struct front_options options = {.dialect = 10500};

/* One compilation inside the arena's protection. */
struct trial {
  const char *text;
  struct expr_code code;
  struct expr_error error;
  bool ok;
};

static void compile(struct front *F, void *arg)
{
  struct trial *t = arg;
  struct span text = {t->text, strlen(t->text)};

  t->ok = expr_compile(F, &env, text, &t->code, &t->error);
}

static struct front *try_text(struct trial *t, const char *text)
{
  struct front *F = front_new(&options, &no_driver, NULL);

  ck_assert_ptr_nonnull(F);
  *t = (struct trial){.text = text};
  ck_assert_int_eq(front_protect(F, compile, t), FRONT_OK);
  return F;
}

/* If the program is linear, that is its value, too. */
static bool check_linear(const struct trial *t, int64_t expected)
{
  struct expr_linear l;

  if (!expr_linear(t->code.op, &l))
    return false;
  ck_assert_msg((uint64_t)values[l.parameter] * l.scale + l.addend == (uint64_t)expected, "%s as a linear program", t->text);
  return true;
}

static void check_value(const char *text, int64_t expected)
{
  struct trial t;
  struct front *F = try_text(&t, text);
  int64_t got = 0;

  ck_assert_msg(t.ok, "%s: %s", text, t.error.text);
  ck_assert_msg(expr_run(t.code.op, values, &got) == EXPR_OK, "%s", text);
  ck_assert_msg(got == expected, "%s: got %lld, expected %lld", text, (long long)got, (long long)expected);
  check_linear(&t, expected);
  front_free(F);
}

#define E(...) check_value(#__VA_ARGS__, (int64_t)(__VA_ARGS__))

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wparentheses"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wbool-operation"
#endif
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wlogical-op-parentheses"
#pragma clang diagnostic ignored "-Wbitwise-op-parentheses"
#pragma clang diagnostic ignored "-Wshift-op-parentheses"
#pragma clang diagnostic ignored "-Wconstant-logical-operand"
#endif

START_TEST(operators_as_in_c)
{
  int64_t n = values[0], m = values[1], big = values[2], zero = values[3], min = values[4];

  E(n); E(-n); E(~n); E(!n); E(!zero); E(+m); E(- -n); E(!!big);
  E(n + m); E(n - m); E(n * m); E(n / m); E(n % m); E(m / n); E(m % n); E(m / 2); E(m % 2);
  E(n << 3); E(m >> 1); E(big >> 60); E(n & m); E(n | 8); E(n ^ m);
  E(n < m); E(n > m); E(n <= 7); E(n >= 8); E(n == 7); E(n != 7); E(m < zero);
  E(n && m); E(n && zero); E(zero && n); E(zero || n); E(zero || zero); E(n || zero);
  E(n ? 1 : 2); E(zero ? 1 : 2); E(n ? zero ? 1 : 2 : 3); E(zero ? 1 : n ? m : 3);
  E(min >> 63); E(min / 2); E(min % 10); E(min < zero);
}
END_TEST

START_TEST(precedence_as_in_c)
{
  int64_t n = values[0], m = values[1], zero = values[3];

  E(n + m * 2); E((n + m) * 2); E(n - m - 1); E(n - (m - 1)); E(100 / n / 2); E(100 / (n / 2));
  E(n << 1 + 1); E(n + 1 << 1); E(n & 3 == 3); E((n & 3) == 3); E(n | m & 1); E(n ^ m & 6 | 1);
  E(n < m == zero); E(n == 7 && m == -3 || zero); E(zero && n || m); E(n || zero && zero);
  E(-n * -m); E(~n + 1); E(!n + 1); E(-n >> 1); E(n % 4 * 2); E(n * 2 % 4);
  E(1 + (n && m)); E(2 * (zero ? n : m) + 1); E((n || m) + (n && zero)); E(n > 3 ? n - 3 : 3 - n);
}
END_TEST

START_TEST(numbers_as_in_c)
{
  E(0); E(10); E(010); E(0x10); E(0xFFFFFFFFFFFFFFFF); E(9223372036854775807); E(1u); E(1UL); E(3ll);
  E(0xfULL); E('a'); E('\n'); E('\\'); E('\''); E(0x7fffffff + 1ll); E(18446744073709551615u);
}
END_TEST

START_TEST(casts_as_in_c)
{
  int64_t n = values[0], m = values[1], big = values[2], min = values[4];

  E((int8_t)big); E((uint8_t)big); E((int16_t)big); E((uint16_t)big); E((int32_t)big); E((uint32_t)big);
  E((int)big); E((unsigned)m + 0ll); E((unsigned char)m); E((signed char)big); E((short)big);
  E((unsigned short)m); E((long long)m); E((unsigned long long)m >> 60); E((uint64_t)m > n); E((int64_t)m > n);
  E((uint64_t)min / 3); E((uint64_t)m % 1000); E((uint64_t)m / n); E(m >= (uint64_t)n);
  E((char)(n + 300)); E(-(int8_t)200); E((uint64_t)m >> 1 >> 1); E((long int)n); E((int unsigned long)n >> 1);
  E((const int)big); E((size_t)m > 1); E((ptrdiff_t)m < 1);
}
END_TEST

START_TEST(constants_are_folded)
{
  struct trial t;
  struct front *F = try_text(&t, "(1 + 2) * 4 - (int8_t)255 << 2");

  ck_assert(t.ok);
  ck_assert_uint_eq(t.code.n, 2); /* the value, and the end */
  front_free(F);
}
END_TEST

/* Linear ones, and some that only look so: the value must be C's in any case. */
START_TEST(linear_programs)
{
  int64_t n = values[0], m = values[1];

  E(n * 8 + 16); E(8 * n - 16); E(5 - n); E((n + 1) * 8); E(n + n); E(n - n); E(2 * (n + 3 * (n - 4)));
  E(n * n); E(n + m); E(n * m + 1); E((n - n) * n + 2); E(n * 0 + 5); E(3 * (4 * (5 * (6 * (n + 1)))));
}
END_TEST

START_TEST(what_is_linear)
{
  static const struct { const char *text; bool linear; int64_t value; } cases[] = {
    {"n", true, 7}, {"n*8", true, 56}, {"8*(n+1)-n", true, 57}, {"m*4+4", true, -8}, {"(n-2)*(3+4)", true, 35},
    {"n*m", false, -21}, {"n+m", false, 4}, {"n*n", false, 49}, {"n<<3", false, 56}, {"n?n:m", false, 7}, {"5", false, 5},
  };

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct trial t;
    struct front *F = try_text(&t, cases[i].text);

    ck_assert_msg(check_linear(&t, cases[i].value) == cases[i].linear, "%s", cases[i].text);
    front_free(F);
  }
}
END_TEST

START_TEST(wraps_around)
{
  check_value("0x7fffffffffffffff + 1", INT64_MIN);
  check_value("min - 1", INT64_MAX);
  check_value("-min", INT64_MIN);
  check_value("min / -1", INT64_MIN);
  check_value("min % -1", 0);
  check_value("big * big", (int64_t)((uint64_t)values[2] * (uint64_t)values[2]));
  check_value("m << 62", INT64_C(0x4000000000000000));
}
END_TEST

START_TEST(sizes_and_members)
{
  check_value("sizeof(int)", 4);
  check_value("sizeof(unsigned long long)", 8);
  check_value("sizeof(void *)", sizeof(void *));
  check_value("sizeof(struct foo)", sizeof(struct foo));
  check_value("sizeof(foo)", sizeof(struct foo));
  check_value("sizeof(double) * n", 56);
  check_value("offsetof(struct foo, p)", offsetof(struct foo, p));
  check_value("Dt0(->a)", 0);
  check_value("Dt0(->p)+1", offsetof(struct foo, p) + 1);
  check_value("Dt0(->d[n])", offsetof(struct foo, d) + 7);
  check_value("Dt0(->g[2].w)", offsetof(struct foo, g[2].w));
  check_value("Dt0(->g[n].z)", (int64_t)(offsetof(struct foo, g) + 7 * sizeof(struct bar) + offsetof(struct bar, z)));
  check_value("Dt0([n-8].p)", (int64_t)offsetof(struct foo, p) - (int64_t)sizeof(struct foo));
  check_value("Dt1([n])", 7 * sizeof(void *));
  check_value("Dt2([m])", -12);
}
END_TEST

/* Text and what the message must contain. */
static const struct { const char *text, *message; } wrong[] = {
  {"", "expected a value"}, {"n +", "expected a value"}, {"(n", "expected )"}, {"n)", "unexpected"},
  {"n m", "unexpected"}, {"n ? 1", "expected :"}, {"1 / 0", "division by zero"}, {"5 % (2 - 2)", "division"},
  {"1 << 64", "shift"}, {"1 >> -1", "shift"}, {"f(n)", "functions"}, {"09", "not a number"},
  {"0x", "without digits"}, {"1.5", "not a number"}, {"123abc", "not a number"},
  {"18446744073709551616", "wider"}, {"sizeof(n)", "unknown type"}, {"sizeof(struct nix)", "unknown type"},
  {"Dt0(->nix)", "no such member"}, {"Dt0(->a.x)", "no members"}, {"Dt0(.a)", "expected ->"},
  {"Dt3(->a)", "not known"}, {"Dt4(->a)", "no such type"}, {"(double)n", "not an integer"},
  {"'", "not closed"}, {"'ab'", "not closed"}, {"'\\q'", "escape"}, {"n = 1", "unexpected"}, {"@", "expected a value"},
  {"offsetof(int, a)", "no members"}, {"Dt0(->d[n)", "expected ]"},
};

START_TEST(wrong_expressions)
{
  struct trial t;
  struct front *F = try_text(&t, wrong[_i].text);
  const char *end = wrong[_i].text + strlen(wrong[_i].text);

  ck_assert_msg(!t.ok, "%s", wrong[_i].text);
  ck_assert_msg(strstr(t.error.text, wrong[_i].message) != NULL, "%s: %s", wrong[_i].text, t.error.text);
  if (strncmp(wrong[_i].text, "Dt", 2) != 0 || t.error.at.n > 0)
    ck_assert(t.error.at.p >= wrong[_i].text && t.error.at.p + t.error.at.n <= end);
  ck_assert_uint_eq(t.code.n, 0);
  front_free(F);
}
END_TEST

START_TEST(errors_at_run_time)
{
  static const struct { const char *text; enum expr_status status; } bad[] = {
    {"n / zero", EXPR_DIVISION}, {"n % zero", EXPR_DIVISION}, {"(uint64_t)n / zero", EXPR_DIVISION},
    {"(uint64_t)n % zero", EXPR_DIVISION}, {"n << big", EXPR_SHIFT}, {"n >> m", EXPR_SHIFT},
  };
  int64_t got;

  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    struct trial t;
    struct front *F = try_text(&t, bad[i].text);

    ck_assert(t.ok);
    ck_assert_int_eq(expr_run(t.code.op, values, &got), bad[i].status);
    ck_assert_str_ne(expr_strerror(bad[i].status), "no error");
    front_free(F);
  }
}
END_TEST

START_TEST(untaken_parts_do_not_fail)
{
  check_value("zero && n / zero", 0);
  check_value("n || n / zero", 1);
  check_value("zero ? n / zero : 5", 5);
}
END_TEST

START_TEST(deep_expressions_are_refused)
{
  char text[1024];
  struct trial t;
  struct front *F;

  memset(text, '(', sizeof(text) - 1);
  text[sizeof(text) - 1] = '\0';
  F = try_text(&t, text);
  ck_assert(!t.ok && strstr(t.error.text, "too deep"));
  front_free(F);
  for (int i = 0; i + 4 < 600; i += 3)
    memcpy(text + i, "n-(", 4);
  F = try_text(&t, text);
  ck_assert(!t.ok && strstr(t.error.text, "too deep"));
  front_free(F);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("expr");
  TCase *tc = tcase_create("expr");

  tcase_add_test(tc, operators_as_in_c);
  tcase_add_test(tc, precedence_as_in_c);
  tcase_add_test(tc, numbers_as_in_c);
  tcase_add_test(tc, casts_as_in_c);
  tcase_add_test(tc, constants_are_folded);
  tcase_add_test(tc, linear_programs);
  tcase_add_test(tc, what_is_linear);
  tcase_add_test(tc, wraps_around);
  tcase_add_test(tc, sizes_and_members);
  tcase_add_loop_test(tc, wrong_expressions, 0, sizeof(wrong) / sizeof(wrong[0]));
  tcase_add_test(tc, errors_at_run_time);
  tcase_add_test(tc, untaken_parts_do_not_fail);
  tcase_add_test(tc, deep_expressions_are_refused);
  suite_add_tcase(suite, tc);
  return suite_run(suite);
}
