/* conform.c - run conformance data: conform [-a] [-d 1.5] ISA FILE...
 *
 * Each row's text is translated, put, linked and encoded in memory; the bytes or the status must
 * be those of the row. Prints each wrong row, and at the end "N rows, N wrong, N unknown"; unknown
 * means that a mnemonic is not in the table. Exit code 1 if a row was wrong or unknown. -a also
 * prints rows of *.rejected.tsv that were accepted. The dialect is libdasm's own; -d 1.5 is that of
 * text for DynASM.
 *
 * What the columns are depends on the file's name:
 *   *.runtime.tsv              snippet, arguments, bytes or status=CLASS; the same or "refused" in
 *                              our own dialect if it is not what DynASM does
 *   *.dynasm-wrong.tsv         line, DynASM's bytes, its meaning, right bytes or nothing, …
 *   *.runtime.dynasm-wrong.tsv snippet, arguments, DynASM's bytes, right bytes or nothing, category
 *   *.rejected.tsv             line or snippet, message: to be refused, or accepted as it is meant
 *   *.refused.libdasm.tsv      snippet, column of the caret, message, part of the help: to be
 *                              refused so; what is empty does not matter
 *   *.rvc.runtime.tsv          the same, with .option rvc before each snippet
 *   *.libdasm.tsv              line, bytes: for libdasm's dialect only
 *   others                     line, bytes, those of libdasm's dialect or "refused" if others
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conform.h"
#include "dasmc.h"

enum { MAX_ARGS = 24, PCS = 16, GLOBALS = 256, RENEW = 4000 };

struct args {
  dasmc_Value value[MAX_ARGS];
  unsigned n;
  dasmc_Value global[MAX_ARGS]; /* ->name=address */
  unsigned nglobals;
  uint64_t base;
};

/* What became of a text. */
struct result {
  int status;
  bool unknown;  /* a mnemonic is not known */
  bool warned;
  unsigned char *bytes;
  size_t size;
  unsigned column; /* of the first error */
  char message[600];
};

static const char *isa;
static const struct conform_data *data;
static bool show_accepted, compressed;
static int dialect = DASMC_DIALECT_LIBDASM;
static unsigned rows, wrong, unknown, accepted;
static dasmc_Assembler *A;
static dasm_State *D;
static unsigned uses;

static void die(const char *text)
{
  fprintf(stderr, "conform: %s\n", text);
  exit(2);
}

/* ---- the assembler ------------------------------------------------------------------ */

static void close_assembler(void)
{
  dasm_free(&D);
  dasmc_free(A);
  A = NULL;
}

/* Externs without an address: spaced by 0x1000 in order of first use. */
static int resolve_spaced(void *base, const dasm_ExternRef *ref, int64_t *value)
{
  uint64_t target = *(uint64_t *)base + 0x1000 * (uint64_t)(ref->index + 1);

  *value = (int64_t)(target - (ref->run + (unsigned)ref->width));
  return DASM_EXTERN_RAW;
}

static uint64_t extern_base;

/* Definitions stay in an assembler; a text that has some gets one of its own. */
static bool defines(const char *text)
{
  return strstr(text, ".type") || strstr(text, ".section") || strstr(text, ".define") ||
         strstr(text, ".macro") || strstr(text, "extern") || strstr(text, ".arch") ||
         strstr(text, ".code") || strstr(text, ".feature");
}

/* What the file's name says of all its texts; and some use sections without saying so. */
static const char *with_sections(const char *text)
{
  static char whole[8192];

  if (compressed) {
    snprintf(whole, sizeof(whole), ".option rvc\n%s", text);
    return whole;
  }
  if (!strstr(text, ".code") || strstr(text, ".section"))
    return text;
  snprintf(whole, sizeof(whole), ".section code, cold\n%s", text);
  return whole;
}

static void usual_layouts(const struct conform_layout *l)
{
  for (; l && l->type; l++) {
    if (l->member)
      dasmc_member(A, l->type, l->member, l->offset, l->size, l->of);
    else
      dasmc_layout(A, l->type, l->size);
  }
}

