/* dynamic.c - every line once more with what can be given at run time given at run time: all of it, the
 * registers alone, the numbers alone.
 *
 * Registers become their family and a number in parentheses, immediates and displacements a number in
 * parentheses: "add r9, [rbx+r12*4+128]" is "add Rq(9), [Rq(3)+Rq(12)*4+(128)]". The translator takes
 * what is in parentheses for an expression, ours.c passes the values to the put. The bytes must be
 * those of the line with names, which the others assemble, too; or, where a row has a short form
 * for a register or number that is known (and for Rb(n), which has a REX prefix), disassemble to the same text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dasmc/isa/x86.h"
#include "oracle.h"

/* ---- text ------------------------------------------------------------------------------ */

static bool word_char(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool digit(char c)
{
  return c >= '0' && c <= '9';
}

static const char *family(const struct x86_reg *r)
{
  switch (r->class) {
  case RC_8: case RC_8HIGH: case RC_8REX: return "Rb";
  case RC_16: return "Rw";
  case RC_32: return "Rd";
  case RC_64: return "Rq";
  case RC_ST: return "Rf";
  case RC_MM: return "mm";
  case RC_XMM: return "xmm";
  case RC_YMM: return "ymm";
  case RC_ZMM: return "zmm";
  case RC_MASK: return "k";
  case RC_TMM: return "tmm";
  case RC_BND: return "bnd";
  case RC_CR: return "cr";
  case RC_DR: return "dr";
  default: return NULL;
  }
}

/* The register p[0..n-1], or a word that stays as it is. */
static void put_word(const char *p, size_t n, unsigned bits, char *out, size_t size)
{
  struct x86_reg r;
  const char *name = x86_reg_parse(bits == 64, (struct span){p, n}, &r) == n ? family(&r) : NULL;

  if (name)
    snprintf(out, size, strcmp(name, "Rf") == 0 ? "%s((%u))" : "%s(%u)", name, r.num);
  else
    snprintf(out, size, "%.*s", (int)n, p);
}

/* An address or a decoration: registers and numbers, but for scales and {1toN}. */
static void put_terms(const char *p, unsigned bits, unsigned form, char *out, size_t size)
{
  size_t n = 0;
  bool inside = false, minus = false;

  for (; *p && n + 1 < size; p++) {
    size_t len = 0;

    inside |= *p == '[';
    inside &= *p != ']';
    while (word_char(p[len]))
      len++;
    if (inside && form != FORM_REGISTERS && (*p == '+' || *p == '-')) {
      minus = *p == '-';
      out[n++] = '+';
    } else if (len > 0 && inside && form != FORM_REGISTERS && digit(*p) && p[-1] != '*') {
      n += (size_t)snprintf(out + n, size - n, "(%s%.*s)", minus ? "-" : "", (int)len, p);
      p += len - 1;
    } else if (len > 0) {
      if (digit(*p) || form == FORM_VALUES)
        snprintf(out + n, size - n, "%.*s", (int)len, p);
      else
        put_word(p, len, bits, out + n, size - n);
      n += strlen(out + n);
      p += len - 1;
    } else {
      out[n++] = *p;
    }
  }
  out[n < size ? n : size - 1] = '\0';
}

/* Words of rows that stand for one register or number, which must be known. */
static bool is_fixed(const char *word)
{
  static const char *const fixed[] = {"al", "ax", "eax", "rax", "cl", "dx", "ecx", "edx", "ebx", "rcx", "rdx", "rbx", "xmm0", "st(0)",
                                      "es", "cs", "ss", "ds", "fs", "gs", "sreg", "1", "imm4", "rel8", "rel32", "ptr16:32"};

  for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
    if (strcmp(word, fixed[i]) == 0)
      return true;
  }
  return false;
}

/* An address of 16 bits: ModRM says which registers it is made of. */
static bool is_addr16(const char *text)
{
  return strstr(text, "[bx") || strstr(text, "[bp") || strstr(text, "[di");
}

