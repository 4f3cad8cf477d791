/* unwind.c - exceptions and backtrace() pass through code of the heap.
 *
 * Each unwinder of the process is asked to know an .eh_frame section per code
 * object. What it wants to keep about it is given to it, so that it allocates nothing itself.
 */
#include "tools.h"

#include <errno.h>

int unwind_init(struct dasm_CodeHeap *H)
{
  int e = dwarf_knows_frames() ? H->os->find_unwinder(H->unwinders) : ENOSYS;

  return e == 0 ? DASM_S_OK : system_status(e);
}

/* Where registration starts: at the section, or at its one FDE behind the CIE. */
static uint8_t *registered(const struct unwinder *u, uint8_t *frames)
{
  uint32_t n;

  memcpy(&n, frames, 4);
  return u->take ? frames : frames + 4 + n;
}

int unwind_add(struct dasm_CodeHeap *H, struct code_tools *t, const struct code_facts *f)
{
  static const uint8_t objects[UNWINDERS * OBJECT_SIZE];
  struct bytes b = { .heap = H };
  size_t at;
  unsigned i;
  int status = dwarf_frames(&b, f, FRAMES_ABSOLUTE, &at);

  if (status == DASM_S_OK) {
    bytes_align(&b, sizeof(void *));
    at = b.n;
    bytes_add(&b, objects, sizeof objects);
    if (b.failed)
      status = DASM_S_NOMEM;
  }
  if (status != DASM_S_OK) {
    bytes_free(&b);
    return status;
  }
  t->frames = b.p;
  t->frames_size = b.max;
  for (i = 0; i < UNWINDERS && H->unwinders[i].remove; i++) {
    const struct unwinder *u = &H->unwinders[i];

    if (u->take)
      u->take(registered(u, t->frames), t->frames + at + i * OBJECT_SIZE);
    else
      u->add(registered(u, t->frames));
  }
  return DASM_S_OK;
}

void unwind_remove(struct dasm_CodeHeap *H, struct code_tools *t)
{
  unsigned i;

  if (!t->frames)
    return;
  for (i = 0; i < UNWINDERS && H->unwinders[i].remove; i++)
    H->unwinders[i].remove(registered(&H->unwinders[i], t->frames));
  heap_free(H, t->frames, t->frames_size);
  t->frames = NULL;
}
