/* check_status.c - every status has a text of its own, and the version is configure's. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasm.h"
#include "suite.h"

/* Name and value of each status, as the header promises them. */
static const struct {
  int status, value;
  const char *name;
} statuses[] = {
#define S(name, value) { DASM_S_##name, value, #name }
  S(OK, 0), S(NOMEM, 0x01000000), S(PHASE, 0x02000000), S(MATCH_SEC, 0x03000000),
  S(TEMPLATE, 0x04000000), S(ARG, 0x05000000), S(SIZE, 0x06000000), S(EXTERN, 0x07000000),
  S(SYSTEM, 0x08000000), S(HEAP, 0x09000000), S(LIMIT, 0x0a000000), S(SOURCE, 0x0b000000), S(RANGE_I, 0x11000000),
  S(RANGE_SEC, 0x12000000), S(RANGE_LG, 0x13000000), S(RANGE_PC, 0x14000000),
  S(RANGE_VREG, 0x15000000), S(RANGE_REL, 0x16000000), S(UNDEF_L, 0x21000000),
  S(UNDEF_PC, 0x22000000), S(REDEF, 0x23000000), S(SEALED, 0x0c000000),
#undef S
};
enum { NSTATUSES = sizeof statuses / sizeof statuses[0] };

START_TEST(status_has_its_name)
{
  const char *text = dasm_strerror(statuses[_i].status);
  size_t n = strlen(statuses[_i].name);
  ck_assert_int_eq(statuses[_i].status, statuses[_i].value);
  ck_assert_msg(!strncmp(text, statuses[_i].name, n) && text[n] == ':', "%s", text);
}
END_TEST

START_TEST(position_does_not_matter)
{
  ck_assert_ptr_eq(dasm_strerror(statuses[_i].status | 0x00ffffff),
                   dasm_strerror(statuses[_i].status));
  ck_assert_int_eq(DASM_S_CLASS(statuses[_i].status | 0x123456), statuses[_i].status);
  ck_assert_int_eq(DASM_S_POSITION(statuses[_i].status | 0x123456), 0x123456);
}
END_TEST

START_TEST(unknown_statuses_have_a_text)
{
  ck_assert_str_eq(dasm_strerror(0x7f000000), "unknown status");
  ck_assert_str_eq(dasm_strerror(-1), "unknown status");
}
END_TEST

START_TEST(version_agrees)
{
  int major, minor, patch;
  ck_assert_int_eq(sscanf(PACKAGE_VERSION, "%d.%d.%d", &major, &minor, &patch), 3);
  ck_assert_int_eq(dasm_version(), major * 10000 + minor * 100 + patch);
}
END_TEST

int main(void)
{
  Suite *suite = suite_create("status");
  TCase *tc = tcase_create("status");
  tcase_add_loop_test(tc, status_has_its_name, 0, NSTATUSES);
  tcase_add_loop_test(tc, position_does_not_matter, 0, NSTATUSES);
  tcase_add_test(tc, unknown_statuses_have_a_text);
  tcase_add_test(tc, version_agrees);
  suite_add_tcase(suite, tc);

  return suite_run(suite);
}
