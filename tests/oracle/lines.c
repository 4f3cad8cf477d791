/* lines.c - lines of assembly text from one row of the table.
 *
 * The operand column of the row is all that is looked at. Each operand has alternatives
 * (xmm/m128/m32bcst); for every combination of them there are lines with several sets of
 * registers, and then, one dimension at a time and all else kept, every shape of address, every
 * boundary of an immediate, every decoration. So the number of lines is a sum and not a product.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../dasmc/isa/x86.h"
#include "oracle.h"

enum { MAXOPS = 6, MAXALTS = 6 };

struct alternatives {
  char word[MAXALTS][16];
  unsigned n;
  bool mask, zero, er, sae;
};

/* What one line is made of. */
struct choice {
  const char *word[MAXOPS]; /* alternative of each operand */
  unsigned regs;            /* set of registers */
  unsigned shape;           /* of the address */
  unsigned value;           /* of immediates */
  const char *prefix;       /* "{evex} " and the like */
  const char *first;        /* "{dfv=cf} " before the first operand */
  const char *mask, *round;
  bool unsized;             /* leave the size of the memory operand out */
  const char *segment;      /* of memory that is implied */
  bool narrow;              /* its register has 32 bits in 64-bit mode */
};

struct generator {
  struct lines *L;
  uint32_t row;
  unsigned bits;
  struct row text;
  struct alternatives op[MAXOPS];
  unsigned nop;
};

/* ---- the row's operands ----------------------------------------------------------- */

static void add_word(struct alternatives *a, const char *p, size_t n)
{
  if (a->n < MAXALTS && n < sizeof(a->word[0])) {
    memcpy(a->word[a->n], p, n);
    a->word[a->n++][n] = '\0';
  }
}

static void read_operand(const char *p, size_t n, struct alternatives *a)
{
  const char *end = p + n, *dec = memchr(p, '{', n);

  for (const char *d = dec; d && d < end; d++) {
    a->mask |= strncmp(d, "{k}", 3) == 0;
    a->zero |= strncmp(d, "{z}", 3) == 0;
    a->er |= strncmp(d, "{er}", 4) == 0;
    a->sae |= strncmp(d, "{sae}", 5) == 0;
  }
  if (dec)
    end = dec;
  if (end - p > 3 && memcmp(p, "r/m", 3) == 0) {
    char reg[16];

    snprintf(reg, sizeof(reg), "r%.*s", (int)(end - p - 3), p + 3);
    add_word(a, reg, strlen(reg));
    p += 2;
  }
  while (p < end) {
    const char *q = memchr(p, '/', (size_t)(end - p));

    if (!q)
      q = end;
    add_word(a, p, (size_t)(q - p));
    p = q + 1;
  }
}

static void read_row(struct generator *g)
{
  const char *p = g->text.operands;

  while (*p && g->nop < MAXOPS) {
    const char *q = strstr(p, ", ");
    size_t n = q ? (size_t)(q - p) : strlen(p);

    read_operand(p, n, &g->op[g->nop++]);
    p = q ? q + 2 : p + n;
  }
}

static bool is_memory(const char *word)
{
  return (word[0] == 'm' && (word[1] == '\0' || (word[1] >= '0' && word[1] <= '9') || word[1] == 'o')) ||
         strncmp(word, "vm", 2) == 0 || strcmp(word, "sibmem") == 0;
}

/* Memory that the instruction implies, as the letters of op/en say: its register. */
static const char *implied_register(const struct generator *g, unsigned op)
{
  switch (g->text.place[0] ? g->text.place[op] : 0) {
  case 'T': return "di";
  case 'F': return "si";
  case 'L': return "bx";
  default: return NULL;
  }
}

static bool is_immediate(const char *word)
{
  return strncmp(word, "imm", 3) == 0;
}

/* ---- registers ---------------------------------------------------------------------- */