static void open_assembler(void)
{
  dasmc_Options options = {.size = sizeof(options), .isa = isa, .dialect = dialect};

  if (dasmc_new(&A, &options) != DASM_S_OK)
    die("this ISA is not known");
  if (dasmc_state(A, &D) != DASM_S_OK || dasm_growpc(&D, PCS) != DASM_S_OK)
    die("no memory");
  usual_layouts(data->layout);
  if (data->spaced_externs)
    dasm_setextern(&D, resolve_spaced, &extern_base);
  uses = 0;
}

/* "struct foo", "a@0:4;arr@32:4x8;size=64": element size 4, 8 of them. */
static void row_layout(const char *type, char *text)
{
  char *size = strstr(text, "size="), *item, *at, *colon;

  dasmc_layout(A, type, size ? strtoul(size + 5, NULL, 0) : 0);
  for (item = strtok(text, ";"); item; item = strtok(NULL, ";")) {
    at = strchr(item, '@');
    colon = strchr(item, ':');
    if (!at || !colon)
      continue;
    *at = '\0';
    dasmc_member(A, type, item, strtoul(at + 1, NULL, 0), strtoul(colon + 1, NULL, 0), NULL);
  }
}

/* ---- arguments ------------------------------------------------------------------------ */

static void one_arg(struct args *a, char *text)
{
  char *equals = strchr(text, '='), *value = equals ? equals + 1 : NULL;
  int64_t number;

  if (!equals)
    die("argument without a value");
  *equals = '\0';
  number =
      (int64_t)(value[0] == '-' ? (uint64_t)strtoll(value, NULL, 0) : strtoull(value, NULL, 0));
  if (strcmp(text, "base") == 0)
    a->base = (uint64_t)number;
  else if (strncmp(text, "->", 2) == 0)
    a->global[a->nglobals++] = (dasmc_Value){text + 2, number};
  else if (strncmp(text, "extern ", 7) == 0)
    dasmc_setextern(A, text + 7, (uint64_t)number);
  else if (strncmp(text, "struct ", 7) == 0)
    row_layout(text, value);
  else
    a->value[a->n++] = (dasmc_Value){text, number};
}

static void parse_args(struct args *a, char *text)
{
  static const char *const usual[] = {"n", "m", "a", "b", "c", "d", "q"}; /* 0 if not given */
  char *next;

  *a = (struct args){.base = data->base};
  for (; text && *text; text = next) {
    next = strchr(text, ',');
    if (next)
      *next++ = '\0';
    if (a->n == MAX_ARGS || a->nglobals == MAX_ARGS)
      die("too many arguments");
    one_arg(a, text);
  }
  for (unsigned i = 0; i < 7 && a->n < MAX_ARGS; i++)
    a->value[a->n++] = (dasmc_Value){usual[i], 0}; /* the first of a name counts */
  extern_base = a->base;
}

/* ---- running a text --------------------------------------------------------------------- */

static void source_errors(struct result *r)
{
  dasmc_Message m = {.size = sizeof(m)};

  for (unsigned i = 0; dasmc_message(A, i, &m) == DASM_S_OK; i++) {
    if (m.level == DASMC_WARNING)
      r->warned = true;
    if (m.level != DASMC_ERROR || r->message[0])
      continue;
    snprintf(r->message, sizeof(r->message), "%s", m.text);
    r->column = m.column;
    r->unknown = strncmp(m.text, "unknown statement", 17) == 0;
  }
}

static void preset_globals(void **globals, const struct args *a)
{
  dasm_setupglobal(&D, globals, GLOBALS); /* clears them */
  for (unsigned i = 0; i < a->nglobals; i++) {
    unsigned number = 0;

    if (dasmc_global(A, a->global[i].name, &number) != DASM_S_OK || number >= GLOBALS)
      die("too many global labels");
    globals[number] = (void *)(uintptr_t)a->global[i].value;
  }
}

static int produce(const char *text, const struct args *a, struct result *r)
{
  static void *globals[GLOBALS];
  int status = dasmc_reset(A, &D);

  if (status != DASM_S_OK)
    return status;
  preset_globals(globals, a);
  status = dasmc_emit(A, &D, with_sections(text), -1, a->value, a->n);
  source_errors(r);
  if (status == DASM_S_OK)
    status = dasm_checkstep(&D, -1);
  if (status == DASM_S_OK)
    status = dasm_link(&D, &r->size);
  if (status != DASM_S_OK)
    return status;
  r->bytes = malloc(r->size + 1);
  return r->bytes ? dasm_encode_at(&D, r->bytes, r->size, a->base) : DASM_S_NOMEM;
}

