/* x86_list.c - what x86 and x64 have, row by row, for dasmc -A and --list. The columns are described
 * in front.h.
 */
#include <stdio.h>
#include <string.h>

#include "x86.h"

/* ---- forms ----------------------------------------------------------------------- */

#define REGISTERS \
  (X86_K(R8) | X86_K(R16) | X86_K(R32) | X86_K(R64) | X86_K(CR) | X86_K(DR) | X86_K(MM) | \
   X86_K(XMM) | X86_K(YMM) | X86_K(ZMM) | X86_K(MASK) | X86_K(TMM) | X86_K(BND) | X86_K(ST))
#define ADDRESSES \
  (X86_MEM_SIZES | X86_K(M) | X86_K(MFAR16) | X86_K(MFAR32) | X86_K(MFAR64) | X86_K(MOFFS) | \
   X86_K(VMX) | X86_K(VMY) | X86_K(VMZ))
#define VALUES (X86_K(IMM8) | X86_K(IMM16) | X86_K(IMM32) | X86_K(IMM64) | X86_K(IMMRT))
#define LABELS (X86_K(REL8) | X86_K(REL32) | X86_K(PTR32))

/* What of an operand can be known at run time. */
static const char *at_run_time(const struct x86_form *f, unsigned i)
{
  uint64_t kinds = f->accept[i];
  bool address = (kinds & ADDRESSES) && f->role[i] < ROLE_T;

  if (kinds & LABELS)
    return "label";
  if (kinds & REGISTERS)
    return address ? "register/address" : "register";
  return address ? "address" : kinds & VALUES ? "value" : "-";
}

/* The features without the words that say in which mode and dialect a row is there. */
static void features_column(const char *list, char out[128])
{
  static const char *const words[] = { "X64", "X86", "DYNASM", "OWN" };

  out[0] = '\0';
  while (*list) {
    size_t n = strcspn(list, ", "), used = strlen(out);
    bool skip = n == 0;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
      skip |= n == strlen(words[i]) && memcmp(list, words[i], n) == 0;
    if (!skip)
      snprintf(out + used, 128 - used, "%s%.*s", used ? "," : "", (int)n, list);
    list += n + (list[n] != '\0');
  }
  if (out[0] == '\0')
    strcpy(out, "BASE");
}

/* A row, under its own mnemonic or as an alias. */
static void list_row(const char *row, const char *alias, bool x64, isa_list_row *each, void *user)
{
  struct x86_row r = x86_row_split(row);
  char features[128], run_time[96] = "";
  struct x86_form f;

  if (x86_pattern_parse(row, &f) || !(x64 ? f.x64 : f.x86))
    return;
  for (unsigned i = 0; i < f.nop; i++) {
    size_t n = strlen(run_time);

    snprintf(run_time + n, sizeof(run_time) - n, "%s%s", i ? ", " : "", at_run_time(&f, i));
  }
  features_column(r.features, features);
  each(user,
       (const char *const[]){ alias ? alias : r.mnemonic, r.operands, r.open, r.opcode, features,
                              run_time, f.dynasm ? "dynasm" : f.own || alias ? "libdasm" : "both" },
       7);
}

static bool has_rows(const char *mnemonic)
{
  for (size_t i = 0; i < x86_row_count(); i++) {
    if (strcmp(x86_row_text(i), mnemonic) == 0)
      return true;
  }
  return false;
}

static void list_forms(bool x64, isa_list_row *each, void *user)
{
  char alias[X86_ALIAS_SIZE], name[X86_ALIAS_SIZE];

  for (size_t i = 0; i < x86_row_count(); i++)
    list_row(x86_row_text(i), NULL, x64, each, user);
  for (size_t k = 0; x86_alias_at(k, alias); k++) {
    if (has_rows(alias) || !x86_alias((struct span){ alias, strlen(alias) }, name))
      continue;
    for (size_t i = 0; i < x86_row_count(); i++) {
      if (strcmp(x86_row_text(i), name) == 0)
        list_row(x86_row_text(i), alias, x64, each, user);
    }
  }
}

