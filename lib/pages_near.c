/* pages_near.c - where in the address space a mapping goes.
 *
 * If it must be near an address, the holes between the mappings are read from /proc/self/maps, and
 * it goes into the one where it is nearest. Some next best ones are kept, too: another thread may
 * map something there meanwhile, and not every hole is given out. Where there is no such file, some
 * addresses are tried instead, outwards in both directions.
 */
#define _GNU_SOURCE 1

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pages_posix.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0 /* then the address is a hint, and the result is checked */
#endif

#define STEPS 512u                    /* addresses tried in each direction without a list of holes */
#define HUGE_PAGE ((uint64_t)2 << 20)
#define LOWEST ((uint64_t)65536)      /* nobody gets addresses below */
#define STACK_ROOM ((uint64_t)128 << 20) /* what is left free for the stack, as the kernel does */

static bool within(const struct mapping_request *q, const void *p)
{
  uint64_t a = (uint64_t)(uintptr_t)p;

  return a >= q->lo && a + q->size <= q->hi && a + q->size > a;
}

static void *try_at(const struct mapping_request *q, uint64_t at, int prot, int flags, int fd)
{
  void *p = mmap((void *)(uintptr_t)at, q->size, prot, flags | (at ? MAP_FIXED_NOREPLACE : 0), fd, 0);

  if (p != MAP_FAILED && !within(q, p)) {
    munmap(p, q->size);
    errno = ENOMEM;
    p = MAP_FAILED;
  }
  return p;
}

/* Huge pages can only be where address and offset in the file agree: where would there be room? */
static uint64_t aligned_room(size_t size)
{
  size_t more = size + (size_t)HUGE_PAGE;
  void *p = mmap(NULL, more, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  if (p == MAP_FAILED)
    return 0;
  munmap(p, more);
  return ((uint64_t)(uintptr_t)p + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

void *pages_map_anywhere(const struct mapping_request *q, int prot, int flags, int fd)
{
  void *p = MAP_FAILED;

  if (q->flags & MAPPING_HUGE)
    p = try_at(q, aligned_room(q->size), prot, flags, fd);
  return p != MAP_FAILED ? p : try_at(q, 0, prot, flags, fd);
}

/* ---- Holes ---- */

enum { KEPT = 8 };

struct holes {
  uint64_t size, lo, hi, near, grain; /* what is looked for */
  uint64_t at[KEPT];                  /* the nearest addresses first */
  unsigned n;
};

static uint64_t distance(const struct holes *h, uint64_t at)
{
  return at > h->near ? at - h->near : h->near - at;
}

/* Nothing is mapped in [from, to): could the mapping be there, and how near? */
static void add_hole(struct holes *h, uint64_t from, uint64_t to)
{
  uint64_t at;
  unsigned i;

  if (from < h->lo)
    from = h->lo;
  if (to > h->hi)
    to = h->hi;
  from = (from + h->grain - 1) & ~(h->grain - 1);
  if (to < from || to - from < h->size)
    return;
  at = h->near < from ? from : h->near > to - h->size ? to - h->size : h->near;
  at &= ~(h->grain - 1);
  for (i = h->n; i > 0 && distance(h, h->at[i - 1]) > distance(h, at); i--)
    if (i < KEPT)
      h->at[i] = h->at[i - 1];
  if (i == KEPT)
    return;
  h->at[i] = at;
  if (h->n < KEPT)
    h->n++;
}

/* False: the system does not say. */
static bool find_holes(struct holes *h)
{
  FILE *f = fopen("/proc/self/maps", "re");
  unsigned long long from, to;
  uint64_t end = LOWEST;
  bool whole = true, starts = true;
  char line[256];

  if (!f)
    return false;
  for (; fgets(line, sizeof line, f); starts = whole) {
    whole = strchr(line, '\n') != NULL;
    if (!starts || sscanf(line, "%llx-%llx", &from, &to) != 2)
      continue;
    if (strstr(line, "[stack]"))
      from = from > STACK_ROOM ? from - STACK_ROOM : 0;
    if (from > end)
      add_hole(h, end, from);
    if (to > end)
      end = to;
  }
  fclose(f);
  add_hole(h, end, UINTPTR_MAX);
  return end != LOWEST;
}

/* ---- Near an address ---- */

static void *map_by_steps(const struct mapping_request *q, const struct holes *h, int prot, int flags, int fd)
{
  uint64_t range = q->hi - q->lo, step = range / STEPS & ~(h->grain - 1), mid = h->near & ~(h->grain - 1), d = 0;
  void *p = MAP_FAILED;
  unsigned i;

  if (step < h->grain)
    step = h->grain;
  for (i = 0; i <= STEPS && d <= range && p == MAP_FAILED; i++, d += step) {
    if (d <= q->hi - mid && q->hi - mid - d >= q->size && mid + d >= LOWEST)
      p = try_at(q, mid + d, prot, flags, fd);
    if (p == MAP_FAILED && d != 0 && d <= mid && mid - d >= q->lo && mid - d >= LOWEST)
      p = try_at(q, mid - d, prot, flags, fd);
    if (range - d < step)
      break;
  }
  return p;
}

void *pages_map_near(const struct mapping_request *q, int prot, int flags, int fd)
{
  struct holes h = { .size = q->size, .lo = q->lo > LOWEST ? q->lo : LOWEST, .hi = q->hi };
  void *p = MAP_FAILED;
  unsigned i;

  if (q->lo == 0 && q->hi == UINT64_MAX)
    return pages_map_anywhere(q, prot, flags, fd);
  h.grain = q->flags & MAPPING_HUGE ? HUGE_PAGE : (uint64_t)sysconf(_SC_PAGESIZE);
  h.near = q->prefer ? q->prefer : q->lo + (q->hi - q->lo) / 2;
  if (h.near < q->lo || h.near > q->hi)
    h.near = h.near < q->lo ? q->lo : q->hi;
  if (q->hi - q->lo >= q->size) {
    if (!find_holes(&h))
      p = map_by_steps(q, &h, prot, flags, fd);
    for (i = 0; i < h.n && p == MAP_FAILED; i++)
      p = try_at(q, h.at[i], prot, flags, fd);
  }
  if (p == MAP_FAILED && errno != EACCES && errno != ENOSYS)
    errno = ENOMEM; /* EEXIST and the like say of one address only that it is not free */
  return p;
}