/* Sets of register numbers, by operand. 64-bit mode: low, high, mixed, and 16 to 31. */
static const uint8_t register_sets[][MAXOPS] = {
  {1, 2, 3, 5, 6, 7}, {7, 6, 5, 3, 2, 1},    {0, 0, 0, 0, 0, 0},      {4, 5, 1, 2, 3, 6},
  {9, 10, 11, 12, 13, 14}, {8, 1, 15, 2, 3, 4}, {3, 12, 4, 13, 5, 8}, {15, 15, 15, 15, 15, 15},
  {16, 17, 18, 19, 20, 21}, {31, 1, 24, 30, 9, 3}, {2, 29, 6, 23, 25, 16}, {24, 8, 16, 31, 1, 0},
};
enum { SETS_LOW = 4, SETS_64 = 8, SETS_ALL = 12 };

static const char *const byte_names[] = {"al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"};
static const char *const word_names[] = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
static const char *const sreg_names[] = {"es", "cs", "ss", "ds", "fs", "gs"};
static const char *const high_names[] = {"ah", "ch", "dh", "bh"};

static bool general_register(const char *word, unsigned n, unsigned bits, char *out, size_t size)
{
  unsigned width = (unsigned)atoi(word + 1);

  if (n >= 8)
    snprintf(out, size, "r%u%s", n, width == 8 ? "b" : width == 16 ? "w" : width == 32 ? "d" : "");
  else if (width == 8)
    snprintf(out, size, "%s", bits == 32 && n >= 4 ? high_names[n - 4] : byte_names[n]);
  else
    snprintf(out, size, "%s%s", width == 16 ? "" : width == 32 ? "e" : "r", word_names[n]);
  return true;
}

/* A register of a class that has fewer than 32, or that is printed otherwise. */
static bool small_register(const char *word, unsigned n, unsigned bits, char *out, size_t size)
{
  static const uint8_t cr[] = {0, 2, 3, 4, 8, 0, 3, 8};

  if (strcmp(word, "sreg") == 0)
    snprintf(out, size, "%s", sreg_names[n % 6]);
  else if (strcmp(word, "cr") == 0)
    snprintf(out, size, "cr%u", cr[n % (bits == 64 ? 8u : 4u)]);
  else if (strcmp(word, "st(i)") == 0)
    snprintf(out, size, "st%u", n & 7);
  else if (strcmp(word, "st(0)") == 0)
    snprintf(out, size, "st0");
  else if (strcmp(word, "bnd") == 0)
    snprintf(out, size, "bnd%u", n & 3);
  else if (strcmp(word, "mm") == 0 || strcmp(word, "tmm") == 0 || strcmp(word, "dr") == 0 || strcmp(word, "k") == 0)
    snprintf(out, size, "%s%u", word, n & 7);
  else if (strcmp(word, "k+1") == 0)
    snprintf(out, size, "k%u", n & 6);
  else
    return false;
  return true;
}

static bool register_text(const char *word, unsigned n, unsigned bits, char *out, size_t size)
{
  if (word[0] == 'r' && word[1] >= '1' && word[1] <= '8')
    return general_register(word, n, bits, out, size);
  if (small_register(word, n, bits, out, size))
    return true;
  if (strcmp(word, "xmm") == 0 || strcmp(word, "ymm") == 0 || strcmp(word, "zmm") == 0)
    snprintf(out, size, "%s%u", word, n);
  else if (strcmp(word, "xmm+3") == 0 || strcmp(word, "zmm+3") == 0)
    snprintf(out, size, "%.3s%u", word, n & 28);
  else
    snprintf(out, size, "%s", word); /* al, cl, xmm0, 1 ... as they are */
  return true;
}

/* ---- memory --------------------------------------------------------------------------- */

