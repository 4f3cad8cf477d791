/* scan.c - the other direction: what do the other tools know?
 *
 * Byte strings go through the opcode space of every encoding (all maps, prefixes, W, lengths, with a
 * register and with a memory operand, and every /digit), a disassembler turns them into text, and
 * each distinct text becomes a line. So every mnemonic and every kind of operand that
 * the disassembler can print is asked for, without a list of mnemonics from anywhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

enum { CODE_BYTES = 15 };

struct scan {
  char *text;
  size_t n, capacity;
  bool hex;     /* as text for llvm-mc, or binary with padding for objdump */
};

static void put_bytes(struct scan *s, const uint8_t *p, size_t n)
{
  if (s->n + 8 * CODE_BYTES > s->capacity) {
    s->capacity = s->capacity ? 2 * s->capacity : 1 << 20;
    s->text = realloc(s->text, s->capacity);
    if (!s->text)
      abort();
  }
  for (size_t i = 0; i < CODE_BYTES; i++) {
    unsigned b = i < n ? p[i] : 0x90; /* a nop, so that the next string begins where it should */

    if (s->hex)
      s->n += (size_t)sprintf(s->text + s->n, "0x%02x%s", b, i + 1 < CODE_BYTES ? " " : "\n");
    else
      s->text[s->n++] = (char)b;
  }
  if (!s->hex)
    s->text[s->n++] = (char)0x90;
}

/* Opcode bytes are in p[0..n-1]: add ModRM with each digit, as a register and as memory, some
 * displacement and immediate. */
static void each_modrm(struct scan *s, uint8_t *p, size_t n, bool all_digits)
{
  static const uint8_t rest[] = {0x12, 0, 0, 0, 0, 0, 0, 0};

  for (unsigned digit = 0; digit < 8; digit++) {
    if (!all_digits && digit != 2)
      continue;
    for (unsigned memory = 0; memory < 2; memory++) {
      p[n] = (uint8_t)((memory ? 0x40 : 0xc0) | digit << 3 | (memory ? 1 : 3));
      memcpy(p + n + 1, rest, sizeof(rest));
      put_bytes(s, p, n + 1 + sizeof(rest) > CODE_BYTES ? (size_t)CODE_BYTES : n + 1 + sizeof(rest));
    }
  }
}

static void legacy(struct scan *s, unsigned bits)
{
  static const uint8_t prefixes[] = {0, 0x66, 0xf2, 0xf3};
  uint8_t p[32];

  for (unsigned map = 0; map < 4; map++)
    for (unsigned opcode = 0; opcode < 256; opcode++)
      for (unsigned k = 0; k < 8; k++) {
        size_t n = 0;
        bool w = k >= 4;

        if (w && bits == 32)
          continue;
        if (prefixes[k & 3])
          p[n++] = prefixes[k & 3];
        if (w)
          p[n++] = 0x48;
        if (map)
          p[n++] = 0x0f;
        if (map > 1)
          p[n++] = map == 2 ? 0x38 : 0x3a;
        p[n++] = (uint8_t)opcode;
        each_modrm(s, p, n, true);
      }
}

/* 0F 0F: the opcode is the last byte. Instructions that are 0F 01 and a ModRM byte of their own. */
static void special(struct scan *s)
{
  static const uint8_t prefixes[] = {0, 0x66, 0xf2, 0xf3};
  uint8_t p[CODE_BYTES] = {0x0f, 0x0f, 0xca};

  for (unsigned i = 0; i < 256; i++) {
    p[3] = (uint8_t)i;
    put_bytes(s, p, 4);
  }
  for (unsigned k = 0; k < 4; k++)
    for (unsigned opcode = 0; opcode < 3; opcode++)
      for (unsigned i = 0; i < 256; i++) {
        static const uint8_t opcodes[] = {0x01, 0xa6, 0xa7};
        size_t n = 0;

        if (prefixes[k])
          p[n++] = prefixes[k];
        p[n++] = 0x0f;
        p[n++] = opcodes[opcode];
        p[n++] = (uint8_t)i;
        put_bytes(s, p, n);
      }
}