void dynamic_operand(const char *word, const char *text, unsigned bits, unsigned form, char *out, size_t size)
{
  if (is_fixed(word) || is_addr16(text))
    snprintf(out, size, "%s", text);
  else if (strncmp(word, "imm", 3) == 0)
    snprintf(out, size, form == FORM_REGISTERS ? "%s" : "(%s)", text);
  else
    put_terms(text, bits, form, out, size);
}

/* ---- the check --------------------------------------------------------------------------- */

/* EVEX registers above 15 are a matter of the encoding, which must be asked for if numbers are not known. */
static bool needs_evex(const struct line *line, unsigned form)
{
  const char *opcode = row_split(&x86_rows, x86_rows.row[line->chosen]).encoding;

  return form != FORM_VALUES && strncmp(opcode, "EVEX", 4) == 0 && !strstr(line->text, "{evex}");
}

static void print_result(const char *name, const struct result *r)
{
  printf("  %-7s", name);
  for (unsigned i = 0; i < r->n; i++)
    printf(" %02x", r->byte[i]);
  puts(r->n ? "" : " refused");
}

/* llvm-mc leaves out the 1 of a shift by one. */
static bool same_reading(char a[READ_TEXT], char b[READ_TEXT])
{
  char *const both[] = {a, b};

  for (size_t i = 0; i < 2; i++) {
    size_t n = strlen(both[i]);

    if (n > 2 && strcmp(both[i] + n - 2, ",1") == 0)
      both[i][n - 2] = '\0';
  }
  return strcmp(a, b) == 0;
}

/* Rb(n) always has a REX prefix, since spl to dil need one. */
static bool rex_more(const struct result *dynamic, const struct result *named)
{
  for (unsigned i = 0; i < 4 && dynamic->n == named->n + 1; i++) {
    if (dynamic->byte[i] == 0x40 && memcmp(dynamic->byte, named->byte, i) == 0 &&
        memcmp(dynamic->byte + i + 1, named->byte + i, named->n - i) == 0)
      return true;
  }
  return false;
}

/* xchg rax, rax is a nop with a name, and with a number that happens to be 0 the instruction itself. */
static bool is_nop(const struct result *dynamic, const struct result *named)
{
  return named->n == 1 && named->byte[0] == 0x90 && dynamic->n == 2 && dynamic->byte[0] == 0x48 && dynamic->byte[1] == 0x90;
}

/* May other bytes be read alike? If another row was taken, that of eax, or of a shift by one. */
static bool may_differ(const struct line *dynamic, const struct line *line)
{
  return dynamic->chosen != line->chosen || rex_more(&dynamic->by[TOOL_OURS], &line->by[TOOL_OURS]);
}

static bool read_alike(struct line **of, const struct line *dynamic, size_t n, unsigned bits, bool *alike)
{
  const struct result **code = calloc(2 * n + 1, sizeof(const struct result *));
  char(*text)[READ_TEXT] = calloc(2 * n + 1, sizeof(*text));
  bool ok = code && text;

  for (size_t i = 0; ok && i < n; i++) {
    code[2 * i] = &of[i]->by[TOOL_OURS];
    code[2 * i + 1] = &dynamic[i].by[TOOL_OURS];
  }
  for (int tool = TOOL_FIRST; ok && n > 0 && tool < tool_count(); tool++) {
    ok = tool_read(tool, bits, code, 2 * n, text);
    for (size_t i = 0; ok && i < n; i++)
      alike[i] |= may_differ(&dynamic[i], of[i]) && text[2 * i][0] && same_reading(text[2 * i], text[2 * i + 1]);
  }
  free(code);
  free(text);
  return ok;
}

/* Keep of n dynamic lines those whose bytes are not those of their line; how many. */
static size_t keep_different(struct line *dynamic, struct line **of, size_t n)
{
  size_t kept = 0;

  for (size_t i = 0; i < n; i++) {
    if (same_result(&dynamic[i].by[TOOL_OURS], &of[i]->by[TOOL_OURS]))
      continue;
    dynamic[kept] = dynamic[i];
    of[kept++] = of[i];
  }
  return kept;
}