static const char *const shapes64[] = {
  "rax",      "rcx+8",        "rbp",     "r13",      "rsp",          "r12",        "rbx+rcx*4", "r8+r15*8+305419896",
  "rcx*8+256", "rip+256",     "4660",    "rax-128",  "rax+127",      "rax+128",    "rax-129",   "rbp+rcx",
  "r13+r14*2", "rsp+rbp*1-4", "rbx+rdi*2+100000",   "eax",          "r9d+r10d*4+5", "fs:rbx", "gs:4660",
  "rax-2147483648", "rax+2147483647", "r16",        "r31+8",        "r17+r18*4",  "rax+r24*8-300", "r29+rcx+128",
};
static const char *const shapes32[] = {
  "eax",       "ecx+8",   "ebp",     "esp",     "ebx+ecx*4", "esi+edi*8+305419896", "ecx*8+256", "4660",
  "eax-128",   "eax+127", "eax+128", "eax-129", "ebp+ecx",   "esp+ebp*1-4",         "fs:ebx",    "gs:4660",
  "bx+si",     "bp+di-129", "fs:di+8", "bp",
};
/* With a vector as the index: %s is its name. */
static const char *const vector_shapes[] = {"rax+%s", "rcx+%s*4+8", "r13+%s*8", "rbp+%s*2-512", "%s*4+64", "rsp+%s+127"};
static const char *const vector_shapes32[] = {"eax+%s", "ecx+%s*4+8", "ebp+%s*2-512", "%s*4+64", "esp+%s+127"};
/* Displacements in units of the operand, and then bytes: around what a scaled byte reaches. */
static const int16_t scaled[][2] = {{127, 0}, {128, 0}, {-128, 0}, {-129, 0}, {1, 1}};

enum { COUNT64 = sizeof(shapes64) / sizeof(shapes64[0]), COUNT32 = sizeof(shapes32) / sizeof(shapes32[0]),
       COUNT_VECTOR = sizeof(vector_shapes) / sizeof(vector_shapes[0]),
       COUNT_VECTOR32 = sizeof(vector_shapes32) / sizeof(vector_shapes32[0]), COUNT_SCALED = 5 };

static bool is_vsib(const char *word)
{
  return strncmp(word, "vm", 2) == 0;
}

static unsigned shape_count(const char *word, unsigned bits)
{
  if (is_vsib(word))
    return bits == 64 ? COUNT_VECTOR : COUNT_VECTOR32;
  return (bits == 64 ? COUNT64 : COUNT32) + COUNT_SCALED;
}

static unsigned memory_bits(const char *word)
{
  return word[0] == 'm' && word[1] >= '1' && word[1] <= '9' ? (unsigned)atoi(word + 1) : 0;
}

static const char *size_text(const char *word)
{
  static const struct { const char *word, *text; } words[] = {
    {"m8", "byte "}, {"m16", "word "}, {"m32", "dword "}, {"m48", "fword "}, {"m64", "qword "}, {"m80", "tword "},
    {"m128", "oword "}, {"m256", "yword "}, {"m512", "zword "}, {"m16bcst", "word "}, {"m32bcst", "dword "},
    {"m64bcst", "qword "}, {"m16:16", "far word "}, {"m16:32", "far dword "}, {"m16:64", "far qword "},
    {"moffs8", "byte "}, {"moffs16", "word "}, {"moffs32", "dword "}, {"moffs64", "qword "},
  };

  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (strcmp(word, words[i].word) == 0)
      return words[i].text;
  }
  return "";
}

static void plain_address(const struct generator *g, const char *word, unsigned shape, char *out, size_t size)
{
  const char *const *shapes = g->bits == 64 ? shapes64 : shapes32;
  unsigned count = g->bits == 64 ? COUNT64 : COUNT32;

  if (shape < count) {
    snprintf(out, size, "%s", shapes[shape]);
  } else {
    int unit = (int)memory_bits(word) / 8;

    snprintf(out, size, "%s%+d", g->bits == 64 ? "rax" : "eax",
             scaled[shape - count][0] * unit + scaled[shape - count][1]);
  }
}

static void vector_address(const struct generator *g, const char *word, const struct choice *c, char *out, size_t size)
{
  static const uint8_t index[] = {4, 0, 7, 3, 8, 15, 9, 12, 22, 31, 5, 13};
  const char *const *shapes = g->bits == 64 ? vector_shapes : vector_shapes32;
  char name[8], pattern[40];
  const char *at = shapes[c->shape];
  const char *hole = strstr(at, "%s");

  snprintf(name, sizeof(name), "%cmm%u", word[strlen(word) - 1], index[c->regs]);
  snprintf(pattern, sizeof(pattern), "%.*s%s%s", (int)(hole - at), at, name, hole + 2);
  snprintf(out, size, "%s", pattern);
}

