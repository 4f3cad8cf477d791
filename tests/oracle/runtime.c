/* runtime.c - lines of bit diagrams once more, with what can be given at run time given at run time: all of it, the
 * registers alone, the numbers alone.
 *
 * A register becomes its family and a number in parentheses, as the ISA lists its registers, and a number stands in
 * parentheses, which the translator takes for an expression: "lw a0, 16(sp)" is "lw x(10), (16)(x(2))". The bytes must be
 * those of the line with names, which the others assemble, too; and what is refused there is refused when the value comes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dasmc.h"
#include "dasmc/isa/isa.h"
#include "words.h"

enum { MOST_REGISTERS = 400, RENEW = 4000 /* an assembler keeps what it has seen */ };

struct name {
  char name[16], run_time[16];
  unsigned number;
};

static struct name names[MOST_REGISTERS];
static size_t nnames;
static const struct isa *names_of;

static void read_names(const struct isa *isa)
{
  struct isa_reg reg;
  size_t index = 0;

  nnames = 0;
  names_of = isa;
  while (isa->reg_at(isa, &index, &reg) && nnames < MOST_REGISTERS) {
    struct name *n = &names[nnames++];

    snprintf(n->name, sizeof(n->name), "%s", reg.name);
    snprintf(n->run_time, sizeof(n->run_time), "%s", reg.run_time);
    n->number = reg.number;
  }
}

