/* rt.h - what the suites of the run-time assembler share: an assembler for x64, a state, and bytes of a text. */
#ifndef TESTS_RT_H
#define TESTS_RT_H

#include <check.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"


static dasmc_Assembler *A;
static dasm_State *D;

static inline void setup(void)
{
  dasmc_Options options = {.size = sizeof(options), .isa = "x64"};

  ck_assert_int_eq(dasmc_new(&A, &options), DASM_S_OK);
  ck_assert_int_eq(dasmc_state(A, &D), DASM_S_OK);
}

static inline void teardown(void)
{
  dasm_free(&D);
  dasmc_free(A);
}

static inline void print_messages(void)
{
  char text[4000];

  dasmc_messages(A, text, sizeof(text));
  fprintf(stderr, "%s", text);
}

/* "n=5 m=-3" */
static inline unsigned parse_values(char *text, dasmc_Value *values)
{
  unsigned n = 0;

  for (char *p = strtok(text, " "); p; p = strtok(NULL, " ")) {
    char *equals = strchr(p, '=');

    *equals = '\0';
    values[n++] = (dasmc_Value){p, strtoll(equals + 1, NULL, 0)};
  }
  return n;
}

static inline void check_bytes(const char *text, const char *given, const char *hex)
{
  dasmc_Value values[8];
  unsigned char code[512];
  char copy[256], got[1100] = "";
  size_t size = sizeof(code);
  unsigned n;
  int status;

  snprintf(copy, sizeof(copy), "%s", given);
  n = parse_values(copy, values);
  status = dasmc_assemble(A, text, -1, values, n, 0x1000, code, &size);
  if (status != DASM_S_OK)
    print_messages();
  ck_assert_msg(status == DASM_S_OK, "%s: %s", text, dasm_strerror(status));
  for (size_t i = 0; i < size; i++)
    sprintf(got + 2 * i, "%02x", code[i]);
  ck_assert_msg(strcmp(got, hex) == 0, "%s (%s): got %s, expected %s", text, given, got, hex);
}

#endif
