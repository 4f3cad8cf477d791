/* statement.c - lines and statements: what is C, what is assembler, and who does it.
 *
 * An assembler line is `indent | text`; `//` begins a comment and `;` separates statements. A
 * literal in quotes is one piece, whatever is in it; a quote that is not closed protects nothing.
 * `|| text` is a C line that macros may contain. A statement is, in this order: skipped, taken into
 * a macro definition, or substituted, split and run. What runs it is a macro with that number of
 * operands, a directive, the name of a section, or the ISA.
 */
#include <string.h>

#include "front_private.h"
#include "isa/isa.h"

/* ---- splitting ------------------------------------------------------------------------- */

static char closing(char c)
{
  return c == '(' ? ')' : c == '[' ? ']' : c == '{' ? '}' : '\0';
}

/* The end of the operand that begins at p: a comma outside brackets, or end. NULL after an error
 * (reported). */
static const char *operand_end(struct front *F, const char *p, const char *end)
{
  struct span text = span_between(p, end);
  enum { NEST = 256 };
  char want[NEST];
  const char *open[NEST];
  size_t depth = 0;

  for (; p < end; p++) {
    if (!char_is(*p, CHAR_SPLIT))
      continue;
    if (*p == '\'' || *p == '"') {
      const char *behind = c_literal(text, p);

      if (behind && behind > p)
        p = behind - 1;
    } else if (closing(*p)) {
      if (depth == NEST) {
        diag_error(F, span_between(p, p + 1), "[bad-brackets] brackets nest too deeply");
        return NULL;
      }
      open[depth] = p;
      want[depth++] = closing(*p);
    } else if (*p == ')' || *p == ']' || *p == '}') {
      if (depth == 0 || want[--depth] != *p) {
        diag_error(F, span_between(p, p + 1), "[bad-brackets] unbalanced '%c'", *p);
        return NULL;
      }
    } else if (*p == ',' && depth == 0) {
      return p;
    }
  }
  if (depth > 0) {
    diag_error(F, span_between(open[depth - 1], open[depth - 1] + 1), "[bad-brackets] unbalanced '%c'",
               *open[depth - 1]);
    return NULL;
  }
  return end;
}

/* `text:` is `.label text`. */
static bool split_label(struct span text, struct stmt *out)
{
  if (text.n < 2 || text.p[text.n - 1] != ':')
    return false;
  out->op = SPAN(".label");
  out->arg[0] = span_strip((struct span){text.p, text.n - 1});
  out->narg = 1;
  return out->arg[0].n > 0;
}

static bool add_operand(struct front *F, struct stmt *out, struct span operand)
{
  if (out->narg == STMT_MAXARGS) {
    diag_error(F, operand, "[operand-count] more than %d operands", STMT_MAXARGS);
    return false;
  }
  out->arg[out->narg++] = span_strip(operand);
  return true;
}

bool statement_split(struct front *F, struct span text, struct stmt *out)
{
  const char *p, *end, *comma, *start;

  text = span_strip(text);
  out->text = text;
  out->narg = 0;
  if (split_label(text, out))
    return true;
  p = text.p;
  end = span_end(text);
  comma = operand_end(F, p, end);
  if (!comma)
    return false;
  while (p < comma && !char_is(*p, CHAR_SPACE))
    p++;
  out->op = span_between(text.p, p);
  if (out->op.n == 0) {
    diag_error(F, text, "[missing-operation] an operation should stand here");
    return false;
  }
  start = p;
  if (span_strip(span_between(start, comma)).n == 0) {
    if (comma == end)
      return true; /* no operands */
    start = comma + 1; /* `op , a`: as in DynASM, nothing is in front of this comma */
    comma = operand_end(F, start, end);
  }
  for (; comma; start = comma + 1, comma = operand_end(F, start, end)) {
    if (!add_operand(F, out, span_between(start, comma)))
      return false;
    if (comma == end)
      return true;
  }
  return false;
}

/* `1: nop`, `->name: nop`, `=>expr: nop`: the length of the label with its colon, or 0. Other
 * than DynASM, a label may stand before another statement. */
static size_t leading_label(struct span text)
{
  size_t i = 0;

  if (text.n > 2 && text.p[0] >= '1' && text.p[0] <= '9') {
    i = 1;
  } else if (text.n > 3 && (text.p[0] == '-' || text.p[0] == '=') && text.p[1] == '>') {
    for (i = 2; i < text.n && text.p[i] != ':'; i++) {
      if (text.p[i] == '?' || text.p[i] == ',')
        return 0;
      if (text.n - i > 2 && text.p[i + 1] == ':' && text.p[i + 2] == ':')
        i += 2; /* C++ scope */
    }
  }
  return i > 0 && i < text.n && text.p[i] == ':' ? i + 1 : 0;
}

