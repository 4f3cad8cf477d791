/* debug_gdb.c - code shows up in GDB with its name, lines and frames.
 *
 * GDB's JIT interface: a list of object files in memory, reached through a
 * descriptor, and a function that the program calls after each change, on
 * which GDB has a breakpoint. Their two names are fixed by GDB, which looks
 * them up in every library; so this is the one place with global state.
 *
 * Each piece of code gets a file of its own at first. GDB's time for one more file grows with the
 * number of those it has: so when there are GDB_PARTS of them, one file takes the place of all.
 */
#include "gdb_file.h"
#include "tools.h"

#if defined(__ELF__)
#include <pthread.h>

struct jit_descriptor {
  uint32_t version, action_flag;
  struct jit_code_entry *relevant_entry, *first_entry;
};

enum { JIT_REGISTER = 1, JIT_UNREGISTER = 2 };

DASM_API void __jit_debug_register_code(void);
extern __attribute__((visibility("default"))) struct jit_descriptor __jit_debug_descriptor;

/* Only these are used here: another library's objects of the same names, which the dynamic linker
 * may prefer, are not protected by our lock. A program that is linked with them and has its own for
 * its own code keeps those: ours are weak, and GDB is told nothing of our code then. */
static struct jit_descriptor descriptor = { 1, 0, NULL, NULL };
extern struct jit_descriptor __jit_debug_descriptor __attribute__((weak, alias("descriptor")));

static __attribute__((noinline)) void changed(void)
{
  __asm__ volatile("" ::: "memory");
}
void __jit_debug_register_code(void) __attribute__((weak, alias("changed")));

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- The list ---- */

static void tell(struct jit_code_entry *entry)
{
  pthread_mutex_lock(&list_lock);
  entry->prev = NULL;
  entry->next = descriptor.first_entry;
  if (entry->next)
    entry->next->prev = entry;
  descriptor.first_entry = descriptor.relevant_entry = entry;
  descriptor.action_flag = JIT_REGISTER;
  changed();
  pthread_mutex_unlock(&list_lock);
}

static void take_back(struct jit_code_entry *entry)
{
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
}

/* ---- Files of one part, and of many ---- */

static void join_singles(struct dasm_CodeHeap *H, struct code_tools *t)
{
  t->gdb_prev = NULL;
  t->gdb_next = H->gdb_singles;
  if (t->gdb_next)
    t->gdb_next->gdb_prev = t;
  H->gdb_singles = t;
  H->gdb_nsingles++;
}

static void leave_singles(struct dasm_CodeHeap *H, struct code_tools *t)
{
  if (t->gdb_prev)
    t->gdb_prev->gdb_next = t->gdb_next;
  else
    H->gdb_singles = t->gdb_next;
  if (t->gdb_next)
    t->gdb_next->gdb_prev = t->gdb_prev;
  H->gdb_nsingles--;
}

/* One file for the last GDB_PARTS, in the order they came. GDB gets it before the others go, and so
 * keeps breakpoints. If there is no memory, everything stays as it is until the next time. */
static void gather(struct dasm_CodeHeap *H)
{
  struct gdb_source sources[GDB_PARTS];
  struct gdb_file *all, *single;
  struct code_tools *t = H->gdb_singles;
  unsigned i;

  for (i = GDB_PARTS; i-- > 0; t = t->gdb_next)
    sources[i] = gdb_file_source(t->gdb);
  all = gdb_file_new(H, sources, GDB_PARTS);
  if (!all)
    return;
  tell(&all->told);
  for (i = GDB_PARTS; i-- > 0;) {
    t = H->gdb_singles;
    leave_singles(H, t);
    single = t->gdb;
    t->gdb = all;
    t->gdb_part = i;
    take_back(&single->told);
    gdb_file_free(H, single);
  }
}

/* ---- Interface ---- */

int gdb_add(struct dasm_CodeHeap *H, struct code_tools *t, const struct code_facts *f)
{
  struct bytes frames = { .heap = H }, info = { .heap = H }, lines = { .heap = H };
  size_t fde;
  int status = dwarf_knows_frames() ? dwarf_frames(&frames, f, FRAMES_DEBUG, &fde) : DASM_S_OK;

  if (f->nlines != 0) {
    dwarf_info(&info, f);
    dwarf_lines(&lines, f);
  }
  if (info.failed || lines.failed)
    status = DASM_S_NOMEM;
  if (status == DASM_S_OK) {
    const struct gdb_source source = { { f->entry, f->size, f->room, 0, 0 }, f->name, frames.p, info.p, lines.p,
                                       frames.n, info.n, lines.n };

    t->gdb = gdb_file_new(H, &source, 1);
    status = t->gdb ? DASM_S_OK : DASM_S_NOMEM;
  }
  bytes_free(&frames);
  bytes_free(&info);
  bytes_free(&lines);
  if (status != DASM_S_OK)
    return status;
  tell(&t->gdb->told);
  join_singles(H, t);
  if (H->gdb_nsingles >= GDB_PARTS)
    gather(H);
  return DASM_S_OK;
}

void gdb_remove(struct dasm_CodeHeap *H, struct code_tools *t)
{
  struct gdb_file *f = t->gdb;

  if (!f)
    return;
  take_back(&f->told);
  if (f->count == 1)
    leave_singles(H, t);
  if (f->live > 1) {
    gdb_file_strike(f, t->gdb_part);
    tell(&f->told);
  } else {
    gdb_file_free(H, f);
  }
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
