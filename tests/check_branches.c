/* check_branches.c - random programs of branches against the rule, computed plainly.
 *
 * A program is a list of items: bytes, labels of each class that may be defined again, jmp, jcc and
 * call to labels behind and ahead, alignments, spaces, changes of the section. layout() finds out where
 * each is, in two passes as the rule says it (see check_relax.c), and write_item() writes the bytes.
 * libdasm decides some of the branches while they are put and others when it links: it has to come to
 * the same.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>

#include "dasm.h"
#include "dynasm/dasm_dropin.h"
#include "list.h"
#include "suite.h"

enum { PC_LABELS = 4, LABELS = 6, SECTIONS = 3, ITEMS = 60, PROGRAMS = 4000, ROOM = 16384, RUN = 120 };
/* Labels are PC labels, and the last two a global and a local one. */
enum class { PC, GLOBAL, LOCAL, LOCAL_BACK, CLASSES };
enum kind { BYTES, LABEL, JMP, JCC, CALL, ALIGN, SPACE, KINDS };

static const int long_size[KINDS] = {[JMP] = 5, [JCC] = 6, [CALL] = 5};

struct item {
  enum kind kind;
  int section;
  int n;       /* bytes; label; alignment */
  int target;  /* item that a branch goes to */
  int first;   /* where it ends, in the first pass, from the start of its section */
  int final;   /* where it starts, in the code */
  bool brief;
};

static struct item item[2 * ITEMS];
static int nitems, first_size[SECTIONS], defined[LABELS];
static uint32_t seed;

static int up_to(int n)
{
  seed = seed * 1664525 + 1013904223;
  return (int)((seed >> 8) % (uint32_t)n);
}

/* ---- the program ------------------------------------------------------------------ */

static void add(enum kind kind, int section, int n)
{
  item[nitems++] = (struct item){.kind = kind, .section = section, .n = n, .target = -1};
}

static bool is_branch(const struct item *t)
{
  return t->kind == JMP || t->kind == JCC || t->kind == CALL;
}

/* The label is here: what waits for it goes here. */
static void define(int section, int label)
{
  int here = nitems, i;

  add(LABEL, section, label);
  for (i = 0; i < here; i++)
    if (is_branch(&item[i]) && item[i].n == label && item[i].target < 0)
      item[i].target = here;
  defined[label] = here;
}

static bool waits(int label)
{
  int i;
  for (i = 0; i < nitems; i++)
    if (is_branch(&item[i]) && item[i].n == label && item[i].target < 0)
      return true;
  return false;
}

static enum class class_of(int label)
{
  return label < PC_LABELS ? PC : label == PC_LABELS ? GLOBAL : LOCAL;
}

static void refer(enum kind kind, int section, int label)
{
  bool ahead = class_of(label) == LOCAL && (waits(label) || up_to(2) == 0); /* >1, though there may be a <1 */

  add(kind, section, label);
  item[nitems - 1].target = ahead ? -1 : defined[label];
}

static void generate(void)
{
  int section = 0, label, i, count = 4 + up_to(ITEMS - 4), sections = up_to(4) == 0 ? SECTIONS : 1;
  bool gaps = up_to(3) == 0;

  nitems = 0;
  for (i = 0; i < LABELS; i++)
    defined[i] = -1;
  for (i = 0; i < count; i++) {
    int what = up_to(20);

    label = up_to(LABELS);
    if (what < 5)
      add(BYTES, section, up_to(17));
    else if (what < 6)
      add(BYTES, section, RUN);
    else if (what < 10)
      define(section, label);
    else if (what < 17)
      refer(what < 13 ? JMP : JCC, section, label);
    else if (what < 18)
      refer(CALL, section, label);
    else if (what < 19 && gaps)
      add(ALIGN, section, 1 << up_to(6));
    else if (gaps)
      add(SPACE, section, up_to(130));
    else
      section = up_to(sections);
  }
  for (label = 0; label < LABELS; label++)
    if (waits(label))
      define(section, label);
}

/* ---- where everything is ------------------------------------------------------------ */

static int first_length(const struct item *t)
{
  switch (t->kind) {
  case LABEL:
    return 0;
  case ALIGN:
    return t->n - 1;
  case BYTES: case SPACE:
    return t->n;
  default:
    return long_size[t->kind];
  }
}

static int sections_before(int section)
{
  int i, n = 0;
  for (i = 0; i < section; i++)
    n += first_size[i];
  return n;
}