/* Elements of a broadcast: vector bits over element bits. */
static unsigned broadcast_count(const struct alternatives *a, const char *word)
{
  for (unsigned i = 0; i < a->n; i++) {
    if (is_memory(a->word[i]) && !strstr(a->word[i], "bcst"))
      return memory_bits(a->word[i]) / memory_bits(word);
  }
  return 0;
}

static void memory_text(const struct generator *g, unsigned op, const struct choice *c, char *out, size_t size)
{
  const char *word = c->word[op];
  char address[64], bcst[12] = "";
  const char *seg = "", *at = address;

  if (strncmp(word, "moffs", 5) == 0)
    snprintf(address, sizeof(address), "%s", g->bits == 64 ? "1311768467463790320" : "305419896");
  else if (is_vsib(word))
    vector_address(g, word, c, address, sizeof(address));
  else
    plain_address(g, word, c->shape, address, sizeof(address));
  if (strstr(word, "bcst"))
    snprintf(bcst, sizeof(bcst), "{1to%u}", broadcast_count(&g->op[op], word));
  if (address[2] == ':') {
    seg = address[0] == 'f' ? "fs:" : "gs:";
    at = address + 3;
  }
  snprintf(out, size, "%s%s[%s]%s", c->unsized ? "" : size_text(word), seg, at, bcst);
}

/* ---- immediates ------------------------------------------------------------------------- */

static bool is_far_target(const char *word)
{
  return strcmp(word, "ptr16:32") == 0;
}

static const int64_t *values(const char *word, unsigned *n)
{
  static const int64_t byte[] = {53, 0, 1, 127, -128, 255}, small[] = {53, 127, -128, -1},
                       word16[] = {4660, 127, 128, -128, -129, 32767, -32768},
                       dword[] = {305419896, 127, 128, -128, -129, INT32_MAX, INT32_MIN},
                       qword[] = {INT64_C(0x123456789abcdef0), 1, -1, INT64_MIN}, nibble[] = {2, 0, 15};

#define VALUES(v) (*n = sizeof(v) / sizeof((v)[0]), (v))
  return strcmp(word, "imm8s") == 0 ? VALUES(small) : strcmp(word, "imm8") == 0 ? VALUES(byte)
       : strcmp(word, "imm16") == 0 ? VALUES(word16) : strcmp(word, "imm4") == 0 ? VALUES(nibble)
       : strcmp(word, "imm64") == 0 ? VALUES(qword) : VALUES(dword);
#undef VALUES
}

/* ---- one line --------------------------------------------------------------------------- */

static void append(char *out, size_t size, const char *text)
{
  size_t n = strlen(out);

  if (n < size)
    snprintf(out + n, size - n, "%s", text);
}

static void operand_text(const struct generator *g, unsigned i, const struct choice *c, char *out, size_t size)
{
  const char *word = c->word[i];
  unsigned n;
  const int64_t *v;

  if (implied_register(g, i)) {
    snprintf(out, size, "%s%s[%c%s]", c->unsized ? "" : size_text(word), c->segment && g->text.place[i] != 'T' ? c->segment : "",
             (g->bits == 64) != c->narrow ? 'r' : 'e', implied_register(g, i));
  } else if (is_memory(word)) {
    memory_text(g, i, c, out, size);
  } else if (is_far_target(word)) {
    snprintf(out, size, "%u:305419896", c->regs);
  } else if (is_immediate(word)) {
    v = values(word, &n);
    snprintf(out, size, "%lld", (long long)v[c->value % n]);
  } else if (strcmp(word, "rel8") == 0 || strcmp(word, "rel32") == 0) {
    snprintf(out, size, "%s<1", word[3] == '8' ? "short " : "");
  } else {
    register_text(word, register_sets[c->regs][i], g->bits, out, size);
  }
}

