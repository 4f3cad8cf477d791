/* parse.c - the text of an Abacus program becomes instructions.
 *
 *   program    { "fn" name "(" [ name { "," name } ] ")" block }
 *   block      "{" { statement } "}"
 *   statement  "var" name "=" value ";"  |  name "=" value ";"  |  "mem" "[" value "]" "=" value ";"
 *            | "if" value block [ "else" block ]  |  "while" value block
 *            | "return" value ";"  |  "print" "(" value { "," value } ")" ";"  |  value ";"
 *   value      sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ]
 *   sum        product { ( "+" | "-" ) product }
 *   product    operand { ( "*" | "/" | "%" ) operand }
 *   operand    number | name | name "(" [ value { "," value } ] ")" | "mem" "[" value "]"
 *            | "root" "(" value ")" | "(" value ")" | "-" operand
 *
 * Each rule is a function, which emits the instructions of what it has read.
 */
#include "abacus.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LOCALS = 50, MAX_FRAME = 200, MAX_PRINT = 8, MAX_NESTING = 100 };

struct parser {
  struct vm *vm;
  const char *file, *at; /* at: behind the word */
  char word[32];         /* "" at the end */
  int line;
  int f; /* the function that is read, by its number */
  int depth, nesting;
  int target; /* the last instruction that something jumps to */
  int nnames;
  char names[MAX_LOCALS][32];
};

static _Noreturn void wrong(const struct parser *p, const char *message, const char *word)
{
  fprintf(stderr, "%s:%d: %s '%s'\n", p->file, p->line, message, word);
  exit(1);
}

static void *grow(void *array, int count, size_t size)
{
  if (count & (count - 1))
    return array;
  array = realloc(array, (count ? 2 * (size_t)count : 1) * size);
  if (!array) {
    fprintf(stderr, "abacus: no memory\n");
    exit(1);
  }
  return array;
}

/* ---- Words ------------------------------------------------------------------- */

static void next(struct parser *p)
{
  const char *s = p->at;
  size_t n = 0;
  for (; isspace((unsigned char)*s) || *s == '#'; s++) {
    if (*s == '#')
      s += strcspn(s, "\n");
    if (*s == '\n')
      p->line++;
    if (!*s)
      break;
  }
  if (*s)
    n = strchr("<>=!", *s) && s[1] == '=' ? 2 : 1;
  if (isalnum((unsigned char)*s) || *s == '_')
    while (isalnum((unsigned char)s[n]) || s[n] == '_')
      n++;
  if (n >= sizeof p->word)
    wrong(p, "too long:", s);
  memcpy(p->word, s, n);
  p->word[n] = 0;
  p->at = s + n;
}

static int is(const struct parser *p, const char *word)
{
  return strcmp(p->word, word) == 0;
}

static int accept(struct parser *p, const char *word)
{
  if (!is(p, word))
    return 0;
  next(p);
  return 1;
}

static void expect(struct parser *p, const char *word)
{
  if (!accept(p, word)) {
    char message[64];
    snprintf(message, sizeof message, "'%s' is expected, not", word);
    wrong(p, message, p->word);
  }
}

static void name(struct parser *p, char *out)
{
  if (!isalpha((unsigned char)*p->word) && *p->word != '_')
    wrong(p, "a name is expected, not", p->word);
  strcpy(out, p->word);
  next(p);
}

/* ---- Instructions ------------------------------------------------------------ */

static struct function *function(struct parser *p)
{
  return &p->vm->functions[p->f];
}

static void emit_with(struct parser *p, enum op op, int64_t value, int popped)
{
  struct function *f = function(p);
  struct insn in = {op, p->line, value};
  f->code = grow(f->code, f->ncode, sizeof *f->code);
  f->code[f->ncode++] = in;
  p->depth += pushes(&in) - popped;
  if (p->depth > f->nframe)
    f->nframe = p->depth;
}

static void emit(struct parser *p, enum op op, int64_t value)
{
  struct insn in = {op, 0, value};
  emit_with(p, op, value, pops(p->vm, &in));
}

static void target_here(struct parser *p, int insn)
{
  function(p)->code[insn].value = p->target = function(p)->ncode;
}

