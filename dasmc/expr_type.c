/* expr_type.c - C types in expressions: their names and sizes, and their members. */
#include "expr_private.h"

static const struct named_type {
  const char *name;
  uint8_t size; /* 0: a pointer's */
  bool is_unsigned, integer;
} named_types[] = {
  {"int8_t", 1, false, true},    {"uint8_t", 1, true, true},    {"int16_t", 2, false, true},
  {"uint16_t", 2, true, true},   {"int32_t", 4, false, true},   {"uint32_t", 4, true, true},
  {"int64_t", 8, false, true},   {"uint64_t", 8, true, true},   {"size_t", 0, true, true},
  {"ssize_t", 0, false, true},   {"ptrdiff_t", 0, false, true}, {"intptr_t", 0, false, true},
  {"uintptr_t", 0, true, true},  {"uchar", 1, true, true},      {"ushort", 2, true, true},
  {"uint", 4, true, true},       {"ulong", 0, true, true},      {"bool", 1, true, true},
  {"_Bool", 1, true, true},      {"float", 4, false, false},    {"double", 8, false, false},
  {"void", 1, false, false},
};

static const struct named_type *named_type(struct span name)
{
  for (size_t i = 0; i < sizeof(named_types) / sizeof(named_types[0]); i++)
    if (span_is(name, named_types[i].name))
      return &named_types[i];
  return NULL;
}

/* signed, unsigned, char, short, int, long in any order. False: none of them is here. */
static bool basic_type(struct parser *P, struct ctype *t)
{
  bool any = false, is_char = false, is_short = false, u = false;
  unsigned nlong = 0;

  for (;; any = true) {
    struct span w = expr_peek_name(P);

    if (span_is(w, "unsigned"))
      u = true;
    else if (span_is(w, "char"))
      is_char = true;
    else if (span_is(w, "short"))
      is_short = true;
    else if (span_is(w, "long"))
      nlong++;
    else if (!span_is(w, "int") && !span_is(w, "signed"))
      break;
    P->p += w.n;
  }
  if (any) {
    unsigned size = is_char ? 1 : is_short ? 2 : nlong > 1 ? 8 : nlong ? P->env->pointer_size : 4;

    *t = (struct ctype){size, u, true, NULL};
  }
  return any;
}

static void skip_qualifiers(struct parser *P)
{
  for (;;) {
    struct span w = expr_peek_name(P);

    if (!span_is(w, "const") && !span_is(w, "volatile"))
      return;
    P->p += w.n;
  }
}

static bool specifier(struct parser *P, struct ctype *t)
{
  const struct named_type *nt;
  struct span w;

  skip_qualifiers(P);
  if (basic_type(P, t))
    return true;
  w = expr_peek_name(P);
  if ((nt = named_type(w)) != NULL) {
    P->p += w.n;
    *t = (struct ctype){nt->size ? nt->size : P->env->pointer_size, nt->is_unsigned, nt->integer, NULL};
    return true;
  }
  if (span_is(w, "struct") || span_is(w, "union")) {
    P->p += w.n;
    w = expr_peek_name(P);
  }
  if (w.n == 0 || (t->layout = P->env->layout(P->env->user, w)) == NULL)
    return false;
  P->p += w.n;
  t->size = t->layout->size;
  t->integer = false;
  return true;
}

bool expr_type_name(struct parser *P, struct ctype *t)
{
  const char *start = P->p;

  if (!specifier(P, t)) {
    P->p = start;
    return false;
  }
  skip_qualifiers(P);
  while (expr_accept(P, "*")) {
    *t = (struct ctype){P->env->pointer_size, true, true, NULL};
    skip_qualifiers(P);
  }
  return true;
}

static const struct layout_member *find_member(const struct layout *l, struct span name)
{
  const struct layout_member *m = l ? l->member : NULL;

  while (m && !span_eq(m->name, name))
    m = m->next;
  return m;
}

bool expr_member(struct parser *P, struct ctype *t)
{
  struct span name = expr_peek_name(P);
  const struct layout_member *m = find_member(t->layout, name);

  if (!m)
    return expr_fail(P, P->p, name.n, t->layout ? "no such member" : "this type has no members");
  P->p += name.n;
  *t = (struct ctype){.size = m->size};
  if (m->type.n > 0)
    t->layout = P->env->layout(P->env->user, m->type);
  return expr_push(P, X_CONST, 0, expr_wrap(m->offset)) && expr_emit_binary(P, X_ADD, P->p);
}