/* Distance from the end of the long form of item[i], which is at pos. */
static int distance(int i, int pos)
{
  const struct item *from = &item[i], *to = &item[from->target];
  bool behind = to->section != from->section ? to->section < from->section : from->target < i;

  if (behind)
    return to->final - (pos + long_size[from->kind]);
  return sections_before(to->section) + to->first - (sections_before(from->section) + from->first);
}

static int final_length(int i, int pos)
{
  struct item *t = &item[i];
  int shrink = t->kind == JMP ? 3 : t->kind == JCC ? 4 : 0, d;

  if (t->kind == ALIGN)
    return -pos & (t->n - 1);
  if (shrink == 0)
    return first_length(t);
  d = distance(i, pos);
  t->brief = -128 - shrink <= d && d <= 127;
  return t->brief ? 2 : long_size[t->kind];
}

static int layout(void)
{
  int s, i, pos = 0;

  for (i = 0; i < SECTIONS; i++)
    first_size[i] = 0;
  for (i = 0; i < nitems; i++)
    item[i].first = first_size[item[i].section] += first_length(&item[i]);
  for (s = 0; s < SECTIONS; s++)
    for (i = 0; i < nitems; i++)
      if (item[i].section == s) {
        item[i].final = pos;
        pos += final_length(i, pos);
      }
  return pos;
}

static void write_item(uint8_t *code, int i)
{
  const struct item *t = &item[i];
  uint8_t *w = code + t->final;
  int32_t rel;
  int size = t->brief ? 2 : long_size[t->kind];

  if (t->kind == BYTES)
    memset(w, t->n, (size_t)t->n);
  else if (t->kind == SPACE)
    memset(w, 0xcc, (size_t)t->n);
  if (!is_branch(t))
    return;
  rel = item[t->target].final - (t->final + size);
  if (t->brief) {
    w[0] = t->kind == JMP ? 0xeb : 0x75;
    w[1] = (uint8_t)rel;
    return;
  }
  if (t->kind == JCC)
    *w++ = 0x0f;
  *w++ = t->kind == JMP ? 0xe9 : t->kind == JCC ? 0x85 : 0xe8;
  put_u32(w, (uint32_t)rel);
}

/* ---- libdasm --------------------------------------------------------------------------- */

static struct list L;
static dasm_State *D;
static int site[CLASSES][KINDS], space_site, bytes_site[17], run_site, section_site[SECTIONS], align_site[6];

static int simple(enum op code, unsigned b, uint32_t x, const char *lit, unsigned n)
{
  int at = site_begin(&L, 1);
  uint32_t place = site_op(&L, (struct list_op){.code = (uint8_t)code, .b = (uint8_t)b, .x = x}, lit, n);
  if (L.nlines < LIST_MAXLINE) /* a line for each record, for the runs that note lines */
    list_line_at(&L, place, place, "");
  site_end(&L);
  return at;
}

static void make_label_sites(enum class class, enum op label, enum op branch, enum op ref,
                             uint32_t x)
{
  site[class][LABEL] = simple(label, 0, x, "", 0);
  site[class][JMP] = simple(branch, FIX_JMP, x, "\xeb\0", 2);
  site[class][JCC] = simple(branch, FIX_JCC, x, "\x75\0", 2);
  site[class][CALL] = simple(ref, FIX_REL32, x, "\xe8\0\0\0\0", 5);
}

static void make_sites(void)
{
  char text[RUN];
  int i;

  L.isa = ISA_X64;
  make_label_sites(PC, OP_LABEL_PC, OP_BRANCH_PC, OP_REF_PC, 0);
  make_label_sites(GLOBAL, OP_LABEL_GLOBAL, OP_BRANCH_GLOBAL, OP_REF_GLOBAL, 3);
  make_label_sites(LOCAL, OP_LABEL_LOCAL, OP_BRANCH_NEXT, OP_REF_NEXT, 1);
  make_label_sites(LOCAL_BACK, OP_LABEL_LOCAL, OP_BRANCH_BACK, OP_REF_BACK, 1);
  space_site = simple(OP_SPACE_ARG, 0xcc, 0, "", 0);
  for (i = 0; i <= 16; i++) {
    memset(text, i, sizeof text);
    bytes_site[i] = simple(OP_LIT, 0, 0, text, (unsigned)i);
  }
  for (i = 0; i < 6; i++)
    align_site[i] = simple(OP_ALIGN, 0, 1u << i, "", 0);
  for (i = 0; i < SECTIONS; i++)
    section_site[i] = simple(OP_SECTION, 0, (uint32_t)i, "", 0);
  memset(text, RUN, sizeof text);
  run_site = site_begin(&L, 1);
  site_run(&L, text, RUN);
  site_end(&L);
  L.names[0] = list_string(&L, "branches.dasc");
  L.nfiles = 1;
}

