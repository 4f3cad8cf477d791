/* gdb_file.c - ELF files in memory: symbols, and DWARF frames, units, lines.
 *
 * Sections of parts follow each other; what counts from the start of a section (the place of a CIE,
 * the place of lines) is moved. Only the runs of code have addresses: GDB sorts sections at one
 * address, as those without an own one would be, in time quadratic in their number.
 */
#include "gdb_file.h"

#include "bytes.h"
#include "tools.h"

#if defined(__ELF__)
#include <elf.h>

#if UINTPTR_MAX > 0xffffffff
typedef Elf64_Ehdr ehdr;
typedef Elf64_Shdr shdr;
typedef Elf64_Sym sym;
#define CLASS ELFCLASS64
#define SYM_INFO ELF64_ST_INFO
#else
typedef Elf32_Ehdr ehdr;
typedef Elf32_Shdr shdr;
typedef Elf32_Sym sym;
#define CLASS ELFCLASS32
#define SYM_INFO ELF32_ST_INFO
#endif

/* From S_TEXT on there is one for each part, in case that none are neighbours. */
enum { S_NULL, S_SYMTAB, S_STRTAB, S_SHSTRTAB, S_FRAME, S_ABBREV, S_INFO, S_LINE, S_TEXT };

static const char section_names[] =
  "\0.symtab\0.strtab\0.shstrtab\0.debug_frame\0.debug_abbrev\0.debug_info\0.debug_line\0.text";

struct writer {
  struct bytes b;
  size_t file; /* where it begins in b */
  shdr s[S_TEXT];
};

static size_t position(const struct writer *w)
{
  return w->b.n - w->file;
}

static void begin(struct writer *w, unsigned section, unsigned type, size_t align)
{
  shdr *s = &w->s[section];

  bytes_align(&w->b, align);
  s->sh_type = type;
  s->sh_addralign = align;
  s->sh_offset = (uint32_t)position(w);
}

static void end(struct writer *w, unsigned section)
{
  w->s[section].sh_size = (uint32_t)(position(w) - w->s[section].sh_offset);
}

/* The number at a place of the file counts from the start of a section that has `by` bytes before
 * it now. */
static void move(struct writer *w, size_t at, size_t by)
{
  uint32_t v;

  if (w->b.failed)
    return;
  memcpy(&v, w->b.p + w->file + at, sizeof v);
  v += (uint32_t)by;
  memcpy(w->b.p + w->file + at, &v, sizeof v);
}

static void put_symbols(struct writer *w, const struct gdb_source *sources, unsigned n)
{
  sym y;
  uint32_t name = 1;
  unsigned i;

  memset(&y, 0, sizeof y);
  begin(w, S_SYMTAB, SHT_SYMTAB, sizeof(void *));
  bytes_add(&w->b, &y, sizeof y);
  for (i = 0; i < n; i++) {
    y.st_name = name;
    y.st_info = SYM_INFO(STB_GLOBAL, STT_FUNC);
    y.st_value = sources[i].part.entry;
    y.st_size = sources[i].part.size;
    bytes_add(&w->b, &y, sizeof y);
    name += (uint32_t)strlen(sources[i].name) + 1;
  }
  end(w, S_SYMTAB);
  w->s[S_SYMTAB].sh_link = S_STRTAB;
  w->s[S_SYMTAB].sh_info = 1;
  w->s[S_SYMTAB].sh_entsize = sizeof(sym);
  begin(w, S_STRTAB, SHT_STRTAB, 1);
  bytes_u8(&w->b, 0);
  for (i = 0; i < n; i++)
    bytes_text(&w->b, sources[i].name);
  end(w, S_STRTAB);
  begin(w, S_SHSTRTAB, SHT_STRTAB, 1);
  bytes_add(&w->b, section_names, sizeof section_names);
  end(w, S_SHSTRTAB);
}

/* The FDE is behind the CIE, and begins with its length and the place of the CIE. */
static size_t fde_of(const struct gdb_source *source)
{
  uint32_t cie;

  memcpy(&cie, source->frames, sizeof cie);
  return sizeof cie + cie;
}

