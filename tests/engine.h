/* engine.h - what suites of states have in common: one made of a list that is written by hand. */
#ifndef TESTS_ENGINE_H
#define TESTS_ENGINE_H

#include <check.h>
#include <stdio.h>

#include "dasm.h"
#include "dynasm/dasm_dropin.h"
#include "lib/internal.h"
#include "list.h"

static struct list L;
static dasm_State *D;
static uint8_t out[4096];
static size_t size;
static void *globals[8];

static inline void fresh(void)
{
  memset(&L, 0, sizeof L);
  memset(globals, 0, sizeof globals);
  L.isa = ISA_X64;
}

static inline void set_up(unsigned pcs)
{
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 8), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, list_finish(&L)), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, pcs), DASM_S_OK);
}

static inline void start(int sections, unsigned pcs)
{
  ck_assert_int_eq(dasm_init(&D, sections), DASM_S_OK);
  set_up(pcs);
}

/* A state as DynASM's without DASM_CHECKS. */
static inline void start_unchecked(unsigned pcs)
{
  ck_assert_int_eq(dasm_dropin_plain(&D, 1), DASM_S_OK);
  set_up(pcs);
}

static inline void finish(void)
{
  dasm_free(&D);
  ck_assert_ptr_null(D);
  list_free(&L);
}

static inline void ends_as(const char *hex)
{
  char text[2 * sizeof out + 1];
  size_t i;
  ck_assert_int_eq(dasm_checkstep(&D, -1), DASM_S_OK);
  ck_assert_int_eq(dasm_link(&D, &size), DASM_S_OK);
  ck_assert_uint_le(size, sizeof out);
  memset(out, 0xee, sizeof out);
  ck_assert_int_eq(dasm_encode_at(&D, out, size, 0x10000000), DASM_S_OK);
  for (i = 0; i < size; i++)
    sprintf(text + 2 * i, "%02x", out[i]);
  text[2 * size] = 0;
  ck_assert_str_eq(text, hex);
  for (i = size; i < size + 64 && i < sizeof out; i++)
    ck_assert_msg(out[i] == 0xee, "wrote behind the end");
}

#define OP(...) ((struct list_op){__VA_ARGS__})

#endif
