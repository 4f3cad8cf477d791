/* debug_gdb.c - code shows up in GDB with its name, lines and frames.
 *
 * GDB's JIT interface: a list of object files in memory, reached through a
 * descriptor, and a function that the program calls after each change, on
 * which GDB has a breakpoint. Their two names are fixed by GDB, which looks
 * them up in every library; so this is the one place with global state. Each
 * piece of code gets a small ELF file: symbol, and DWARF. Of its sections only the code has an address: GDB
 * sorts sections at one address, as those without an own one would be, in time quadratic in their number.
 */
#include "tools.h"

#if defined(__ELF__)
#include <elf.h>
#include <pthread.h>

struct jit_code_entry {
  struct jit_code_entry *next, *prev;
  const void *symfile_addr;
  uint64_t symfile_size;
};

struct jit_descriptor {
  uint32_t version, action_flag;
  struct jit_code_entry *relevant_entry, *first_entry;
};

enum { JIT_REGISTER = 1, JIT_UNREGISTER = 2 };

DASM_API void __jit_debug_register_code(void);
extern __attribute__((visibility("default"))) struct jit_descriptor __jit_debug_descriptor;

/* Only these are used here: another library's objects of the same names, which the dynamic linker
 * may prefer, are not protected by our lock. A program that is linked with them and has its own for its own code
 * keeps those: ours are weak, and GDB is told nothing of our code then. */
static struct jit_descriptor descriptor = { 1, 0, NULL, NULL };
extern struct jit_descriptor __jit_debug_descriptor __attribute__((weak, alias("descriptor")));

static __attribute__((noinline)) void changed(void)
{
  __asm__ volatile("" ::: "memory");
}
void __jit_debug_register_code(void) __attribute__((weak, alias("changed")));

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- The ELF file ---- */

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

enum { S_NULL, S_TEXT, S_SYMTAB, S_STRTAB, S_SHSTRTAB, S_FRAME, S_ABBREV, S_INFO, S_LINE, S_COUNT };

static const char section_names[] =
  "\0.text\0.symtab\0.strtab\0.shstrtab\0.debug_frame\0.debug_abbrev\0.debug_info\0.debug_line";

/* Begin section k at the end of the file. */
static void begin(struct bytes *b, shdr *s, unsigned type, size_t align)
{
  bytes_align(b, align);
  s->sh_type = type;
  s->sh_addralign = align;
  s->sh_offset = (uint32_t)b->n;
}

static void end(struct bytes *b, shdr *s)
{
  s->sh_size = (uint32_t)(b->n - s->sh_offset);
}

static void put_symbols(struct bytes *b, shdr *s, const struct code_facts *f)
{
  sym symbols[2];

  memset(symbols, 0, sizeof symbols);
  symbols[1].st_name = 1;
  symbols[1].st_info = SYM_INFO(STB_GLOBAL, STT_FUNC);
  symbols[1].st_shndx = S_TEXT;
  symbols[1].st_value = f->entry;
  symbols[1].st_size = f->size;
  begin(b, &s[S_SYMTAB], SHT_SYMTAB, sizeof(void *));
  bytes_add(b, symbols, sizeof symbols);
  end(b, &s[S_SYMTAB]);
  s[S_SYMTAB].sh_link = S_STRTAB;
  s[S_SYMTAB].sh_info = 1;
  s[S_SYMTAB].sh_entsize = sizeof(sym);
  begin(b, &s[S_STRTAB], SHT_STRTAB, 1);
  bytes_u8(b, 0);
  bytes_text(b, f->name);
  end(b, &s[S_STRTAB]);
  begin(b, &s[S_SHSTRTAB], SHT_STRTAB, 1);
  bytes_add(b, section_names, sizeof section_names);
  end(b, &s[S_SHSTRTAB]);
}

static int put_frames(struct bytes *b, shdr *s, const struct code_facts *f)
{
  struct bytes frames = { .heap = b->heap };
  size_t fde;
  int status = dwarf_frames(&frames, f, FRAMES_DEBUG, &fde);

  if (status == DASM_S_OK) {
    begin(b, &s[S_FRAME], SHT_PROGBITS, sizeof(void *));
    bytes_add(b, frames.p, frames.n);
    end(b, &s[S_FRAME]);
  }
  bytes_free(&frames);
  return status;
}