/* ---- running ------------------------------------------------------------------------------ */

static void flush(struct front *F)
{
  if (F->build && build_pending(F))
    build_flush(F);
}

/* Candidates for "did you mean": directives, macros, the ISA's mnemonics. */
struct names {
  struct front *F;
  size_t directive, macro, mnemonic;
};

static const char *next_name(void *user)
{
  struct names *n = user;

  if (n->F->directives[n->directive].name)
    return n->F->directives[n->directive++].name;
  if (n->macro < n->F->macro_names.n)
    return n->F->macro_names.item[n->macro++].p;
  return isa_mnemonic(n->F->isa, n->mnemonic++);
}

/* Most other assemblers' comments begin with a semicolon. */
static bool follows_semicolon(struct front *F, const struct stmt *st)
{
  const char *p = origin_of(F, st->op.p);
  struct location at;

  if (!p || !source_locate(F, p, &at))
    return false;
  while (p > at.text.p && char_is(p[-1], CHAR_SPACE))
    p--;
  return p > at.text.p && p[-1] == ';';
}

static void unknown(struct front *F, const struct stmt *st)
{
  const struct macro *m = macro_find(F, st->op);
  struct names names = {.F = F};
  const char *near;

  if (m) {
    diag_error(F, st->op, "[macro-parameters] macro '%.*s' has no form with %u parameter%s", (int)st->op.n, st->op.p,
               st->narg, st->narg == 1 ? "" : "s");
    for (; m; m = m->overload)
      diag_help(F, "it was defined with %u", m->nparams);
    return;
  }
  diag_error(F, st->op, "[unknown-statement] unknown statement '%.*s'", (int)st->op.n, st->op.p);
  if (st->op.n > 1 && st->op.p[st->op.n - 1] == ':') {
    diag_help(F, "a label with a name is written ->%.*s", (int)st->op.n, st->op.p);
    return;
  }
  near = diag_nearest(st->op, next_name, &names);
  if (near)
    diag_help(F, "did you mean '%s'?", near);
  else if (follows_semicolon(F, st))
    diag_help(F, "';' separates statements; a comment begins with //");
}

static void wrong_number(struct front *F, const struct stmt *st, const struct directive *d)
{
  diag_error(F, st->op, "[directive-operands] wrong number of operands for '%s'", d->name);
  diag_help(F, "it is used as: %s%s%s", d->name, d->usage[0] ? " " : "", d->usage);
  cond_recover(F, st->text);
}

/* What was said before, word for word, needs no translation. */
static bool repeat(struct front *F, struct span text)
{
  return F->build && F->input && build_repeat(F, F->input->src->number, F->input->number, text);
}

static void run(struct front *F, const struct stmt *st)
{
  const struct directive *d;

  if (macro_expand(F, st))
    return;
  d = st->op.p[0] == '.' ? directive_find(F, st->op) : NULL;
  if (!F->isa && !(d && d->early))
    diag_fatal(F, st->op, "[missing-arch] the first statement must be .arch");
  if (d && (st->narg < d->min || st->narg > d->max)) {
    wrong_number(F, st, d);
  } else if (d) {
    d->run(F, st);
  } else if (!section_select(F, st)) {
    build_statement(F, st);
    if (isa_assemble(F, st))
      build_remember(F);
    else
      unknown(F, st);
  }
}

static bool split_and_run(struct front *F, struct span text)
{
  struct stmt st;

  if (F->isa && F->options->dialect >= DIALECT_LIBDASM)
    text = spelling(F, text);
  if (!statement_split(F, text, &st))
    return false;
  run(F, &st);
  return true;
}

static void embedded_c(struct front *F, struct span text)
{
  flush(F);
  if (F->driver->c_line)
    F->driver->c_line(F, text);
  else
    diag_error(F, text, "[no-c-lines] C lines are not possible here");
}

