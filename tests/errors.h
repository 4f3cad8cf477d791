/* errors.h - what suites of errors have in common: a list with a site for each thing that can go
 * wrong, and what a state says.
 */
#ifndef TESTS_ERRORS_H
#define TESTS_ERRORS_H

#include <check.h>
#include <stdbool.h>
#include <stdio.h>

#include "dasm.h"
#include "dynasm/dasm_dropin.h"
#include "lib/compiler.h"
#include "list.h"

static struct list L;
static dasm_State *D;
static size_t size;
static char msg[300];
static void *globals[4];
static int s_imm, s_back, s_next, s_global, s_pc, s_def_pc, s_section, s_extern, s_rel8, s_hot, s_cold;

#define OP(...) ((struct list_op){__VA_ARGS__})

static inline int simple(struct list_op op, const char *lit, unsigned n, unsigned nargs, uint32_t line,
                  const char *text)
{
  int site = site_begin(&L, nargs);
  list_line_at(&L, site_op(&L, op, lit, n), line, text);
  site_end(&L);
  return site;
}

static inline void build(void)
{
  memset(&L, 0, sizeof L);
  memset(globals, 0, sizeof globals);
  L.isa = ISA_X64;
  L.room = 40; /* damaged lists are tried byte by byte */
  L.nglobals = 2;
  L.nexterns = 1;
  L.nfiles = 1;
  L.names[0] = list_string(&L, "entry");
  L.names[1] = list_string(&L, "exit");
  L.names[2] = list_string(&L, "malloc");
  L.names[3] = list_string(&L, "fib.dasc");
  s_imm = simple(OP(.code = OP_VALUE8), "\xb0", 1, 1, 42, "mov al, n");
  s_back = simple(OP(.code = OP_BRANCH_BACK, .b = FIX_JMP, .x = 1), "\xeb\0", 2, 0, 50, "jmp <1");
  s_next = simple(OP(.code = OP_BRANCH_NEXT, .b = FIX_JMP, .x = 2), "\xeb\0", 2, 0, 51, "jmp >2");
  s_global = simple(OP(.code = OP_BRANCH_GLOBAL, .b = FIX_JMP, .x = 1), "\xeb\0", 2, 0, 52, "jmp ->exit");
  s_pc = simple(OP(.code = OP_BRANCH_PC, .b = FIX_JMP), "\xeb\0", 2, 1, 53, "jmp =>i");
  s_def_pc = simple(OP(.code = OP_LABEL_PC), "", 0, 1, 54, "=>i:");
  s_section = simple(OP(.code = OP_SECTION, .x = 3), "", 0, 0, 55, ".cold");
  s_extern = simple(OP(.code = OP_REF_EXTERN, .b = FIX_REL32, .x = 0), "\xe8\0\0\0\0", 5, 0, 56,
                    "call extern malloc");
  s_hot = simple(OP(.code = OP_SECTION, .x = 0), "", 0, 0, 58, ".code");
  s_cold = simple(OP(.code = OP_SECTION, .x = 1), "", 0, 0, 59, ".cold");
  s_rel8 = simple(OP(.code = OP_REF_PC, .b = FIX_REL8), "\xe2\0", 2, 1, 57, "loop =>i");
  site_begin(&L, 2);
  site_run(&L, "\x90\x90\x90", 3);
  site_op(&L, OP(.code = OP_X86_DISP_SCALE, .b = 0x65), "\x8b\x85", 2);
  site_op(&L, OP(.code = OP_X86_IMM8_32, .b = 2), "\x81\xc0", 2);
  site_op(&L, OP(.code = OP_REF_ADDR, .arg = 1, .b = TRAIL(FIX_REL32, 4) | TRAIL_IMM), "\x81\x05\0\0\0\0", 6);
  site_op(&L, OP(.code = OP_SET_PC, .x = 0, .arg = 1), "", 0);
  site_end(&L);
  list_finish(&L);
}

static inline void start(void)
{
  build();
  ck_assert_int_eq(dasm_init(&D, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_setupglobal(&D, globals, 2), DASM_S_OK);
  ck_assert_int_eq(dasm_setup(&D, L.bytes), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, 4), DASM_S_OK);
}

static inline void finish(void)
{
  dasm_free(&D);
  list_free(&L);
}

static inline void says(int status, const char *text)
{
  ck_assert_int_eq(dasm_getstatus(&D), status);
  ck_assert_uint_eq(dasm_errmsg(&D, msg, sizeof msg), strlen(text));
  ck_assert_str_eq(msg, text);
}

#endif