/* The text of a line; form: with registers or numbers given at run time (FORM_*; FORMS: neither). */
static void line_text(const struct generator *g, const struct choice *c, unsigned form, char out[LINE_TEXT])
{
  bool rounded = !c->round, dynamic = form != FORMS;

  append(out, LINE_TEXT, c->prefix ? c->prefix : "");
  append(out, LINE_TEXT, g->text.mnemonic);
  for (unsigned i = 0; i < g->nop; i++) {
    char text[80], at_run_time[120], mask[24] = "";

    operand_text(g, i, c, text, sizeof(text));
    if (g->op[i].mask && c->mask)
      snprintf(mask, sizeof(mask), dynamic && form != FORM_VALUES ? "{k(%c)%s" : "{k%c%s", c->mask[2], c->mask + 3);
    if (dynamic && implied_register(g, i))
      snprintf(at_run_time, sizeof(at_run_time), "%s", text);
    else if (dynamic && strcmp(g->text.mnemonic, "mov") == 0 &&
             (strcmp(c->word[i], "imm64") == 0 || (g->bits == 64 && strncmp(c->word[i], "moffs", 5) == 0)))
      snprintf(at_run_time, sizeof(at_run_time), "%s", text); /* a run-time value has 32 bits there */
    else if (dynamic)
      dynamic_operand(c->word[i], text, g->bits, form, at_run_time, sizeof(at_run_time));
    if (!rounded && is_immediate(c->word[i])) { /* rounding comes before immediates */
      append(out, LINE_TEXT, ", ");
      append(out, LINE_TEXT, c->round);
      rounded = true;
    }
    append(out, LINE_TEXT, i ? ", " : " ");
    if (i == 0 && c->first)
      append(out, LINE_TEXT, c->first);
    append(out, LINE_TEXT, dynamic ? at_run_time : text);
    append(out, LINE_TEXT, mask);
  }
  if (!rounded) {
    append(out, LINE_TEXT, ", ");
    append(out, LINE_TEXT, c->round);
  }
}

/* Forms that are no different from the text or from that with everything stay empty. */
static void dynamic_texts(const struct generator *g, const struct choice *c, struct line *l)
{
  for (unsigned form = 0; form < FORMS; form++) {
    char *text = l->dynamic[form];

    line_text(g, c, form, text);
    if (strcmp(text, l->text) == 0 || strlen(text) + 1 == LINE_TEXT || (form != FORM_ALL && strcmp(text, l->dynamic[FORM_ALL]) == 0))
      text[0] = '\0';
  }
}

static void add_line(struct generator *g, const struct choice *c)
{
  struct line *l;

  if (g->L->made++ % (g->L->every ? g->L->every : 1) != 0)
    return;
  l = lines_add(g->L);
  l->row = g->row;
  line_text(g, c, FORMS, l->text);
  l->branch = strstr(l->text, "<1") != NULL;
  if (c->unsized) {
    struct choice sized = *c;

    sized.unsized = false;
    line_text(g, &sized, FORMS, l->sized);
  }
  if (g->L->n > 1 && l[-1].row == l->row && strcmp(l[-1].text, l->text) == 0) { /* what varies is not in it */
    g->L->n--;
    return;
  }
  if (!strstr(l->text, "st0, st0") /* which of the two is the operand? */)
    dynamic_texts(g, c, l);
}

/* ---- all lines of one combination of alternatives ----------------------------------------- */

static void vary_decorations(struct generator *g, struct choice c, bool memory_first)
{
  static const char *const rounds[] = {"{rn-sae}", "{rd-sae}", "{ru-sae}", "{rz-sae}"};
  bool mask = false, zero = false, er = false, sae = false, memory = false;

  for (unsigned i = 0; i < g->nop; i++) {
    mask |= g->op[i].mask;
    zero |= g->op[i].zero;
    er |= g->op[i].er;
    sae |= g->op[i].sae;
    memory |= is_memory(c.word[i]);
  }
  if (mask) {
    c.mask = "{k1}";
    add_line(g, &c);
    c.mask = zero && !memory_first ? "{k7}{z}" : "{k5}";
    add_line(g, &c);
    c.regs = g->bits == 64 ? SETS_LOW : 1;
    add_line(g, &c);
    c.regs = 0;
    c.mask = NULL;
  }
  if (memory)
    return;
  for (unsigned i = 0; er && i < 4; i++) {
    c.round = rounds[i];
    c.mask = i == 2 && zero ? "{k2}{z}" : NULL;
    add_line(g, &c);
  }
  if (sae) {
    c.round = "{sae}";
    c.mask = NULL;
    add_line(g, &c);
  }
}

