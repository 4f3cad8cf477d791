/* riscv_reg.c - what RISC-V has names for: registers, CSRs, rounding modes, fences, vtype, lists of registers. */
#include <stdlib.h>
#include <string.h>

#include "riscv.h"

/* ---- registers ---------------------------------------------------------------------- */

/* By number; those of f begin with "f" besides. */
static const char x_names[32][5] = {
  "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2",  "a3",  "a4", "a5",
  "a6",   "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};
static const char f_names[32][5] = {
  "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0",  "fa1",  "fa2", "fa3", "fa4",  "fa5",
  "fa6", "fa7", "fs2", "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11",
};

static int class_of(char c)
{
  return c == 'x' ? RISCV_X : c == 'f' ? RISCV_F : c == 'v' ? RISCV_V : RISCV_NONE;
}

/* 0 to 31 without leading zeros, else -1. */
static int small_number(struct span s)
{
  int n;

  if (s.n < 1 || s.n > 2 || !char_is(s.p[0], CHAR_DIGIT) || !char_is(s.p[s.n - 1], CHAR_DIGIT) ||
      (s.n == 2 && s.p[0] == '0'))
    return -1;
  n = s.n == 1 ? s.p[0] - '0' : 10 * (s.p[0] - '0') + s.p[1] - '0';
  return n < 32 ? n : -1;
}

static int find_name(const char names[32][5], struct span text)
{
  for (int i = 0; i < 32; i++)
    if (span_is(text, names[i]))
      return i;
  return -1;
}

static bool set(struct riscv_reg *out, int class, int num, bool plain)
{
  *out = (struct riscv_reg){.class = (uint8_t)class, .num = (uint8_t)num, .plain = plain};
  return num >= 0;
}

/* x(expr), Rx(expr): the parenthesis closes at the end. */
static bool run_time(struct span text, struct riscv_reg *out)
{
  size_t from = text.p[0] == 'R' ? 1 : 0;
  int class = text.n > from + 2 ? class_of(text.p[from]) : RISCV_NONE, depth = 0;

  if (class == RISCV_NONE || text.p[from + 1] != '(' || text.p[text.n - 1] != ')')
    return false;
  for (size_t i = from + 1; i + 1 < text.n; i++) {
    depth += (text.p[i] == '(') - (text.p[i] == ')');
    if (depth == 0)
      return false;
  }
  set(out, class, 0, false);
  out->expr = span_trim((struct span){text.p + from + 2, text.n - from - 3});
  return out->expr.n > 0;
}

bool riscv_reg_parse(struct span text, struct riscv_reg *out)
{
  int n;

  if (text.n < 2)
    return false;
  if (text.p[text.n - 1] == ')')
    return run_time(text, out);
  n = class_of(text.p[0]) ? small_number((struct span){text.p + 1, text.n - 1}) : -1;
  if (n >= 0)
    return set(out, class_of(text.p[0]), n, text.p[0] != 'v');
  if (text.n > 4)
    return false;
  if (text.p[0] == 'f' && (n = find_name(f_names, text)) >= 0)
    return set(out, RISCV_F, n, false);
  if (span_is(text, "fp"))
    return set(out, RISCV_X, 8, false);
  n = find_name(x_names, text);
  return n >= 0 && set(out, RISCV_X, n, n == 1 || n == 2);
}

const char *riscv_reg_name(size_t index, struct riscv_reg *reg)
{
  static const char numbered[3][32][4] = {
    {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
     "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "x31"},
    {"f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14", "f15",
     "f16", "f17", "f18", "f19", "f20", "f21", "f22", "f23", "f24", "f25", "f26", "f27", "f28", "f29", "f30", "f31"},
    {"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15",
     "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31"},
  };
  const char *name = index < 96    ? numbered[index / 32][index % 32]
                     : index < 128 ? x_names[index - 96]
                     : index < 160 ? f_names[index - 128]
                     : index == 160 ? "fp"
                                    : NULL;

  if (name)
    riscv_reg_parse((struct span){name, strlen(name)}, reg);
  return name;
}

/* ---- words ------------------------------------------------------------------------------ */

struct number_name {
  const char *name;
  uint16_t number;
};

static const struct number_name csrs[] = {
#define C(name, number) {name, number},
#include "riscv_csr.def"
#undef C
};

int riscv_csr(struct span text)
{
  for (size_t i = 0; i < sizeof(csrs) / sizeof(csrs[0]); i++)
    if (span_is(text, csrs[i].name))
      return csrs[i].number;
  return -1;
}

const char *riscv_csr_name(size_t index, unsigned *number)
{
  if (index >= sizeof(csrs) / sizeof(csrs[0]))
    return NULL;
  *number = csrs[index].number;
  return csrs[index].name;
}

int riscv_rounding(struct span text)
{
  static const struct number_name modes[] = {{"rne", 0}, {"rtz", 1}, {"rdn", 2}, {"rup", 3}, {"rmm", 4}, {"dyn", 7}};

  for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
    if (span_is(text, modes[i].name))
      return modes[i].number;
  return -1;
}

/* Letters of iorw in this order, or 0. */
int riscv_fence(struct span text)
{
  static const char letters[] = "iorw";
  size_t k = 0;
  int v = 0;

  if (span_is(text, "0"))
    return 0;
  for (size_t i = 0; i < text.n; i++, k++) {
    while (letters[k] && letters[k] != text.p[i])
      k++;
    if (!letters[k])
      return -1;
    v |= 8 >> k;
  }
  return text.n > 0 ? v : -1;
}

/* The constants of fli, in the order of their numbers. */
int riscv_fli(struct span text)
{
  static const double values[32] = {
    [0] = -1.0, [2] = 0x1p-16, 0x1p-15, 0x1p-8, 0x1p-7, 0.0625, 0.125, 0.25, 0.3125, 0.375, 0.4375, 0.5, 0.625, 0.75, 0.875,
    1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 8.0, 16.0, 128.0, 256.0, 0x1p15, 0x1p16,
  };
  char copy[40], *end;
  double v;

  if (span_is(text, "min"))
    return 1;
  if (span_is(text, "inf"))
    return 30;
  if (span_is(text, "nan"))
    return 31;
  if (text.n == 0 || text.n >= sizeof(copy) || !(char_is(text.p[0], CHAR_DIGIT) || text.p[0] == '-'))
    return -1;
  memcpy(copy, text.p, text.n);
  copy[text.n] = '\0';
  v = strtod(copy, &end);
  for (int i = 0; i < 30 && *end == '\0'; i++)
    if (i != 1 && v == values[i])
      return i;
  return -1;
}

/* Take the next word of a list with commas. */
static struct span next_word(struct span *list)
{
  const char *comma = list->n > 0 ? memchr(list->p, ',', list->n) : NULL;
  size_t n = comma ? (size_t)(comma - list->p) : list->n;
  struct span word = span_trim((struct span){list->p, n});

  n += comma != NULL;
  list->p += n;
  list->n -= n;
  return word;
}

static int word_in(const struct number_name *names, struct span word)
{
  for (; names->name; names++)
    if (span_is(word, names->name))
      return names->number;
  return -1;
}

/* e32, m1, ta, ma */
int riscv_vtype(struct span text)
{
  static const struct number_name sew[] = {{"e8", 0}, {"e16", 8}, {"e32", 16}, {"e64", 24}, {NULL, 0}};
  static const struct number_name lmul[] = {{"m1", 0},  {"m2", 1},  {"m4", 2},  {"m8", 3},
                                            {"mf8", 5}, {"mf4", 6}, {"mf2", 7}, {NULL, 0}};
  static const struct number_name tail[] = {{"ta", 64}, {"tu", 0}, {NULL, 0}};
  static const struct number_name mask[] = {{"ma", 128}, {"mu", 0}, {NULL, 0}};
  static const struct number_name *const part[] = {sew, lmul, tail, mask};
  int v = 0;

  for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
    int bits = word_in(part[i], next_word(&text));

    if (bits < 0)
      return -1;
    v |= bits;
  }
  return text.n == 0 ? v : -1;
}

static int saved_register(struct span word)
{
  struct riscv_reg reg;
  int n;

  if (!riscv_reg_parse(word, &reg) || reg.class != RISCV_X || reg.expr.p)
    return -1;
  n = reg.num;
  return n == 8 || n == 9 ? n - 8 : n >= 18 && n <= 27 ? n - 16 : -1;
}

/* What follows ra: s0, s0-s3, x8-x9, x18-x20. Returns the last one's number, -1 if it is none. */
static int last_saved(struct span list)
{
  int last = -1;

  while (list.n > 0) {
    struct span word = next_word(&list);
    const char *to = word.n > 0 ? memchr(word.p, '-', word.n) : NULL;
    size_t n = to ? (size_t)(to - word.p) : word.n;
    int first = saved_register(span_trim((struct span){word.p, n}));
    int end = to ? saved_register(span_trim((struct span){to + 1, word.n - n - 1})) : first;

    if (first != last + 1 || end < first || (to && end == first))
      return -1;
    last = end;
  }
  return last;
}

int riscv_rlist(struct span text)
{
  struct span list;
  struct riscv_reg reg;
  int last;

  if (text.n < 3 || text.p[0] != '{' || text.p[text.n - 1] != '}')
    return -1;
  list = (struct span){text.p + 1, text.n - 2};
  if (!riscv_reg_parse(next_word(&list), &reg) || reg.class != RISCV_X || reg.num != 1 || reg.expr.p)
    return -1;
  if (list.n == 0)
    return 4;
  last = last_saved(list);
  return last < 0 || last == 10 ? -1 : last == 11 ? 15 : last + 5;
}
