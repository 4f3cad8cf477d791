/* unwind.c - exceptions and backtrace() pass through code of the heap.
 *
 * The unwinder of the process is asked to know an .eh_frame section per code
 * object. It is in libgcc_s or libunwind, which a C program loads late or never,
 * so it is looked up when a heap wants it; libdasm itself depends on libc alone.
 * libgcc takes a section, LLVM's libunwind a single entry of one.
 */
#define _GNU_SOURCE 1

#include "tools.h"

#include <errno.h>

#if defined(__ELF__)
#include <dlfcn.h>

/* A function pointer from dlsym, as POSIX wants it. */
static frame_fn lookup(const char *name)
{
  void *p = dlsym(RTLD_DEFAULT, name);
  frame_fn f;

  memcpy(&f, &p, sizeof f);
  return f;
}

int unwind_init(struct dasm_CodeHeap *H)
{
  H->frame_add = lookup("__register_frame");
  if (!H->frame_add && dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_GLOBAL))
    H->frame_add = lookup("__register_frame");
  H->frame_remove = lookup("__deregister_frame");
  H->frame_single = dlsym(RTLD_DEFAULT, "__unw_add_dynamic_fde") != NULL;
  return H->frame_add && H->frame_remove ? DASM_S_OK : system_status(ENOSYS);
}

#else

int unwind_init(struct dasm_CodeHeap *H)
{
  (void)H;
  return system_status(ENOSYS);
}

#endif

/* Where registration starts: at the section, or at its one FDE behind the CIE. */
static uint8_t *registered(const struct dasm_CodeHeap *H, uint8_t *frames)
{
  uint32_t n;

  memcpy(&n, frames, 4);
  return H->frame_single ? frames + 4 + n : frames;
}

int unwind_add(struct dasm_CodeHeap *H, struct code_tools *t, const struct code_facts *f)
{
  struct bytes b = { .heap = H };
  size_t fde;
  int status = dwarf_frames(&b, f, &fde);

  if (status != DASM_S_OK) {
    bytes_free(&b);
    return status;
  }
  t->frames = b.p;
  t->frames_size = b.max;
  H->frame_add(registered(H, t->frames));
  return DASM_S_OK;
}

void unwind_remove(struct dasm_CodeHeap *H, struct code_tools *t)
{
  if (!t->frames)
    return;
  H->frame_remove(registered(H, t->frames));
  heap_free(H, t->frames, t->frames_size);
  t->frames = NULL;
}
