/* oracle.c - check-oracle: the x86 table against llvm-mc and GNU as.
 *
 *   oracle [-b 64|32] [-e N] [-s] [-m MNEMONIC] [-p] [-v] [-w] EXPLAINED
 *
 *   -b    one mode only
 *   -e N  a sample: every Nth line
 *   -s    scan too: what the disassemblers of the others print must be accepted
 *   -m    rows of one mnemonic only
 *   -p    say of each row which assemblers proved it: made our bytes of one of its lines
 *   -w    write conformance data and nothing else: of each row the first line that is proved, with its bytes; for 32
 *         bits of those rows that 64 bits do not have
 *   -v    show every line that differs, not only the first of each row
 *
 * The assemblers are those of the folders in ORACLE and of PATH (find.c).
 * Exit status 0: all lines agree or are explained, and every row was used. 77: no other
 * assembler is there (skipped).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../dasmc/isa/x86.h"
#include "oracle.h"

enum { CHUNK = 20000 };

struct options {
  unsigned bits, every;
  bool scan, verbose, proofs, write;
  const char *mnemonic;
};

struct report {
  const struct options *options;
  unsigned long count[VERDICTS], dynamic[DYNAMIC_VERDICTS], lines, made, features;
  uint8_t *hit;          /* rows that some line was assembled with */
  uint8_t *proved;       /* rows: bits of the assemblers that made our bytes of a line */
  uint8_t *shown;        /* rows that a difference was shown for */
  bool *written;         /* rows that have a line, or want none */
};

static const char *const verdict_names[] = {"same", "refused by all", "explained with proof", "not known to others", "DIFFERENT", "MISSING", "EXTRA", "LONGER", "unused rows"};

static void print_result(const char *name, const struct result *r)
{
  printf("  %-14s", name);
  for (unsigned i = 0; i < r->n; i++)
    printf(" %02x", r->byte[i]);
  puts(r->n ? "" : " refused");
}

static void show(struct report *R, const struct line *line, unsigned bits, const char *message)
{
  enum verdict v = line->verdict;
  static uint8_t dummy;
  uint8_t *shown = line->row == NO_ROW ? &dummy : &R->shown[line->row];

  dummy = 0;
  if (*shown & (1u << v) && !R->options->verbose)
    return;
  *shown |= (uint8_t)(1u << v);
  printf("%s %u-bit: %s%s\n", verdict_names[v], bits, line->text, line->why ? " (the explanation is not true)" : "");
  if (line->row != NO_ROW) {
    struct row r = row_split(&x86_rows, x86_rows.row[line->row]);

    printf("  row   %s %s | %s | %s\n", r.mnemonic, r.operands, r.encoding, r.needs);
  }
  print_result("ours", &line->by[TOOL_OURS]);
  for (int tool = TOOL_FIRST; tool < tool_count(); tool++)
    print_result(tool_at(tool)->name, &line->by[tool]);
  if (v == MISSING && message[0])
    printf("  %s\n", message);
}

/* The newest two about all lines, then the older ones about what those do not agree with. */
static bool ask_others(struct line *line, size_t n, unsigned bits)
{
  bool ok = true;

  for (int newest = 1; ok && newest >= 0; newest--) {
    for (int tool = TOOL_FIRST; ok && tool < tool_count(); tool++)
      ok = tool_is_newest(tool) != newest || tool_assemble(tool, bits, line, n);
    for (size_t i = 0; i < n; i++)
      line[i].settled = line[i].by[TOOL_OURS].n > 0 && agreeing(&line[i]);
  }
  return ok;
}

static bool check_chunk(struct report *R, struct line *line, size_t n, unsigned bits)
{
  char(*message)[MESSAGE_TEXT] = calloc(n, sizeof(*message));
  bool ok = message && ours_assemble(bits, NULL, line, n, message);

  ok = ok && ask_others(line, n, bits);
  for (size_t i = 0; ok && i < n; i++)
    judge(&line[i], bits);
  if (R->options->write) {
    data_write(line, ok ? n : 0, R->written);
    free(message);
    return ok;
  }
  ok = ok && prove(line, n, bits) && dynamic_check(line, n, bits, R->dynamic);
  for (size_t i = 0; ok && i < n; i++) {
    R->count[line[i].proved ? EXPLAINED : line[i].verdict]++;
    R->lines++;
    if (line[i].chosen != NO_ROW) {
      R->hit[line[i].chosen] = 1;
      R->proved[line[i].chosen] |= (uint8_t)agreeing(&line[i]);
    }
    if (line[i].verdict > UNPROVED && !line[i].proved)
      show(R, &line[i], bits, message[i]);
  }
  free(message);
  return ok;
}