/* ---- registers, directives, features --------------------------------------------------- */

struct registers {
  isa_list_row *each;
  void *user;
};

static void list_register(void *user, const char *name, const struct x86_reg *reg)
{
  static const struct {
    const char *kind, *run_time;
  } words[] = {
    [RC_8] = { "r8", "Rb(n)" },       [RC_8HIGH] = { "r8", "-" },        [RC_8REX] = { "r8", "Rb(n)" },
    [RC_16] = { "r16", "Rw(n)" },     [RC_32] = { "r32", "Rd(n)" },      [RC_64] = { "r64", "Rq(n)" },
    [RC_ST] = { "st(i)", "st(n)" },   [RC_MM] = { "mm", "mm(n)" },       [RC_XMM] = { "xmm", "xmm(n)" },
    [RC_YMM] = { "ymm", "ymm(n)" },   [RC_ZMM] = { "zmm", "zmm(n)" },    [RC_MASK] = { "k", "k(n)" },
    [RC_TMM] = { "tmm", "tmm(n)" },   [RC_BND] = { "bnd", "bnd(n)" },    [RC_BSR] = { "bsr0", "-" },
    [RC_SREG] = { "sreg", "-" },      [RC_CR] = { "cr", "cr(n)" },       [RC_DR] = { "dr", "dr(n)" },
    [RC_RIP] = { "rip", "-" },
  };
  const struct registers *list = user;
  char number[8];

  snprintf(number, sizeof(number), "%u", reg->num);
  list->each(list->user, (const char *const[]){ name, words[reg->class].kind, number, words[reg->class].run_time }, 4);
}

static void list_directives(isa_list_row *each, void *user)
{
  const struct x86 dynasm = { .dynasm = true };
  const char *name;

  for (size_t i = 0; (name = x86_data_name(i)) != NULL; i++) {
    bool both = x86_data_known(&dynasm, (struct span){ name, strlen(name) });

    each(user, (const char *const[]){ name, "value [, value ...]", both ? "both" : "libdasm" }, 3);
  }
  each(user, (const char *const[]){ ".feature", "feature [, feature ...]", "both" }, 3);
}

/* One feature: how many forms of the mode need it. */
struct features {
  bool x64;
  isa_list_row *each;
  void *user;
};

static void list_feature(void *user, const char *name, const char *brings)
{
  const struct features *list = user;
  char number[16], others[256] = "";
  unsigned n = 0, elsewhere = 0;

  for (size_t i = 0; i < x86_row_count(); i++) {
    struct x86_row r = x86_row_split(x86_row_text(i));
    bool here = !x86_features_need(r.features, list->x64 ? "X86" : "X64");

    if (x86_features_need(r.features, name))
      *(here ? &n : &elsewhere) += 1;
  }
  for (size_t i = 0; brings[i] && i + 1 < sizeof(others); i++) {
    others[i] = brings[i] == ' ' ? ',' : brings[i];
    others[i + 1] = '\0';
  }
  if (n == 0 && elsewhere > 0)
    return;
  snprintf(number, sizeof(number), "%u", n);
  list->each(list->user, (const char *const[]){ name, others, number }, 3);
}

void x86_list(bool x64, enum isa_list what, isa_list_row *each, void *user)
{
  switch (what) {
  case LIST_ISAS:
    break;
  case LIST_FORMS:
    list_forms(x64, each, user);
    break;
  case LIST_REGISTERS:
    x86_reg_each(x64, list_register, &(struct registers){ each, user });
    break;
  case LIST_DIRECTIVES:
    list_directives(each, user);
    break;
  case LIST_FEATURES:
    x86_features_each(list_feature, &(struct features){ x64, each, user });
    break;
  }
}
