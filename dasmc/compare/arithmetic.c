/* arithmetic.c - the values of arguments that are computed from others.
 *
 * Translators write (64-(shift))%64 where the source has #shift. With values of their own, shift
 * and that remainder would be operands that no program has. So a text that is arithmetic in C is
 * computed: what it computes with (names, calls, members, addresses) are atoms, and these get
 * values. A text that is not understood is an atom as a whole. Arithmetic is that of 64 bits,
 * without C's types: it only has to be the same on both sides.
 *
 * A text becomes a program for a stack: numbers and atoms are pushed, operators take what is on
 * top.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

enum { STACK = 64 };
enum { NUMBER, ATOM, NEGATE, INVERT, NOT, CAST, CHOOSE, BINARY };

static const struct {
  char text[4];
  int level; /* a higher one binds more */
} binary[] = {
  {"<<", 8}, {">>", 8}, {"<=", 7}, {">=", 7}, {"==", 6}, {"!=", 6}, {"&&", 2}, {"||", 1}, {"*", 10},
  {"/", 10}, {"%", 10}, {"+", 9},  {"-", 9},  {"<", 7},  {">", 7},  {"&", 5},  {"^", 4},  {"|", 3},
};
enum {
  SHL, SHR, LE, GE, EQ, NE, AND, OR, MUL, DIV, MOD, ADD, SUB, LT, GT, BITAND, BITXOR, BITOR,
  NBINARY
};

/* Types, as they are without blanks, and their bits; below zero: signed. */
static const struct {
  const char *name;
  int bits;
} types[] = {
  {"int", -32}, {"unsignedint", 32}, {"unsigned", 32}, {"long", -64}, {"longlong", -64},
  {"int8_t", -8}, {"uint8_t", 8}, {"int16_t", -16}, {"uint16_t", 16}, {"int32_t", -32},
  {"uint32_t", 32}, {"int64_t", -64}, {"uint64_t", 64}, {"intptr_t", -64}, {"uintptr_t", 64},
  {"size_t", 64}, {"ptrdiff_t", -64}, {"char", -8}, {"unsignedlong", 64},
  {"unsignedlonglong", 64}, {"short", -16}, {"signedchar", -8}, {"ssize_t", -64},
  {"unsignedshort", 16}, {"unsignedchar", 8},
};

struct reader {
  const char *start, *p;
  struct step *step;
  unsigned nsteps;
  int failed;
};

static void add(struct reader *r, int kind, int64_t n)
{
  if (!(r->nsteps & (r->nsteps - 1))) {
    r->step = realloc(r->step, (r->nsteps ? 2 * r->nsteps : 1) * sizeof *r->step);
    if (!r->step)
      die("out of memory");
  }
  r->step[r->nsteps++] = (struct step){kind, n};
}

static int is_name(char c)
{
  return isalnum((unsigned char)c) || c == '_';
}

/* Behind the brackets that open at p; NULL if they do not close. */
static const char *closed(const char *p)
{
  do {
    p = argument_end((char *)p + 1);
  } while (p && *p == ',');
  return p ? p + 1 : NULL;
}

/* A name, or the address or value of one, with calls, indices and members. */
static void read_atom(struct reader *r)
{
  const char *start = r->p, *p = start + strspn(start, "&*");
  char *text;

  if (*p == '"' || *p == '\'') {
    char quote = *p++;
    while (*p && *p != quote)
      p += *p == '\\' && p[1] ? 2 : 1;
    p += *p != 0;
  } else {
    if (!is_name(*p) || isdigit((unsigned char)*p))
      r->failed = 1;
    while (is_name(*p))
      p++;
  }
  while (!r->failed) {
    if (*p == '(' || *p == '[') {
      if (!(p = closed(p)))
        r->failed = 1;
    } else if (*p == '.' || (p[0] == '-' && p[1] == '>')) {
      p += *p == '.' ? 1 : 2;
      while (is_name(*p))
        p++;
    } else {
      break;
    }
  }
  if (r->failed || (start == r->start && !*p)) {
    r->failed = 1; /* the whole text: it is an atom already */
    return;
  }
  text = allocate((size_t)(p - start) + 1);
  memcpy(text, start, (size_t)(p - start));
  add(r, ATOM, expr_number(text));
  free(text);
  r->p = p;
}

static void read_binary(struct reader *r, int level);

static void read_choice(struct reader *r)
{
  read_binary(r, 1);
  if (!r->failed && *r->p == '?') {
    r->p++;
    read_choice(r);
    if (r->failed || *r->p++ != ':') {
      r->failed = 1;
      return;
    }
    read_choice(r);
    add(r, CHOOSE, 0);
  }
}

/* The bits of the type in parentheses at p, 0 if there is none; of a pointer it is 64. */
static int cast_at(const char *p, size_t *length)
{
  size_t n = strcspn(p, ")");

  *length = n + 1;
  if (p[n] == ')' && n > 2 && p[n - 1] == '*')
    return 64;
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    if (strlen(types[i].name) == n - 1 && strncmp(types[i].name, p + 1, n - 1) == 0)
      return types[i].bits;
  return 0;
}