static bool check_lines(struct report *R, struct lines *L, unsigned bits)
{
  bool ok = true;

  for (size_t i = 0; ok && i < L->n; i += CHUNK)
    ok = check_chunk(R, L->line + i, L->n - i < CHUNK ? L->n - i : CHUNK, bits);
  return ok;
}

/* Keep every Nth line. */
static void sample(struct report *R, struct lines *L)
{
  size_t n = 0;

  for (size_t i = 0; i < L->n; i++) {
    if (R->made++ % R->options->every == 0)
      L->line[n++] = L->line[i];
  }
  L->n = n;
}

static bool check_rows(struct report *R, unsigned bits)
{
  struct lines L = {.every = R->options->every, .made = R->made};
  bool ok = true;

  for (uint32_t row = 0; ok && row < x86_rows.n; row++) {
    if ((R->options->mnemonic && strcmp(x86_rows.row[row], R->options->mnemonic) != 0) || R->written[row])
      continue;
    lines_of_row(&L, row, bits);
    if (L.n >= CHUNK) {
      ok = check_lines(R, &L, bits);
      L.n = 0;
    }
  }
  ok = ok && check_lines(R, &L, bits);
  R->made = L.made;
  lines_free(&L);
  return ok;
}

static bool check_scan(struct report *R, unsigned bits)
{
  bool ok = true;

  for (int tool = TOOL_FIRST; ok && tool < tool_count(); tool++) {
    struct lines L = {0};

    ok = !tool_is_newest(tool) || (scan_lines(&L, tool, bits) && (sample(R, &L), check_lines(R, &L, bits)));
    lines_free(&L);
  }
  return ok;
}

/* Were all lines made? */
static bool complete(const struct options *o)
{
  return o->every <= 1 && !o->mnemonic && !o->bits;
}

/* Does libdasm's dialect, in which the lines are, have another row for these operands? */
static bool is_shadowed(uint32_t row)
{
  struct row r = row_split(&x86_rows, x86_rows.row[row]);

  for (uint32_t i = 0; i < x86_rows.n; i++) {
    struct row o = row_split(&x86_rows, x86_rows.row[i]);

    if (i != row && strstr(o.needs, "OWN") && strcmp(o.mnemonic, r.mnemonic) == 0 && strcmp(o.operands, r.operands) == 0)
      return true;
  }
  return false;
}

static void report_rows(struct report *R)
{
  for (uint32_t i = 0; i < x86_rows.n; i++) {
    struct row r = row_split(&x86_rows, x86_rows.row[i]);

    char text[200];

    snprintf(text, sizeof(text), "%s %s", r.mnemonic, r.operands);
    if (R->hit[i] || strstr(r.needs, "DYNASM") || is_explained_row(text) || is_shadowed(i))
      continue;
    R->count[UNUSED]++;
    printf("never used: %s | %s | %s\n", text, r.encoding, r.needs);
  }
}

/* Which of the assemblers proved the rows: how many, and how many of them no newer one did. */
static void report_proofs(const struct report *R)
{
  for (int tool = TOOL_FIRST; tool < tool_count(); tool++) {
    unsigned long all = 0, alone = 0;

    for (uint32_t i = 0; i < x86_rows.n; i++) {
      all += R->proved[i] >> tool & 1;
      alone += (R->proved[i] & ((2u << tool) - 1)) == 1u << tool;
    }
    printf("%lu rows proved by %s, %lu of them by none that is listed before\n", all, tool_at(tool)->name, alone);
  }
  for (uint32_t i = 0; R->options->proofs && i < x86_rows.n; i++) {
    struct row r = row_split(&x86_rows, x86_rows.row[i]);
    const char *mark = "";

    printf("%s %s\t%s\t%s\t", r.mnemonic, r.operands, r.encoding, r.needs);
    for (int tool = TOOL_FIRST; tool < tool_count(); tool++) {
      if (R->proved[i] >> tool & 1)
        mark = printf("%s%s", mark, tool_at(tool)->name) > 0 ? ", " : mark;
    }
    puts(*mark ? "" : "-");
  }
}