static int local(const struct parser *p, const char *word)
{
  for (int i = p->nnames; i-- > 0;)
    if (strcmp(p->names[i], word) == 0)
      return i;
  return -1;
}

static void declare(struct parser *p, const char *word)
{
  if (p->nnames == MAX_LOCALS)
    wrong(p, "too many variables:", word);
  strcpy(p->names[p->nnames++], word);
  if (p->nnames > function(p)->nlocals)
    function(p)->nlocals = p->nnames;
}

/* The function of this name; one that is only called so far has no code. */
static int find_function(struct parser *p, const char *word)
{
  struct vm *vm = p->vm;
  for (int i = 0; i < vm->nfunctions; i++)
    if (strcmp(vm->functions[i].name, word) == 0)
      return i;
  vm->functions = grow(vm->functions, vm->nfunctions, sizeof *vm->functions);
  struct function *f = &vm->functions[vm->nfunctions];
  memset(f, 0, sizeof *f);
  strcpy(f->name, word);
  f->nargs = -1;
  f->entry = interpret;
  return vm->nfunctions++;
}

/* Both a call and a definition say how many arguments a function has. */
static void agree(struct parser *p, int f, int nargs)
{
  struct function *function = &p->vm->functions[f];
  if (function->nargs >= 0 && function->nargs != nargs)
    wrong(p, "another number of arguments than before for", function->name);
  function->nargs = nargs;
}

/* ---- Values ------------------------------------------------------------------ */

static void value(struct parser *p);

static int values(struct parser *p)
{
  int n = 0;
  expect(p, "(");
  if (!is(p, ")"))
    do {
      value(p);
      n++;
    } while (accept(p, ","));
  expect(p, ")");
  return n;
}

static void named(struct parser *p)
{
  char word[32];
  name(p, word);
  if (strcmp(word, "mem") == 0) {
    expect(p, "[");
    value(p);
    expect(p, "]");
    emit(p, OP_GET, 0);
  } else if (strcmp(word, "root") == 0) {
    if (values(p) != 1)
      wrong(p, "one argument is expected for", word);
    emit(p, OP_ROOT, 0);
  } else if (is(p, "(")) {
    int n = values(p), f = find_function(p, word);
    agree(p, f, n);
    emit_with(p, OP_CALL, f, n);
  } else {
    if (local(p, word) < 0)
      wrong(p, "there is no variable", word);
    emit(p, OP_LOAD, local(p, word));
  }
}

static void operand(struct parser *p)
{
  if (++p->nesting > MAX_NESTING)
    wrong(p, "nested too deep:", p->word);
  if (accept(p, "(")) {
    value(p);
    expect(p, ")");
  } else if (accept(p, "-")) {
    emit(p, OP_PUSH, 0);
    operand(p);
    emit(p, OP_SUB, 0);
  } else if (isdigit((unsigned char)*p->word)) {
    char *end;
    emit(p, OP_PUSH, strtoll(p->word, &end, 10));
    if (*end)
      wrong(p, "no number:", p->word);
    next(p);
  } else {
    named(p);
  }
  p->nesting--;
}

struct operators {
  const char *word;
  enum op op;
};

/* The operator that the word is, or OP_COUNT. */
static enum op operator_in(const struct parser *p, const struct operators *list, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (is(p, list[i].word))
      return list[i].op;
  return OP_COUNT;
}