static void put_frames(struct writer *w, const struct gdb_source *sources, unsigned n, struct gdb_part *parts)
{
  unsigned i;

  begin(w, S_FRAME, SHT_PROGBITS, sizeof(void *));
  for (i = 0; i < n; i++) {
    size_t at = position(w);

    if (sources[i].nframes == 0)
      continue;
    bytes_add(&w->b, sources[i].frames, sources[i].nframes);
    parts[i].frame = (uint32_t)(at + fde_of(&sources[i]));
    move(w, parts[i].frame + 4, at - w->s[S_FRAME].sh_offset);
  }
  end(w, S_FRAME);
}

static void put_units(struct writer *w, const struct gdb_source *sources, unsigned n, struct gdb_part *parts)
{
  size_t lines = 0;
  unsigned i;

  begin(w, S_ABBREV, SHT_PROGBITS, 1);
  dwarf_abbrevs(&w->b);
  end(w, S_ABBREV);
  begin(w, S_INFO, SHT_PROGBITS, 1);
  for (i = 0; i < n; i++) {
    if (sources[i].ninfo == 0)
      continue;
    parts[i].info = (uint32_t)position(w);
    bytes_add(&w->b, sources[i].info, sources[i].ninfo);
    move(w, parts[i].info + UNIT_LINES, lines);
    lines += sources[i].nlines;
  }
  end(w, S_INFO);
  begin(w, S_LINE, SHT_PROGBITS, 1);
  for (i = 0; i < n; i++)
    bytes_add(&w->b, sources[i].lines, sources[i].nlines);
  end(w, S_LINE);
}

static void name_sections(shdr *s, unsigned n)
{
  const char *name = section_names;
  unsigned i;

  for (i = 0; i < n; i++) {
    s[i].sh_name = s[i].sh_type == SHT_NULL ? 0 : (uint32_t)(name - section_names);
    if (i < S_TEXT)
      name += strlen(name) + 1;
  }
}

static ehdr header(unsigned n)
{
  const uint16_t one = 1;
  ehdr e;

  memset(&e, 0, sizeof e);
  memcpy(e.e_ident, ELFMAG, SELFMAG);
  e.e_ident[EI_CLASS] = CLASS;
  e.e_ident[EI_DATA] = *(const uint8_t *)&one ? ELFDATA2LSB : ELFDATA2MSB;
  e.e_ident[EI_VERSION] = EV_CURRENT;
  e.e_type = ET_EXEC;
  e.e_machine = HOST_MACHINE;
  e.e_version = EV_CURRENT;
  e.e_shoff = sizeof e;
  e.e_ehsize = sizeof e;
  e.e_shentsize = sizeof(shdr);
  e.e_shnum = (uint16_t)(S_TEXT + n);
  e.e_shstrndx = S_SHSTRTAB;
  return e;
}

static shdr *sections(const struct gdb_file *f)
{
  return (shdr *)((ehdr *)(uintptr_t)f->told.symfile_addr + 1);
}

static uint8_t *bytes_at(const struct gdb_file *f, size_t at)
{
  return (uint8_t *)(uintptr_t)f->told.symfile_addr + at;
}

static sym *symbols(const struct gdb_file *f)
{
  return (sym *)(void *)bytes_at(f, sections(f)[S_SYMTAB].sh_offset);
}

/* ---- Runs ---- */

/* Those that are not struck out, by address; they mostly stand so. */
static unsigned sort_parts(const struct gdb_file *f, unsigned *order)
{
  unsigned n = 0, i, k;

  for (i = 0; i < f->count; i++) {
    if (f->part[i].entry == 0)
      continue;
    for (k = n++; k > 0 && f->part[order[k - 1]].entry > f->part[i].entry; k--)
      order[k] = order[k - 1];
    order[k] = i;
  }
  return n;
}