static int report(struct report *R)
{
  unsigned long wrong = 0, stale = 0;
  const char *text;
  size_t index = 0;

  if (complete(R->options))
    report_rows(R);
  while (complete(R->options) && R->options->scan && explained_is_current() && (text = explained_unused(&index))) {
    printf("explains nothing: %s\n", text);
    stale++;
  }
  printf("%lu lines of %zu rows:", R->lines, x86_rows.n);
  for (int v = 0; v < VERDICTS; v++) {
    printf(" %lu %s%s", R->count[v], verdict_names[v], v + 1 < VERDICTS ? "," : "");
    wrong += v > UNPROVED ? R->count[v] : 0;
  }
  printf("\nof the explained, %lu by reason alone\n", explained_by_reason());
  known_print();
  report_proofs(R);
  printf("at run time: %lu same, %lu read alike, %lu WRONG\n", R->dynamic[DYNAMIC_SAME], R->dynamic[DYNAMIC_READ], R->dynamic[DYNAMIC_WRONG]);
  if (R->options->verbose)
    explained_print();
  return wrong || stale || R->features || R->dynamic[DYNAMIC_WRONG] ? 1 : 0;
}

static bool parse_options(int argc, char **argv, struct options *o)
{
  int c;

  while ((c = getopt(argc, argv, "b:e:sm:pvw")) != -1) {
    switch (c) {
    case 'b': o->bits = (unsigned)atoi(optarg); break;
    case 'e': o->every = (unsigned)atoi(optarg); break;
    case 's': o->scan = true; break;
    case 'm': o->mnemonic = optarg; break;
    case 'p': o->proofs = true; break;
    case 'v': o->verbose = true; break;
    case 'w': o->write = true; break;
    default: return false;
    }
  }
  return optind + 1 == argc;
}

int main(int argc, char **argv)
{
  struct options options = {.every = 1};
  struct report R = {.options = &options};
  bool ok = true;

  if (!parse_options(argc, argv, &options)) {
    fprintf(stderr, "usage: oracle [-b 64|32] [-e N] [-s] [-m MNEMONIC] [-p] [-v] [-w] EXPLAINED\n");
    return 2;
  }
  if (tools_find() == 0) {
    puts("neither llvm-mc nor GNU as is there");
    return 77;
  }
  if (!options.write)
    tools_print();
  if (!explained_read(argv[optind]))
    return 2;
  R.hit = calloc(x86_rows.n, 1);
  R.written = calloc(x86_rows.n, sizeof(*R.written));
  R.shown = calloc(x86_rows.n, 1);
  R.proved = calloc(x86_rows.n, 1);
  if (!R.hit || !R.written || !R.shown || !R.proved) {
    fprintf(stderr, "oracle: out of memory\n");
    return 2;
  }
  for (uint32_t row = 0; options.bits == 32 && row < x86_rows.n; row++)
    R.written[row] = row_modes(&x86_rows, x86_rows.row[row]) >> isa_find(SPAN("x64"))->mode & 1;
  for (unsigned bits = 64; ok && bits >= 32; bits -= 32) {
    if (options.bits == 0 || options.bits == bits)
      R.features += options.mnemonic || options.write ? 0 : features_check(bits, options.every > 1 ? 16 : 1);
    if (options.bits == 0 || options.bits == bits)
      ok = known_find(bits) && check_rows(&R, bits) && (!options.scan || check_scan(&R, bits));
  }
  int status = 2;
  if (ok)
    status = options.write ? 0 : report(&R);
  else
    fprintf(stderr, "oracle: an assembler could not be run\n");
  free(R.hit);
  free(R.written);
  free(R.shown);
  free(R.proved);
  return status;
}