static int put_debug(struct bytes *b, shdr *s, const struct code_facts *f)
{
  int status = dwarf_knows_frames() ? put_frames(b, s, f) : DASM_S_OK;

  if (f->nlines == 0)
    return status;
  begin(b, &s[S_ABBREV], SHT_PROGBITS, 1);
  dwarf_abbrevs(b);
  end(b, &s[S_ABBREV]);
  begin(b, &s[S_INFO], SHT_PROGBITS, 1);
  dwarf_info(b, f);
  end(b, &s[S_INFO]);
  begin(b, &s[S_LINE], SHT_PROGBITS, 1);
  dwarf_lines(b, f);
  end(b, &s[S_LINE]);
  return status;
}

static int put_file(struct bytes *b, const struct code_facts *f)
{
  const uint16_t one = 1;
  shdr s[S_COUNT];
  ehdr e;
  const char *name = section_names;
  size_t at = b->n;
  unsigned i;
  int status;

  memset(&e, 0, sizeof e);
  memset(s, 0, sizeof s);
  bytes_add(b, &e, sizeof e);
  bytes_add(b, s, sizeof s);
  s[S_TEXT] = (shdr){ .sh_type = SHT_NOBITS, .sh_flags = SHF_ALLOC | SHF_EXECINSTR, .sh_addr = f->entry,
                      .sh_size = f->size, .sh_addralign = 1 };
  put_symbols(b, s, f);
  status = put_debug(b, s, f);
  for (i = 0; i < S_COUNT; i++, name += strlen(name) + 1) {
    s[i].sh_name = (uint32_t)(name - section_names);
    if (i != S_NULL && s[i].sh_type == SHT_NULL)
      s[i].sh_name = 0;
  }
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
  e.e_shnum = S_COUNT;
  e.e_shstrndx = S_SHSTRTAB;
  if (b->failed)
    return DASM_S_NOMEM;
  memcpy(b->p + at, &e, sizeof e);
  memcpy(b->p + at + sizeof e, s, sizeof s);
  return status;
}

/* ---- The list ---- */

/* Entry and file are one allocation. */
int gdb_add(struct dasm_CodeHeap *H, struct code_tools *t, const struct code_facts *f)
{
  struct bytes b = { .heap = H };
  struct jit_code_entry *entry;
  int status = put_file(&b, f);

  if (status != DASM_S_OK) {
    bytes_free(&b);
    return status;
  }
  entry = heap_alloc(H, NULL, 0, sizeof *entry + b.n);
  if (!entry) {
    bytes_free(&b);
    return DASM_S_NOMEM;
  }
  memcpy(entry + 1, b.p, b.n);
  t->gdb = entry;
  t->gdb_size = sizeof *entry + b.n;
  entry->symfile_addr = entry + 1;
  entry->symfile_size = b.n;
  bytes_free(&b);

  pthread_mutex_lock(&list_lock);
  entry->prev = NULL;
  entry->next = descriptor.first_entry;
  if (entry->next)
    entry->next->prev = entry;
  descriptor.first_entry = descriptor.relevant_entry = entry;
  descriptor.action_flag = JIT_REGISTER;
  changed();
  pthread_mutex_unlock(&list_lock);
  return DASM_S_OK;
}

void gdb_remove(struct dasm_CodeHeap *H, struct code_tools *t)
{
  struct jit_code_entry *entry = t->gdb;

  if (!entry)
    return;
  pthread_mutex_lock(&list_lock);
  if (entry->prev)
    entry->prev->next = entry->next;
  else
    descriptor.first_entry = entry->next;
  if (entry->next)
    entry->next->prev = entry->prev;
  descriptor.relevant_entry = entry;
  descriptor.action_flag = JIT_UNREGISTER;
  changed();
  descriptor.relevant_entry = NULL;
  pthread_mutex_unlock(&list_lock);
  heap_free(H, entry, t->gdb_size);
  t->gdb = NULL;
}

#else

int gdb_add(struct dasm_CodeHeap *H, struct code_tools *t, const struct code_facts *f)
{
  (void)H, (void)t, (void)f;
  return DASM_S_OK; /* no such interface here */
}

void gdb_remove(struct dasm_CodeHeap *H, struct code_tools *t)
{
  (void)H, (void)t;
}

#endif