static void read_unary(struct reader *r)
{
  static const char operators[] = "-~!+";
  static const int kinds[] = {NEGATE, INVERT, NOT};
  const char *operator = *r->p ? strchr(operators, *r->p) : NULL;
  size_t length;
  int bits;

  if (r->failed)
    return;
  if (operator) {
    r->p++;
    read_unary(r);
    if (*operator != '+')
      add(r, kinds[operator - operators], 0);
  } else if (isdigit((unsigned char)*r->p)) {
    char *end;
    add(r, NUMBER, (int64_t)strtoull(r->p, &end, 0));
    r->p = end + strspn(end, "uUlL");
    r->failed = is_name(*r->p) || *r->p == '.';
  } else if (*r->p == '(' && (bits = cast_at(r->p, &length)) != 0) {
    r->p += length;
    read_unary(r);
    add(r, CAST, bits);
  } else if (*r->p == '(') {
    r->p++;
    read_choice(r);
    r->failed |= *r->p++ != ')';
  } else {
    read_atom(r);
  }
}

static int operator_at(const char *p)
{
  int i = 0;

  while (i < NBINARY && strncmp(p, binary[i].text, strlen(binary[i].text)) != 0)
    i++;
  return i;
}

static void read_binary(struct reader *r, int level)
{
  int found;

  read_unary(r);
  while (!r->failed && (found = operator_at(r->p)) < NBINARY && binary[found].level >= level) {
    r->p += strlen(binary[found].text);
    read_binary(r, binary[found].level + 1);
    add(r, BINARY + found, 0);
  }
}

struct step *arithmetic(const char *text, unsigned *nsteps)
{
  struct reader r = {.start = text, .p = text};

  read_choice(&r);
  if (r.failed || *r.p || r.nsteps >= STACK) {
    free(r.step);
    *nsteps = 0;
    return NULL;
  }
  *nsteps = r.nsteps;
  return r.step;
}

/* ---- its value ------------------------------------------------------------------------------- */

static int64_t compute(int operator, int64_t a, int64_t b)
{
  uint64_t u = (uint64_t)a, v = (uint64_t)b;

  switch (operator) {
  case SHL: return (int64_t)(u << (v & 63));
  case SHR: return a >> (v & 63);
  case LE: return a <= b;
  case GE: return a >= b;
  case EQ: return a == b;
  case NE: return a != b;
  case AND: return a && b;
  case OR: return a || b;
  case MUL: return (int64_t)(u * v);
  case DIV: return b == 0 || b == -1 ? -a : a / b;
  case MOD: return b == 0 || b == -1 ? 0 : a % b;
  case ADD: return (int64_t)(u + v);
  case SUB: return (int64_t)(u - v);
  case LT: return a < b;
  case GT: return a > b;
  case BITAND: return a & b;
  case BITXOR: return a ^ b;
  default: return a | b;
  }
}

static int64_t cast(int64_t n, int64_t bits)
{
  int shift = 64 - (int)(bits < 0 ? -bits : bits);
  uint64_t moved = (uint64_t)n << shift;

  return bits < 0 ? (int64_t)moved >> shift : (int64_t)(moved >> shift);
}

int64_t evaluate(unsigned expr, const int64_t *value)
{
  int64_t stack[STACK];
  unsigned n = 0;

  if (exprs[expr].nsteps == 0)
    return value[expr];
  for (unsigned i = 0; i < exprs[expr].nsteps; i++) {
    const struct step *s = &exprs[expr].step[i];
    if (s->kind >= BINARY) {
      n--;
      stack[n - 1] = compute(s->kind - BINARY, stack[n - 1], stack[n]);
      continue;
    }
    switch (s->kind) {
    case NUMBER: stack[n++] = s->n; break;
    case ATOM: stack[n++] = value[s->n]; break;
    case NEGATE: stack[n - 1] = (int64_t)(0 - (uint64_t)stack[n - 1]); break;
    case INVERT: stack[n - 1] = ~stack[n - 1]; break;
    case NOT: stack[n - 1] = !stack[n - 1]; break;
    case CAST: stack[n - 1] = cast(stack[n - 1], s->n); break;
    default: /* CHOOSE */
      n -= 2;
      stack[n - 1] = stack[n - 1] ? stack[n] : stack[n + 1];
    }
  }
  return stack[0];
}

/* The i-th atom that a text computes with; -1: there are no more. */
int atom_of(unsigned expr, unsigned i)
{
  const struct expr *e = &exprs[expr];

  if (e->nsteps == 0)
    return i == 0 ? (int)expr : -1;
  for (unsigned k = 0; k < e->nsteps; k++)
    if (e->step[k].kind == ATOM && i-- == 0)
      return (int)e->step[k].n;
  return -1;
}