/* Opcodes whose ModRM.reg is a digit. */
static bool is_group(unsigned map, unsigned opcode)
{
  return map == 4 || map == 7 || (map == 1 && ((opcode >= 0x70 && opcode <= 0x73) || opcode == 0xae)) ||
         (map == 2 && ((opcode & ~1u) == 0xc6 || opcode == 0xf3 || opcode == 0x49)) ||
         (map > 8 && (opcode <= 2 || opcode == 0x12));
}

/* vvvv is 1111 everywhere: no register, or register 0. */
static void vex_xop(struct scan *s)
{
  static const uint8_t maps[] = {1, 2, 3, 7, 8, 9, 10};
  uint8_t p[32];

  for (size_t m = 0; m < sizeof(maps); m++)
    for (unsigned opcode = 0; opcode < 256; opcode++)
      for (unsigned k = 0; k < 16; k++) { /* W, L, pp */
        p[0] = maps[m] > 7 ? 0x8f : 0xc4;
        p[1] = (uint8_t)(0xe0 | maps[m]);
        p[2] = (uint8_t)((k & 8) << 4 | 0x78 | (k & 7));
        p[3] = (uint8_t)opcode;
        each_modrm(s, p, 4, is_group(maps[m], opcode));
      }
}

static void evex(struct scan *s)
{
  uint8_t p[32];

  for (unsigned map = 1; map < 8; map++)
    for (unsigned opcode = 0; opcode < 256; opcode++)
      for (unsigned k = 0; k < 64; k++) { /* W, pp, L'L, b */
        uint8_t last = (uint8_t)((k >> 3 & 3) << 5 | (k & 32) >> 1 | 8);

        if (map == 4 && (k >> 3 & 3))
          continue; /* no length there */
        p[0] = 0x62;
        p[1] = (uint8_t)(0xf0 | map);
        p[2] = (uint8_t)((k & 4) << 5 | 0x7c | (k & 3));
        p[4] = (uint8_t)opcode;
        for (unsigned mask = 0; mask < 2; mask++) { /* {k4}, or {nf} */
          p[3] = (uint8_t)(last | mask << 2);
          each_modrm(s, p, 5, is_group(map, opcode));
        }
      }
}

/* ---- texts ---------------------------------------------------------------------------- */

static uint32_t hash(const char *p)
{
  uint32_t h = 0x811c9dc5u;

  while (*p)
    h = (h ^ (uint8_t)*p++) * 0x01000193u;
  return h;
}