static int site_of(int i)
{
  const struct item *t = &item[i];
  enum class class = class_of(t->n);

  if (t->kind == BYTES)
    return t->n == RUN ? run_site : bytes_site[t->n];
  if (t->kind == SPACE)
    return space_site;
  if (t->kind == ALIGN) {
    int log2 = 0;
    while (1 << log2 < t->n)
      log2++;
    return align_site[log2];
  }
  if (class == LOCAL && is_branch(t) && t->target < i)
    class = LOCAL_BACK;
  return site[class][t->kind];
}

/* What a section has, in the first pass, before item `end`. */
static int first_before(int section, int end)
{
  while (end-- > 0)
    if (item[end].section == section)
      return item[end].first;
  return 0;
}

/* Is everything that is used before item `end` defined there? */
static bool can_link(int end)
{
  int i;
  for (i = 0; i < end; i++)
    if (is_branch(&item[i]) && item[i].target >= end)
      return false;
  return true;
}

static void put_program(const void *list, bool lines, bool links)
{
  int i, section = 0;

  ck_assert_int_eq(dasm_setup(&D, list), DASM_S_OK);
  ck_assert_int_eq(dasm_setlines(&D, lines), DASM_S_OK);
  ck_assert_int_eq(dasm_growpc(&D, PC_LABELS), DASM_S_OK);
  ck_assert_int_eq(dasm_growglobal(&D, 4), DASM_S_OK);
  for (i = 0; i < nitems; i++) {
    if (item[i].section != section)
      dasm_put(&D, section_site[section = item[i].section], INT64_C(0));
    ck_assert_int_eq(dasm_put(&D, site_of(i), (int64_t)item[i].n), DASM_S_OK);
    ck_assert_uint_eq(dasm_getsecsize(&D, section), (size_t)first_before(section, i + 1));
    if (links && can_link(i + 1))
      ck_assert_int_eq(dasm_link(&D, NULL), DASM_S_OK);
  }
}

static void check_program(unsigned program, const void *list, const uint8_t *want, int size)
{
  static const struct { bool lines, links; } ways[] = {{false, false}, {true, false}, {false, true}};
  uint8_t got[ROOM];
  size_t linked = 0, k;
  int label;

  for (k = 0; k < sizeof ways / sizeof *ways; k++) {
    put_program(list, ways[k].lines, ways[k].links);
    ck_assert_int_eq(dasm_link(&D, &linked), DASM_S_OK);
    ck_assert_msg(linked == (size_t)size, "program %u, way %zu: %zu bytes, not %d", program, k, linked, size);
    ck_assert_int_eq(dasm_encode_at(&D, got, sizeof got, 0), DASM_S_OK);
    ck_assert_msg(memcmp(got, want, (size_t)size) == 0, "program %u, way %zu: other bytes", program, k);
    for (label = 0; label < PC_LABELS; label++)
      if (defined[label] >= 0)
        ck_assert_int_eq(dasm_getpclabel(&D, (unsigned)label), item[defined[label]].final);
  }
}

START_TEST(random_programs)
{
  static uint8_t want[ROOM];
  const void *list;
  unsigned program;
  long brief = 0, full = 0;
  int i, size;

  memset(&L, 0, sizeof L);
  make_sites();
  list = list_finish(&L);
  for (program = 0; program < PROGRAMS; program++) {
    seed = program;
    /* Its buffers have to grow again, and labels are placed again. */
    ck_assert_int_eq(dasm_dropin_plain(&D, SECTIONS), DASM_S_OK);
    generate();
    size = layout();
    ck_assert_int_lt(size, ROOM);
    memset(want, 0x90, sizeof want); /* alignments */
    for (i = 0; i < nitems; i++) {
      write_item(want, i);
      brief += item[i].brief;
      full += (item[i].kind == JMP || item[i].kind == JCC) && !item[i].brief;
    }
    check_program(program, list, want, size);
    dasm_free(&D);
  }
  ck_assert_int_gt(brief, PROGRAMS); /* both happen, often */
  ck_assert_int_gt(full, PROGRAMS);
  list_free(&L);
}
END_TEST

int main(void)
{
  Suite *s = suite_create("branches");
  TCase *t = tcase_create("branches");
  tcase_set_timeout(t, 120);
  tcase_add_test(t, random_programs);
  suite_add_tcase(s, t);
  return suite_run(s);
}