/* Names of registers are exchanged for a shorter prefix, numbers at run time are not: then the bytes are those of {vex3}. */
static bool in_order(struct line **of, const struct line *dynamic, size_t n, unsigned bits, bool *alike)
{
  struct lines L = {0};
  bool ok;

  for (size_t i = 0; i < n; i++)
    snprintf(lines_add(&L)->text, LINE_TEXT, "{vex3} %.100s", of[i]->text);
  ok = n == 0 || ours_assemble(bits, NULL, L.line, n, NULL);
  for (size_t i = 0; ok && i < n; i++)
    alike[i] |= (dynamic[i].by[TOOL_OURS].n > 0 && same_result(&L.line[i].by[TOOL_OURS], &dynamic[i].by[TOOL_OURS])) ||
                is_nop(&dynamic[i].by[TOOL_OURS], &of[i]->by[TOOL_OURS]);
  lines_free(&L);
  return ok;
}

/* An address of eight bytes in mov is one for which the number is known; at run time mov64 takes it. */
static bool is_known_address(const struct line *line)
{
  struct row r = row_split(&x86_rows, x86_rows.row[line->chosen]);

  return strcmp(r.mnemonic, "mov") == 0 && strstr(r.operands, "moffs") && strstr(r.needs, "OWN");
}

static bool check_form(struct line *line, size_t n, unsigned bits, unsigned form, unsigned long count[DYNAMIC_VERDICTS])
{
  struct lines D = {0};
  struct line **of = calloc(n + 1, sizeof(*of));
  char(*message)[MESSAGE_TEXT] = calloc(n + 1, sizeof(*message));
  bool *alike = calloc(n + 1, sizeof(*alike)), ok = of && alike && message;
  size_t made;

  for (size_t i = 0; ok && i < n; i++) {
    if (!line[i].dynamic[form][0] || line[i].chosen == NO_ROW /* the same text was there before */ || line[i].by[TOOL_OURS].n == 0 || (line[i].verdict != SAME && !line[i].proved))
      continue;
    if (is_known_address(&line[i]))
      continue;
    of[D.n] = &line[i];
    if (snprintf(lines_add(&D)->text, LINE_TEXT, "%s%s", needs_evex(&line[i], form) ? "{evex} " : "", line[i].dynamic[form]) >= LINE_TEXT)
      D.n--;
  }
  made = D.n;
  ok = ok && (made == 0 || ours_assemble(bits, NULL, D.line, made, message));
  for (size_t i = 0; ok && i < made; i++) {
    if (D.line[i].by[TOOL_OURS].n == 0)
      printf("RUN TIME %u-bit: %s: %s\n", bits, D.line[i].text, message[i]);
  }
  D.n = ok && made ? keep_different(D.line, of, made) : 0;
  ok = ok && read_alike(of, D.line, D.n, bits, alike) && in_order(of, D.line, D.n, bits, alike);
  count[DYNAMIC_SAME] += made - D.n;
  for (size_t i = 0; ok && i < D.n; i++) {
    count[alike[i] ? DYNAMIC_READ : DYNAMIC_WRONG]++;
    if (!alike[i] && D.line[i].by[TOOL_OURS].n > 0) {
      printf("RUN TIME %u-bit: %s\n", bits, D.line[i].text);
      print_result("dynamic", &D.line[i].by[TOOL_OURS]);
      print_result("static", &of[i]->by[TOOL_OURS]);
    }
  }
  lines_free(&D);
  free(of);
  free(message);
  free(alike);
  return ok;
}

bool dynamic_check(struct line *line, size_t n, unsigned bits, unsigned long count[DYNAMIC_VERDICTS])
{
  bool ok = true;

  for (unsigned form = 0; ok && form < FORMS; form++)
    ok = check_form(line, n, bits, form, count);
  return ok;
}