static void product(struct parser *p)
{
  static const struct operators list[] = {{"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_REM}};
  enum op op;
  operand(p);
  while ((op = operator_in(p, list, 3)) != OP_COUNT) {
    next(p);
    operand(p);
    emit(p, op, 0);
  }
}

static void sum(struct parser *p)
{
  static const struct operators list[] = {{"+", OP_ADD}, {"-", OP_SUB}};
  enum op op;
  product(p);
  while ((op = operator_in(p, list, 2)) != OP_COUNT) {
    next(p);
    product(p);
    emit(p, op, 0);
  }
}

static void value(struct parser *p)
{
  static const struct operators list[] = {{"<", OP_LT},  {"<=", OP_LE}, {">", OP_GT},
                                          {">=", OP_GE}, {"==", OP_EQ}, {"!=", OP_NE}};
  enum op op;
  sum(p);
  if ((op = operator_in(p, list, 6)) != OP_COUNT) {
    next(p);
    sum(p);
    emit(p, op, 0);
  }
}

/* ---- Statements -------------------------------------------------------------- */

static void block(struct parser *p);

static int forward(struct parser *p, enum op op)
{
  emit(p, op, 0);
  return function(p)->ncode - 1;
}

static void if_statement(struct parser *p)
{
  value(p);
  int branch = forward(p, OP_BRANCH);
  block(p);
  if (accept(p, "else")) {
    int jump = forward(p, OP_JUMP);
    target_here(p, branch);
    block(p);
    branch = jump;
  }
  target_here(p, branch);
}

static void while_statement(struct parser *p)
{
  int start = p->target = function(p)->ncode;
  value(p);
  int branch = forward(p, OP_BRANCH);
  block(p);
  emit(p, OP_JUMP, start);
  target_here(p, branch);
}

static void print_statement(struct parser *p)
{
  int n = values(p);
  if (n < 1 || n > MAX_PRINT)
    wrong(p, "1 to 8 values are expected for", "print");
  emit(p, OP_PRINT, n);
  expect(p, ";");
}

static void assignment(struct parser *p, const char *word, int is_new)
{
  expect(p, "=");
  value(p);
  if (is_new)
    declare(p, word);
  emit(p, OP_STORE, local(p, word));
  expect(p, ";");
}

static void simple_statement(struct parser *p)
{
  char word[32];
  strcpy(word, p->word);
  const char *at = p->at;
  next(p);
  if (is(p, "=") && local(p, word) >= 0) {
    assignment(p, word, 0);
    return;
  }
  p->at = at;
  strcpy(p->word, word);
  value(p);
  struct insn *last = &function(p)->code[function(p)->ncode - 1];
  if (last->op == OP_GET && accept(p, "=")) { /* mem[i] = value */
    function(p)->ncode--;
    p->depth = 1;
    value(p);
    emit(p, OP_SET, 0);
  } else {
    emit(p, OP_DROP, 0);
  }
  expect(p, ";");
}

static void statement(struct parser *p)
{
  char word[32];
  if (accept(p, "if")) {
    if_statement(p);
  } else if (accept(p, "while")) {
    while_statement(p);
  } else if (accept(p, "print")) {
    print_statement(p);
  } else if (accept(p, "return")) {
    value(p);
    emit(p, OP_RETURN, 0);
    expect(p, ";");
  } else if (accept(p, "var")) {
    name(p, word);
    assignment(p, word, 1);
  } else {
    simple_statement(p);
  }
}

static void block(struct parser *p)
{
  int outside = p->nnames;
  if (++p->nesting > MAX_NESTING)
    wrong(p, "nested too deep:", p->word);
  expect(p, "{");
  while (*p->word && !is(p, "}"))
    statement(p);
  expect(p, "}");
  p->nesting--;
  p->nnames = outside;
}

static void definition(struct parser *p)
{
  char word[32];
  expect(p, "fn");
  name(p, word);
  p->f = find_function(p, word);
  if (function(p)->code)
    wrong(p, "there is already a function", word);
  p->depth = p->nnames = p->target = 0;
  expect(p, "(");
  if (!is(p, ")"))
    do {
      name(p, word);
      declare(p, word);
    } while (accept(p, ","));
  expect(p, ")");
  agree(p, p->f, p->nnames);
  block(p);

  struct function *f = function(p);
  if (!f->ncode || f->code[f->ncode - 1].op != OP_RETURN || p->target == f->ncode) {
    emit(p, OP_PUSH, 0);
    emit(p, OP_RETURN, 0);
  }
  f = function(p);
  f->nframe += f->nlocals;
  if (f->nframe > MAX_FRAME)
    wrong(p, "needs too many variables:", f->name);
}

void parse(struct vm *vm, const char *file, const char *text)
{
  struct parser p = {.vm = vm, .file = file, .at = text, .line = 1};
  next(&p);
  while (*p.word)
    definition(&p);
  for (int i = 0; i < vm->nfunctions; i++)
    if (!vm->functions[i].code)
      wrong(&p, "there is no function", vm->functions[i].name);
}