static void run(const char *text, const struct args *a, struct result *r)
{
  memset(r, 0, sizeof(*r));
  r->status = produce(text, a, r);
  if (r->status != DASM_S_OK && r->status != DASM_S_SOURCE)
    dasm_errmsg(&D, r->message, sizeof(r->message));
}

/* ---- comparing ---------------------------------------------------------------------------- */

static void print_bytes(const unsigned char *p, size_t n)
{
  for (size_t i = 0; i < n; i++)
    printf("%02x", p[i]);
}

static bool same_hex(const struct result *r, const char *hex)
{
  char pair[3];

  if (r->status != DASM_S_OK || strlen(hex) != 2 * r->size)
    return false;
  for (size_t i = 0; i < r->size; i++) {
    snprintf(pair, sizeof(pair), "%02x", r->bytes[i]);
    if (memcmp(pair, hex + 2 * i, 2) != 0)
      return false;
  }
  return true;
}

static bool same_bytes(const struct result *a, const struct result *b)
{
  return a->status == DASM_S_OK && b->status == DASM_S_OK && a->size == b->size &&
         memcmp(a->bytes, b->bytes, a->size) == 0;
}

static int status_class(const char *name)
{
  static const struct { const char *name; int status; } names[] = {
    {"RANGE_I", DASM_S_RANGE_I}, {"RANGE_LG", DASM_S_RANGE_LG}, {"RANGE_PC", DASM_S_RANGE_PC},
    {"RANGE_REL", DASM_S_RANGE_REL}, {"RANGE_VREG", DASM_S_RANGE_VREG},
    {"RANGE_SEC", DASM_S_RANGE_SEC}, {"UNDEF_LG", DASM_S_UNDEF_L},
    {"UNDEF_PC", DASM_S_UNDEF_PC}, {"PHASE", DASM_S_PHASE},
  };

  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    if (strcmp(name, names[i].name) == 0)
      return names[i].status;
  die("unknown status in a row");
  return 0;
}

/* Does the text give the bytes of *r when the negative arguments in `which` are masked, and those
 * that are patterns of an int are that int? False if there are none. */
static bool same_when_masked(const char *text, const struct args *a, const struct result *r,
                             unsigned which, uint64_t mask)
{
  struct args masked = *a;
  struct result other;
  bool same, any = false;

  for (unsigned j = 0; j < a->n; j++) {
    int64_t v = a->value[j].value;

    if (!(which >> j & 1) || (v >= 0 && v <= INT32_MAX) || v > UINT32_MAX)
      continue;
    masked.value[j].value = v < 0 ? (int64_t)((uint64_t)v & mask) : (int32_t)(uint32_t)v;
    any = true;
  }
  if (!any)
    return false;
  run(text, &masked, &other);
  same = same_bytes(&other, r);
  free(other.bytes);
  return same;
}

/* We accept negative values where DynASM does not: right if they give the bytes of the same
 * bit pattern (of one of them: others may be displacements). */
static bool is_bit_pattern(const char *text, const struct args *a, const struct result *r)
{
  static const uint64_t mask[] = {0xff, 0xffff, 0xffffffff};

  for (unsigned i = 0; i < 3; i++) {
    if (same_when_masked(text, a, r, ~0u, mask[i]))
      return true;
    for (unsigned j = 0; j < a->n; j++)
      if (same_when_masked(text, a, r, 1u << j, mask[i]))
        return true;
  }
  return false;
}

static void complain(const struct row *row, const struct result *r, const char *expected)
{
  printf("%s:%u: %s\t%s\n  expected %s\n  got      ", row->file, row->number, row->column[0],
         row->ncolumns > 2 ? row->column[1] : "", expected);
  if (r->status == DASM_S_OK)
    print_bytes(r->bytes, r->size);
  else
    printf("%s (%s)", r->message, dasm_strerror(r->status));
  printf("\n");
}