static bool word_char(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* One letter for a general register, by its size; 0: it is none. */
static char register_size(const char *p, size_t n)
{
  static const char names[] = " al cl dl bl spl bpl sil dil ah ch dh bh ax cx dx bx sp bp si di ";
  char word[8];

  if (n < 2 || n > 4)
    return 0;
  if ((p[0] == 'r' || p[0] == 'e') && n == 3 && (p[2] == 'x' || p[2] == 'i' || p[2] == 'p'))
    return p[0];
  if (p[0] == 'r' && p[1] >= '0' && p[1] <= '9')
    return p[n - 1] == 'b' ? '8' : p[n - 1] == 'w' ? 'w' : p[n - 1] == 'd' ? 'e' : 'r';
  snprintf(word, sizeof(word), " %.*s ", (int)n, p);
  return !strstr(names, word) ? 0 : p[1] == 'l' || p[1] == 'h' || n == 3 ? '8' : 'w';
}

/* The form of a text: registers by their class, numbers as N. */
static void signature(const char *p, char *out)
{
  bool mnemonic = true;

  while (*p) {
    size_t n = 0;
    char size;

    while (word_char(p[n]))
      n++;
    if (n == 0 || mnemonic) {
      mnemonic &= *p != ' ';
      *out++ = *p++;
      continue;
    }
    size = register_size(p, n);
    if (size) {
      *out++ = '%';
      *out++ = size;
    } else if (*p >= '0' && *p <= '9' && memcmp(p, "1to", 3) != 0) {
      *out++ = 'N';
    } else {
      for (size_t i = 0; i < n && !(i > 0 && n < 6 && p[i] >= '0' && p[i] <= '9' && *p != '1'); i++)
        *out++ = p[i];
    }
    p += n;
  }
  *out = '\0';
}

/* Forms that there is a line for. */
struct set {
  char (*slot)[LINE_TEXT];
  size_t capacity, n;
};

static void set_add(struct set *set, struct lines *L, const char *text)
{
  char form[LINE_TEXT];
  size_t i;

  signature(text, form);
  for (i = hash(form) & (set->capacity - 1); set->slot[i][0]; i = (i + 1) & (set->capacity - 1)) {
    if (strcmp(set->slot[i], form) == 0)
      return;
  }
  if (2 * ++set->n > set->capacity)
    abort();
  memcpy(set->slot[i], form, LINE_TEXT);
  snprintf(lines_add(L)->text, LINE_TEXT, "%s", text);
}

/* Not for us: branches, which are printed with a number (lines of rows cover those), bytes that are
 * printed as prefixes, and what is not meant to be assembled again. */
static bool is_noise(const char *text)
{
  static const char *const starts[] = {"j", "call ", "loop", "xbegin", "data16", "rex", "rep", "lock ", "xacquire", "xrelease",
                                       "addr16", "addr32", "bnd ", "cs ", "ds ", "es ", "fs ", "gs ", "ss ", "fwait", "movabs "};
  static const char *const words[] = {"bad", "bcst", "riz", "eiz", "0xffffff", "ds:0x", "?"};

  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (strstr(text, words[i]))
      return true;
  }

  for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
    if (strncmp(text, starts[i], strlen(starts[i])) == 0)
      return starts[i][1] != '\0' || !strchr(text, '[');
  }
  return false;
}

/* Blanks become one blank, comments go, st(1) is st1, upper case size words become ours. */
static void clean(const char *p, const char *end, char *out)
{
  size_t n = 0;

  while (p < end && (*p == ' ' || *p == '\t'))
    p++;
  for (; p < end && n < LINE_TEXT - 2 && *p != '#' && *p != '<'; p++) {
    char c = *p == '\t' ? ' ' : *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;

    if (c == ' ' && (n == 0 || out[n - 1] == ' '))
      continue;
    out[n++] = c;
    if (n >= 3 && p + 2 < end && memcmp(out + n - 3, "st(", 3) == 0 && p[2] == ')') {
      out[n - 1] = p[1];
      p += 2;
    }
  }
  while (n > 0 && out[n - 1] == ' ')
    n--;
  out[n] = '\0';
}

static void collect(struct lines *L, struct set *set, const char *out, bool objdump)
{
  while (*out) {
    const char *end = strchr(out, '\n'), *p = out;
    char text[LINE_TEXT];

    if (!end)
      end = out + strlen(out);
    if (objdump) { /* "address:\ttext" */
      const char *tab = memchr(p, '\t', (size_t)(end - p));

      
      p = tab ? tab + 1 : end;
    }
    clean(p, end, text);
    if (text[0] && text[0] != '.' && !is_noise(text))
      set_add(set, L, text);
    out = *end ? end + 1 : end;
  }
}

bool scan_lines(struct lines *L, int tool, unsigned bits)
{
  struct scan s = {.hex = tool_at(tool)->kind == KIND_LLVM};
  struct set set = {.capacity = 1 << 17};
  char *out = NULL, *err = NULL;
  bool ok;

  legacy(&s, bits);
  special(&s);
  vex_xop(&s);
  evex(&s);
  ok = tool_disassemble(tool, bits, s.text, s.n, &out, &err);
  set.slot = calloc(set.capacity, sizeof(*set.slot));
  if (ok && set.slot)
    collect(L, &set, out, tool_at(tool)->kind == KIND_GNU);
  free(set.slot);
  free(out);
  free(err);
  free(s.text);
  return ok;
}
