/* plain_reg.c - names of registers of the ISAs of plain.h. */
#include <stdio.h>

#include "plain.h"

bool plain_index(struct span text, unsigned count, uint8_t *out)
{
  unsigned num = 0;

  if (text.n < 1 || text.n > 2 || (text.n == 2 && text.p[0] == '0'))
    return false;
  for (size_t i = 0; i < text.n; i++) {
    if (!char_is(text.p[i], CHAR_DIGIT))
      return false;
    num = 10 * num + (unsigned)(text.p[i] - '0');
  }
  *out = (uint8_t)num;
  return num < count;
}

static bool parse_family(const struct plain_family *f, struct span text, struct plain_reg *out)
{
  size_t n = strlen(f->name);
  struct span name, inner;

  *out = (struct plain_reg){ .class = f->class };
  if (operand_call(text, &name, &inner) && span_is(name, f->name)) {
    out->expr = inner;
    return true;
  }
  out->dynasm = f->dynasm;
  return text.n > n && memcmp(text.p, f->name, n) == 0 &&
         plain_index((struct span){ text.p + n, text.n - n }, f->count, &out->num);
}

static const struct plain_alias *find_alias(const struct isa *isa, struct span text)
{
  for (const struct plain_alias *a = plain_of(isa)->aliases; a->name; a++)
    if ((a->modes >> isa->mode & 1) && span_is(text, a->name))
      return a;
  return NULL;
}

bool plain_reg_parse(const struct isa_state *S, struct span text, struct plain_reg *out)
{
  const struct plain *P = plain_of(S->isa);
  bool dollar = P->dollar && !S->dynasm && text.n > 1 && text.p[0] == '$';
  const struct plain_alias *alias;

  *out = (struct plain_reg){ 0 };
  if (dollar)
    text = (struct span){ text.p + 1, text.n - 1 };
  if ((alias = find_alias(S->isa, text)) != NULL) {
    *out =
        (struct plain_reg){ .class = alias->class, .num = alias->num, .dynasm = alias->reserved };
    return true;
  }
  for (const struct plain_family *f = P->families; f->name; f++)
    if (parse_family(f, text, out))
      return true;
  *out = (struct plain_reg){ .class = P->families[0].class };
  return dollar && plain_index(text, P->families[0].count, &out->num);
}

bool plain_is_register(const struct isa_state *S, struct span text)
{
  struct plain_reg reg;

  return plain_reg_parse(S, text, &reg);
}

bool plain_is_reserved(const struct isa_state *S, struct span text)
{
  const struct plain_alias *a = find_alias(S->isa, text);

  return a && a->reserved;
}

const struct plain_family *plain_family_of(const struct plain *P, unsigned class)
{
  const struct plain_family *f = P->families;

  while (f->class != class)
    f++;
  return f;
}

bool plain_reg_at(const struct isa *isa, size_t *index, struct isa_reg *out)
{
  const struct plain *P = plain_of(isa);
  const struct plain_family *f = P->families;
  const struct plain_alias *a = P->aliases;
  size_t n = *index;

  for (; f->name && n >= f->count; f++)
    n -= f->count;
  if (f->name) {
    snprintf(out->text, sizeof(out->text), "%s%u", f->name, (unsigned)n);
    out->number = (unsigned)n;
  } else {
    for (; a->name && (!(a->modes >> isa->mode & 1) || n-- > 0); a++)
      ;
    if (!a->name)
      return false;
    snprintf(out->text, sizeof(out->text), "%s", a->name);
    out->number = a->num;
    f = plain_family_of(P, a->class);
  }
  ++*index;
  out->name = out->text;
  out->kind = f->name;
  out->run_time = f->run_time;
  return true;
}