static void judge(const struct row *row, const struct result *r, bool right, const char *expected)
{
  rows++;
  if (right)
    return;
  if (r->unknown)
    unknown++;
  else
    wrong++;
  complain(row, r, expected);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void line_row(struct row *row, const struct args *a)
{
  const char *expected = row->column[dialect == DASMC_DIALECT_LIBDASM && row->ncolumns > 2 ? 2 : 1];
  struct result r;

  run(row->column[0], a, &r);
  judge(row, &r,
        strcmp(expected, "refused") == 0 ? r.status == DASM_S_SOURCE : same_hex(&r, expected),
        expected);
  free(r.bytes);
}

static void runtime_row(struct row *row, const struct args *a)
{
  bool own = dialect == DASMC_DIALECT_LIBDASM && row->ncolumns > 3;
  const char *expected = row->column[own ? 3 : 2];
  struct result r;
  bool right;

  run(row->column[0], a, &r);
  if (strcmp(expected, "refused") == 0) {
    right = r.status == DASM_S_SOURCE;
  } else if (strncmp(expected, "status=", 7) == 0) {
    int class = status_class(expected + 7);

    right = DASM_S_CLASS(r.status) == class ||
            (!own && class == DASM_S_RANGE_I && r.status == DASM_S_OK &&
             is_bit_pattern(row->column[0], a, &r));
  } else {
    right = same_hex(&r, expected);
  }
  judge(row, &r, right, expected);
  free(r.bytes);
}

static bool is_hex(const char *s)
{
  return *s && strspn(s, "0123456789abcdef") == strlen(s);
}

/* The result of a 32-bit lea is the same whether its address has 32 bits or 64. */
static bool is_lea32(const char *text)
{
  return strncmp(text, "lea e", 5) == 0;
}

/* DynASM has 2 in ModRM.reg of setcc, GNU as has 0; the processor ignores it. */
static bool same_setcc(const struct result *r, const char *text, const char *hex)
{
  char copy[64], *opcode;

  if (strncmp(text, "set", 3) != 0 || strlen(hex) >= sizeof(copy))
    return false;
  opcode = strstr(strcpy(copy, hex), "0f9");
  if (!opcode || strlen(opcode) < 6)
    return false;
  opcode[4]++; /* the first digit of ModRM: 0, 4 or 8 */
  return same_hex(r, copy);
}

/* A file of snippets may have no right bytes: then all are right that DynASM's are not, and where
 * its address is an absolute one of 32 bits, which that text does mean, they are as well. */
static bool right_without_bytes(const struct row *row, const struct result *r)
{
  return row->ncolumns == 4 &&
         (strstr(row->column[3], "(abs32 value)") || !same_hex(r, row->column[2]));
}

/* Refusing is right, and so are the right bytes. In text for DynASM its bytes are kept, with a
 * warning, where programs rely on them; a file does not say where. */
static void wrong_row(struct row *row, const struct args *a, unsigned column)
{
  const char *theirs = row->column[column];
  unsigned from_gnu = column == 1 ? data->right : column + 1;
  const char *good = row->ncolumns > from_gnu + 1 ? row->column[from_gnu] : "";
  struct result r;
  bool right;

  run(row->column[0], a, &r);
  if (r.status != DASM_S_OK)
    right = (!r.unknown || !is_hex(good)) && !(is_hex(good) && theirs[0] == '!');
  else
    right = same_hex(&r, good) || same_setcc(&r, row->column[0], good) ||
            (column == 2 && right_without_bytes(row, &r)) ||
            (dialect == DASMC_DIALECT_1_5 && same_hex(&r, theirs) &&
             (r.warned || is_lea32(row->column[0])));
  judge(row, &r, right, is_hex(good) ? good : "refused");
  free(r.bytes);
}

/* The text with its last number, if that is negative, replaced by its bit pattern. */
static void mask_number(char *out, size_t size, const char *text, uint64_t mask)
{
  const char *minus = strrchr(text, '-');
  char *end;
  uint64_t v;

  snprintf(out, size, "%s", text);
  if (!minus || minus == text || !strchr(" ,", minus[-1]) || !strchr("0123456789", minus[1]))
    return;
  v = (uint64_t)strtoll(minus, &end, 0);
  snprintf(out + (minus - text), size - (size_t)(minus - text), "0x%llx%s",
           (unsigned long long)(v & mask), end);
}

/* Accepted rows with a negative number must give the bytes of its bit pattern; others are for a
 * person to look at. */
static void rejected_row(struct row *row, const struct args *a)
{
  static const uint64_t mask[] = {0xff, 0xffff, 0xffffffff};
  struct result r, other;
  char text[1024];
  bool right, negative;

  run(row->column[0], a, &r);
  right = r.status != DASM_S_OK;
  for (unsigned i = 0; i < 3 && !right; i++) {
    mask_number(text, sizeof(text), row->column[0], mask[i]);
    negative = strcmp(text, row->column[0]) != 0;
    run(text, a, &other);
    right = negative && same_bytes(&other, &r);
    free(other.bytes);
  }
  if (!right && r.status == DASM_S_OK && !strstr(row->column[1], "immediate byte out of range") &&
      !strstr(row->column[1], "immediate word out of range")) {
    accepted++;
    right = true;
    if (show_accepted) {
      printf("%s:%u: accepted: %s\t", row->file, row->number, row->column[0]);
      print_bytes(r.bytes, r.size);
      printf("\n");
    }
  }
  judge(row, &r, right, "refused");
  free(r.bytes);
}

/* Is there a help with this text in it? */
static bool has_help(const char *part)
{
  dasmc_Message m = {.size = sizeof(m)};

  for (unsigned i = 0; dasmc_message(A, i, &m) == DASM_S_OK; i++)
    if (m.level == DASMC_HELP && strstr(m.text, part))
      return true;
  return false;
}

/* Columns that are empty or missing do not matter; that of the caret is from 1, in its line. */
static void refused_row(struct row *row, const struct args *a)
{
  const char *column = row->column[1], *message = row->ncolumns > 2 ? row->column[2] : "";
  const char *help = row->ncolumns > 3 ? row->column[3] : "";
  struct result r;
  bool right;

  run(row->column[0], a, &r);
  right = r.status == DASM_S_SOURCE && (!*column || (unsigned)atoi(column) == r.column) &&
          (!*message || strcmp(message, r.message) == 0) && (!*help || has_help(help));
  judge(row, &r, right, message);
  free(r.bytes);
}

static void run_row(struct row *row, enum kind kind)
{
  static char none[] = "";
  struct args a;
  bool own;

  row_unescape(row->column[0]);
  own = defines(row->column[0]);
  if (A && (own || uses++ == RENEW))
    close_assembler();
  if (!A)
    open_assembler();
  parse_args(&a, kind == RUNTIME || kind == RUNTIME_WRONG ? row->column[1] : none);
  switch (kind) {
  case LINES: line_row(row, &a); break;
  case RUNTIME: runtime_row(row, &a); break;
  case WRONG: wrong_row(row, &a, 1); break;
  case RUNTIME_WRONG: wrong_row(row, &a, 2); break;
  case REJECTED: rejected_row(row, &a); break;
  case REFUSED: refused_row(row, &a); break;
  }
  if (own)
    close_assembler();
}

/* ---- files --------------------------------------------------------------------------------- */

static void run_file(const char *name)
{
  static char line[1 << 20];
  enum kind kind = row_kind(name);
  struct row row = {.file = name};
  FILE *f = fopen(name, "r");

  if (!f) {
    perror(name);
    exit(2);
  }
  compressed = strstr(name, ".rvc.") != NULL;
  while (fgets(line, sizeof(line), f)) {
    row.number++;
    if (line[0] == '#' || line[0] == '\n')
      continue;
    row_split_line(&row, line);
    if (row.ncolumns < row_least(kind))
      die("a row has too few columns");
    run_row(&row, kind);
  }
  fclose(f);
}

int main(int argc, char **argv)
{
  int i = 1;

  if (i < argc && strcmp(argv[i], "-a") == 0) {
    show_accepted = true;
    i++;
  }
  if (i + 1 < argc && strcmp(argv[i], "-d") == 0 && strcmp(argv[i + 1], "1.5") == 0) {
    dialect = DASMC_DIALECT_1_5;
    i += 2;
  }
  if (argc - i < 2) {
    fprintf(stderr, "usage: conform [-a] [-d 1.5] ISA FILE...\n");
    return 2;
  }
  isa = argv[i++];
  data = conform_data(isa);
  for (; i < argc; i++)
    run_file(argv[i]);
  if (A)
    close_assembler();
  if (accepted > 0)
    printf("%u rejected by DynASM are accepted\n", accepted);
  printf("%u rows, %u wrong, %u unknown\n", rows, wrong, unknown);
  return wrong || unknown ? 1 : 0;
}