/* settled: there is nothing to substitute. */
static void statement_once(struct front *F, struct span text, bool settled)
{
  struct text_map *maps = F->maps;
  struct span said = span_strip(text);
  size_t label;

  if (said.n == 0)
    return;
  F->statement = text;
  if (F->skipping && cond_skip(F, text))
    return;
  if (macro_capture(F, text))
    return;
  /* In what was translated is nothing to substitute. */
  if (repeat(F, said))
    return;
  if (!settled)
    text = subst_defines(F, text);
  if (text.n > 0 && text.p[0] == '|') {
    embedded_c(F, span_tail(text, 1));
  } else {
    text = span_strip(text);
    while ((label = leading_label(text)) > 0 && label < text.n) {
      split_and_run(F, (struct span){text.p, label});
      text = span_strip(span_tail(text, label));
    }
    if (text.n == 0 || !((text.p != said.p && repeat(F, text)) || split_and_run(F, text)))
      cond_recover(F, text);
  }
  F->maps = maps;
}

/* One statement, unsplit, and all that it expands to. */
static void statement(struct front *F, struct span text)
{
  struct text_map *maps = F->maps;
  const struct expansion *outer = F->expansion;
  bool settled = false;

  do {
    statement_once(F, text, settled);
  } while (macro_line(F, outer, &text, &settled));
  F->maps = maps;
}

/* ---- lines ------------------------------------------------------------------------------- */

/* The next `;` from p on, or the end of the text, which is moved to a `//`. */
static const char *statement_end(struct span *text, const char *p)
{
  for (; p < span_end(*text); p++) {
    if (*p == ';')
      return p;
    if (*p == '/' && span_end(*text) - p > 1 && p[1] == '/') {
      *text = span_between(text->p, p);
      return p;
    }
    if (*p == '\'' || *p == '"') {
      const char *behind = c_literal(*text, p);

      if (behind && behind > p)
        p = behind - 1;
    }
  }
  return p;
}

static void quoted_statements(struct front *F, struct span text)
{
  for (const char *p = text.p, *q; p < span_end(text); p = q + 1) {
    q = statement_end(&text, p);
    statement(F, span_between(p, q));
  }
}

static void asm_statements(struct front *F, struct span text)
{
  const char *p = text.p, *end = span_end(text), *q;

  if (text.n > 0 && (memchr(p, '\'', text.n) || memchr(p, '"', text.n))) {
    quoted_statements(F, text);
    return;
  }

  for (q = p; (q = memchr(q, '/', (size_t)(end - q))) != NULL; q++)
    if (q + 1 < end && q[1] == '/') {
      end = q;
      break;
    }
  while (p < end) {
    q = memchr(p, ';', (size_t)(end - p));
    if (!q)
      q = end;
    statement(F, span_between(p, q));
    p = q + 1;
  }
}

static void source_line(struct front *F, enum source_kind kind, struct span indent, struct span line)
{
  if (F->driver->source_line)
    F->driver->source_line(F, kind, indent, line);
}

static void line(struct front *F, struct input *in)
{
  struct span text = in->line, indent;

  F->maps = NULL;
  F->statement = text;
  if (F->options->flush_lines)
    flush(F);
  while (text.n > 0 && char_is(text.p[0], CHAR_SPACE))
    text = span_tail(text, 1);
  indent = span_between(in->line.p, text.p);
  if (text.n > 0 && text.p[0] == '|')
    text = span_tail(text, 1);
  else if (!in->plain) {
    flush(F);
    source_line(F, SOURCE_C, SPAN(""), in->line);
    return;
  }
  if (text.n > 0 && text.p[0] == '|') {
    source_line(F, SOURCE_EMBEDDED, indent, text);
    statement(F, text);
  } else {
    source_line(F, SOURCE_ASM, indent, text);
    asm_statements(F, text);
  }
}

static bool next_line(struct input *in)
{
  const char *nl;

  if (in->rest.n == 0)
    return false;
  nl = memchr(in->rest.p, '\n', in->rest.n);
  in->line = span_between(in->rest.p, nl ? nl : span_end(in->rest));
  in->rest = span_tail(in->rest, in->line.n + (nl != NULL));
  in->number++;
  return true;
}

void translate_source(struct front *F, const struct source *src, bool plain)
{
  struct input *in = arena_alloc(F, sizeof(*in));

  *in = (struct input){.up = F->input, .src = src, .rest = src->text, .plain = plain};
  F->input = in;
  if (F->isa && F->isa->begin)
    F->isa->begin(F->isa_data);
  if (F->driver->file)
    F->driver->file(F);
  while (next_line(in))
    line(F, in);
  flush(F);
  F->input = in->up;
  if (F->input && F->driver->file)
    F->driver->file(F);
}
