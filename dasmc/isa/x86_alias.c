/* x86_alias.c - other names of mnemonics, in libdasm's own dialect: those of GNU as and MASM, and
 * other words for a condition.
 *
 * An alias has all forms of the instruction that it names. Names that stand for one of several
 * sizes (retw, nopw) are rows of x86_names.def. In text for DynASM none of them exists: there they
 * are free for macros.
 */
#include <string.h>

#include "x86.h"

/* Sorted by name. */
static const char *const aliases[][2] = {
  {"cbtw", "cbw"},
  {"cltd", "cdq"},
  {"cltq", "cdqe"},
  {"cqto", "cqo"},
  {"cwtd", "cwd"},
  {"cwtl", "cwde"},
  {"fcompi", "fcomip"},
  {"fucompi", "fucomip"},
  {"icebp", "int1"},
  {"lret", "retf"},
  {"lretq", "retfq"},
  {"movslq", "movsxd"},
  {"retn", "ret"},
  {"retnq", "retq"},
  {"ud2a", "ud2"},
  {"ud2b", "ud1"},
  {"xcrypt-cbc", "xcryptcbc"},
  {"xcrypt-cfb", "xcryptcfb"},
  {"xcrypt-ctr", "xcryptctr"},
  {"xcrypt-ecb", "xcryptecb"},
  {"xcrypt-ofb", "xcryptofb"},
  {"xstore-rng", "xstore"},
};

enum { NALIASES = sizeof(aliases) / sizeof(aliases[0]) };

/* Words for one condition. The table has each mnemonic with at least one of them. */
static const char *const conditions[][3] = {
  {"b", "c", "nae"},  {"ae", "nb", "nc"}, {"e", "z", NULL},   {"ne", "nz", NULL},
  {"be", "na", NULL}, {"a", "nbe", NULL}, {"p", "pe", NULL},  {"np", "po", NULL},
  {"l", "nge", NULL}, {"ge", "nl", NULL}, {"le", "ng", NULL}, {"g", "nle", NULL},
};

static const char *const conditional[] = {"ccmp", "ctest", "setzu", "cfcmov", "cmov", "set", "j"};

static bool named(const char *text, struct span name)
{
  return span_is(name, text);
}

static bool same_condition(const char *const words[3], struct span word)
{
  for (unsigned i = 0; i < 3 && words[i]; i++)
    if (named(words[i], word))
      return true;
  return false;
}

/* "ccmpnae" to "ccmpb": the first word of each condition. */
static bool other_condition(struct span name, char out[ISA_ALIAS_SIZE])
{
  for (size_t i = 0; i < sizeof(conditional) / sizeof(conditional[0]); i++) {
    size_t n = strlen(conditional[i]);
    struct span word;

    if (name.n <= n || memcmp(name.p, conditional[i], n) != 0)
      continue;
    word = (struct span){name.p + n, name.n - n};
    for (size_t c = 0; c < sizeof(conditions) / sizeof(conditions[0]); c++) {
      if (!same_condition(conditions[c], word) || named(conditions[c][0], word))
        continue;
      memcpy(out, name.p, n);
      strcpy(out + n, conditions[c][0]);
      return true;
    }
  }
  return false;
}

bool x86_alias(struct span name, char out[ISA_ALIAS_SIZE])
{
  for (size_t i = 0; i < NALIASES; i++) {
    if (named(aliases[i][0], name)) {
      strcpy(out, aliases[i][1]);
      return true;
    }
  }
  return other_condition(name, out);
}

bool x86_alias_at(size_t index, char out[ISA_ALIAS_SIZE])
{
  enum { CONDITIONS = sizeof(conditions) / sizeof(conditions[0]), CONDITIONAL = sizeof(conditional) / sizeof(conditional[0]) };
  size_t at = index - NALIASES, word = 1 + at % 2, c = at / 2 % CONDITIONS, i = at / 2 / CONDITIONS;

  out[0] = '\0';
  if (index < NALIASES) {
    strcpy(out, aliases[index][0]);
    return true;
  }
  if (i < CONDITIONAL && conditions[c][word]) {
    strcpy(out, conditional[i]);
    strcat(out, conditions[c][word]);
  }
  return i < CONDITIONAL;
}