/* Between neighbours there is less than the smallest block. */
static void set_runs(struct gdb_file *f)
{
  shdr *s = sections(f), *run = s + S_TEXT - 1;
  sym *y = symbols(f);
  unsigned order[GDB_PARTS], n = sort_parts(f, order), i;
  uintptr_t last = 0;

  memset(s + S_TEXT, 0, f->count * sizeof *s);
  for (i = 0; i < n; i++) {
    const struct gdb_part *p = &f->part[order[i]];

    if (i == 0 || p->entry - last >= (uintptr_t)1 << MIN_GRANULE_LOG) {
      run++;
      run->sh_type = SHT_NOBITS;
      run->sh_flags = SHF_ALLOC | SHF_EXECINSTR;
      run->sh_addr = p->entry;
      run->sh_addralign = 1;
    }
    run->sh_size = p->entry + p->size - run->sh_addr;
    last = p->entry + p->room;
    y[order[i] + 1].st_shndx = (uint16_t)(run - s);
  }
  name_sections(s, S_TEXT + f->count);
}

/* ---- Interface ---- */

struct gdb_file *gdb_file_new(struct dasm_CodeHeap *H, const struct gdb_source *sources, unsigned n)
{
  const ehdr e = header(n);
  const shdr none = { .sh_type = SHT_NULL };
  struct gdb_part parts[GDB_PARTS];
  struct gdb_file head, *f;
  struct writer w;
  unsigned i;

  memset(&w, 0, sizeof w);
  memset(&head, 0, sizeof head);
  w.b.heap = H;
  for (i = 0; i < n; i++) {
    parts[i] = sources[i].part;
    parts[i].frame = parts[i].info = 0;
  }
  bytes_add(&w.b, &head, sizeof head);
  bytes_add(&w.b, parts, n * sizeof *parts);
  bytes_align(&w.b, 8);
  w.file = w.b.n;
  bytes_add(&w.b, &e, sizeof e);
  for (i = 0; i < S_TEXT + n; i++)
    bytes_add(&w.b, &none, sizeof none);
  put_symbols(&w, sources, n);
  put_frames(&w, sources, n, parts);
  put_units(&w, sources, n, parts);
  if (w.b.failed) {
    bytes_free(&w.b);
    return NULL;
  }
  head.told.symfile_size = position(&w);
  head.count = head.live = n;
  head.size = w.b.max;
  f = (struct gdb_file *)(void *)w.b.p;
  *f = head;
  f->told.symfile_addr = w.b.p + w.file;
  memcpy(f->part, parts, n * sizeof *parts);
  memcpy(sections(f), w.s, sizeof w.s);
  set_runs(f);
  return f;
}

void gdb_file_free(struct dasm_CodeHeap *H, struct gdb_file *f)
{
  heap_free(H, f, f->size);
}

struct gdb_source gdb_file_source(const struct gdb_file *f)
{
  const shdr *s = sections(f);

  return (struct gdb_source){
    .part = f->part[0],
    .name = (const char *)bytes_at(f, s[S_STRTAB].sh_offset) + 1,
    .frames = bytes_at(f, s[S_FRAME].sh_offset), .nframes = s[S_FRAME].sh_size,
    .info = bytes_at(f, s[S_INFO].sh_offset), .ninfo = s[S_INFO].sh_size,
    .lines = bytes_at(f, s[S_LINE].sh_offset), .nlines = s[S_LINE].sh_size,
  };
}

void gdb_file_strike(struct gdb_file *f, unsigned part)
{
  struct gdb_part *p = &f->part[part];
  sym *y = &symbols(f)[part + 1];

  memset(y, 0, sizeof *y);
  y->st_info = SYM_INFO(STB_GLOBAL, STT_NOTYPE);
  if (p->info)
    *bytes_at(f, p->info + UNIT_CODE) = 0;
  if (p->frame)
    memset(bytes_at(f, p->frame + 8), 0, 2 * sizeof(uintptr_t));
  p->entry = 0;
  f->live--;
  set_runs(f);
}

#else

typedef int file_for_gdb;

#endif