/* Encodings asked for by a prefix, and what APX adds. */
static void vary_prefixes(struct generator *g, struct choice c)
{
  static const char *const dfv[] = {"{dfv=} ", "{dfv=cf} ", "{dfv=of,zf} ", "{dfv=of,sf,zf,cf} "};
  bool evex = strncmp(g->text.encoding, "EVEX", 4) == 0;

  if (strstr(g->text.encoding, ".SC")) {
    for (unsigned i = 0; i < 4; i++) {
      c.first = dfv[i];
      add_line(g, &c);
    }
    return;
  }
  if (strstr(g->text.encoding, ".NF ")) {
    c.prefix = "{nf} ";
    add_line(g, &c);
  }
  if (evex)
    c.prefix = "{evex} ";
  else if (strncmp(g->text.encoding, "VEX", 3) == 0)
    c.prefix = "{vex} ";
  else
    return;
  add_line(g, &c);
  if (!evex) {
    c.prefix = "{vex3} ";
    add_line(g, &c);
  }
}

/* Sizes of the displacement that are asked for. */
static void vary_displacement(struct generator *g, struct choice c)
{
  c.prefix = "{disp8} ";
  add_line(g, &c);
  c.prefix = "{disp32} ";
  add_line(g, &c);
}

/* All lines of an instruction whose memory is implied. */
static void lines_of_implied(struct generator *g, struct choice c)
{
  static const char *const segments[] = {NULL, "fs:", "ds:", "es:"};

  for (unsigned narrow = 0; narrow < (g->bits == 64 ? 2u : 1u); narrow++) {
    c.narrow = narrow;
    for (unsigned i = 0; i < 4; i++) {
      c.segment = segments[i];
      c.unsized = false;
      add_line(g, &c);
      c.unsized = true;
      add_line(g, &c);
    }
  }
}

static void lines_of_combination(struct generator *g, struct choice c)
{
  unsigned sets = g->bits == 32 ? SETS_LOW : SETS_ALL, most = 1, memory = MAXOPS;

  if (implied_register(g, 0) || (g->nop == 2 && implied_register(g, 1))) {
    lines_of_implied(g, c);
    return;
  }
  if (strstr(g->text.encoding, ".SC"))
    c.first = "{dfv=sf} ";
  for (unsigned i = 0; i < g->nop; i++) {
    unsigned n = 1;

    if (is_memory(c.word[i]))
      memory = i;
    else if (is_immediate(c.word[i]))
      values(c.word[i], &n);
    most = n > most ? n : most;
  }
  if (memory < MAXOPS && is_vsib(c.word[memory])) /* a mask is required; VEX forms have none */
    c.mask = "{k1}";
  for (; c.regs < sets; c.regs++)
    add_line(g, &c);
  c.regs = 0;
  for (c.value = 1; c.value < most; c.value++)
    add_line(g, &c);
  c.value = 0;
  if (memory < MAXOPS && strncmp(c.word[memory], "moffs", 5) != 0) {
    for (c.shape = 1; c.shape < shape_count(c.word[memory], g->bits); c.shape++)
      add_line(g, &c);
    c.shape = 0;
    c.unsized = true;
    add_line(g, &c);
    c.unsized = false;
    vary_displacement(g, c);
  }
  vary_decorations(g, c, memory == 0);
  vary_prefixes(g, c);
}

static void combine(struct generator *g, struct choice *c, unsigned i)
{
  if (i == g->nop) {
    lines_of_combination(g, *c);
    return;
  }
  for (unsigned k = 0; k < g->op[i].n; k++) {
    c->word[i] = g->op[i].word[k];
    combine(g, c, i + 1);
  }
}

static bool has_word(const char *list, const char *word)
{
  const char *p = strstr(list, word);
  size_t n = strlen(word);

  return p && (p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0');
}

void lines_of_row(struct lines *L, uint32_t row, unsigned bits)
{
  struct generator g = {.L = L, .row = row, .bits = bits, .text = row_split(&x86_rows, x86_rows.row[row])};
  struct choice c = {0};

  if (has_word(g.text.needs, bits == 64 ? "X86" : "X64") || has_word(g.text.needs, "DYNASM"))
    return;
  read_row(&g);
  combine(&g, &c, 0);
}