static const struct name *find_name(const char *p, size_t n)
{
  for (size_t i = 0; i < nnames; i++)
    if (strlen(names[i].name) == n && memcmp(names[i].name, p, n) == 0)
      return &names[i];
  return NULL;
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

static size_t word_length(const char *p)
{
  size_t n = 0;

  while (is_word(p[n]))
    n++;
  return n;
}

/* "x(n)" of register 5: "x(5)". */
static size_t put_register(const struct name *r, char *out, size_t size)
{
  const char *n = strstr(r->run_time, "(n)");

  if (!n)
    return (size_t)snprintf(out, size, "%s", r->name);
  return (size_t)snprintf(out, size, "%.*s(%u)%s", (int)(n - r->run_time), r->run_time, r->number, n + 3);
}

/* What of a text comes at run time? */
struct parts {
  bool registers, values;
};

/* Does a word of a row's address name one register, as in uimm(sp)? Then it must be known. */
static bool names_register(const char *operand)
{
  for (const char *p = operand; *p; p += *p != '\0') {
    size_t n = word_length(p);

    if (n > 0 && find_name(p, n))
      return true;
    p += n;
  }
  return false;
}

static struct parts parts_of(const char *operand, const char *what)
{
  if (strcmp(what, "address") == 0) /* "(rs1)" has no offset, "0(rs1)" is another way to write it */
    return (struct parts){!names_register(operand), operand[0] != '('};
  return (struct parts){strcmp(what, "register") == 0, strcmp(what, "value") == 0};
}

void runtime_operand(const struct isa *isa, const char *operand, const char *what, const char *text, unsigned form, char *out,
                     size_t size)
{
  struct parts parts;
  size_t used = 0;

  if (names_of != isa)
    read_names(isa);
  parts = parts_of(operand, what);
  parts.registers &= form != FORM_VALUES;
  parts.values &= form != FORM_REGISTERS;
  for (const char *p = text; *p && used + 1 < size;) {
    bool minus = *p == '-' && is_digit(p[1]);
    size_t n = minus + word_length(p + minus);
    const struct name *r = n > 0 && parts.registers ? find_name(p, n) : NULL;

    if (r)
      used += put_register(r, out + used, size - used);
    else if (n > 0 && parts.values && is_digit(p[minus]) && !memchr(p, '.', n))
      used += (size_t)snprintf(out + used, size - used, "(%.*s)", (int)n, p);
    else
      used += (size_t)snprintf(out + used, size - used, "%.*s", (int)(n > 0 ? n : 1), p);
    p += n > 0 ? n : 1;
  }
  out[used < size ? used : size - 1] = '\0';
}

/* Is it the text of a number, at p, that may come at run time: behind #, or an index? Not one of two, as in 0:3. */
static bool is_value(const char *text, const char *p, size_t n)
{
  const char *before = p;

  while (before > text && before[-1] == ' ')
    before--;
  return is_digit(p[*p == '-']) && !memchr(p, '.', n) && p[n] != ':' && before > text && strchr("#[,", before[-1]) &&
         !(before[-1] == ',' && memchr(text, '[', (size_t)(p - text)) == NULL);
}

/* sp has no number, and what begins with the name of a register may be another word. */
static const struct name *register_at(const char *p, size_t *n)
{
  size_t length = 0;
  const struct name *r;

  while (is_word(p[length]) && p[length] != '.')
    length++;
  r = length > 0 ? find_name(p, length) : NULL;
  *n = r ? length : *n;
  return r && !strstr(r->name, "sp") ? r : NULL;
}

void runtime_line(const struct isa *isa, const char *text, unsigned form, char *out, size_t size)
{
  size_t used = (size_t)snprintf(out, size, "%.*s", (int)strcspn(text, " "), text);

  if (names_of != isa)
    read_names(isa);
  for (const char *p = text + used; *p && used + 1 < size;) {
    size_t n = (*p == '-' && is_digit(p[1])) + word_length(p + (*p == '-' && is_digit(p[1])));
    const struct name *r = form != FORM_VALUES ? register_at(p, &n) : NULL;

    n = n > 0 ? n : 1;
    if (r)
      used += put_register(r, out + used, size - used);
    else if (form != FORM_REGISTERS && is_value(text, p, n))
      used += (size_t)snprintf(out + used, size - used, "(%.*s)", (int)n, p);
    else
      used += (size_t)snprintf(out + used, size - used, "%.*s", (int)n, p);
    p += n;
  }
  out[used < size ? used : size - 1] = '\0';
}

/* ---- the check --------------------------------------------------------------------------- */

struct job {
  dasmc_Assembler *A;
  dasm_State *D;
  unsigned uses;
};

static bool renew(struct job *j, const struct isa *isa)
{
  dasmc_Options options = {.size = sizeof(options), .isa = isa->name};

  if (j->A && j->uses++ % RENEW != 0)
    return true;
  dasm_free(&j->D);
  dasmc_free(j->A);
  return dasmc_new(&j->A, &options) == DASM_S_OK && dasmc_state(j->A, &j->D) == DASM_S_OK;
}

static int assemble(struct job *j, const char *text, struct result *r, char message[MESSAGE_TEXT])
{
  dasmc_Message m = {.size = sizeof(m)};
  size_t size = 0;
  int status = dasmc_reset(j->A, &j->D);

  *r = (struct result){0};
  message[0] = '\0';
  if (status == DASM_S_OK)
    status = dasmc_emit(j->A, &j->D, text, -1, NULL, 0);
  if (status == DASM_S_OK)
    status = dasm_link(&j->D, &size);
  if (status == DASM_S_OK && size <= LINE_BYTES)
    status = dasm_encode(&j->D, r->byte);
  if (status == DASM_S_OK)
    r->n = (uint8_t)size;
  else if (status == DASM_S_SOURCE && dasmc_message(j->A, 0, &m) == DASM_S_OK)
    snprintf(message, MESSAGE_TEXT, "%s", m.text);
  else
    dasm_errmsg(&j->D, message, MESSAGE_TEXT);
  return status;
}

bool runtime_each(const struct isa *isa, struct line *line, size_t n, char (*message)[MESSAGE_TEXT])
{
  struct job j = {0};
  bool ok = true;

  for (size_t i = 0; i < n && ok; i++) {
    ok = renew(&j, isa);
    if (ok)
      assemble(&j, line[i].text, &line[i].by[TOOL_OURS], message[i]);
  }
  dasm_free(&j.D);
  dasmc_free(j.A);
  return ok;
}

static void print_bytes(const char *name, const struct result *r)
{
  printf("  %-8s", name);
  for (unsigned i = 0; i < r->n; i++)
    printf(" %02x", r->byte[i]);
  puts(r->n ? "" : " refused");
}

/* The line was judged: is what we make of it right, and is it no name that stands for a value? */
static bool is_judged(const struct line *line)
{
  return line->verdict == SAME || line->verdict == REFUSED || line->verdict == UNPROVED;
}

long runtime_check(const struct word_oracle *O, const struct isa *isa, const struct line *line, size_t n, unsigned long *same,
                   unsigned long *explained)
{
  struct job j = {0};
  long wrong = 0;

  *same = *explained = 0;
  for (size_t i = 0; i < n && wrong >= 0; i++) {
    const struct result *named = &line[i].by[TOOL_OURS];

    for (unsigned form = 0; form < FORMS && is_judged(&line[i]); form++) {
      char text[LINE_TEXT + 8], message[MESSAGE_TEXT];
      struct result r;
      int status;

      if (!line[i].dynamic[form][0])
        continue;
      snprintf(text, sizeof(text), "%s%s", line[i].branch ? "1:;" : "", line[i].dynamic[form]);
      if (!renew(&j, isa))
        return -1;
      status = assemble(&j, text, &r, message);
      if (status != DASM_S_NOMEM && r.n == named->n && memcmp(r.byte, named->byte, r.n) == 0) {
        ++*same;
        continue;
      }
      if (word_explained(O, line[i].text, RUN_TIME)) {
        ++*explained;
        continue;
      }
      wrong++;
      printf("RUN TIME %s: %s   (%s) %s\n", isa->name, line[i].dynamic[form], line[i].text, message);
      print_bytes("run time", &r);
      print_bytes("named", named);
    }
  }
  dasm_free(&j.D);
  dasmc_free(j.A);
  return wrong;
}
