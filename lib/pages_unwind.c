/* pages_unwind.c - the unwinders of the process.
 *
 * There may be two: the shared one (libgcc_s or libunwind), and one that was linked into the
 * program by -static-libgcc or -static, of which only libdasm.a knows, because nobody exports it.
 * Exceptions go through the one and on through the other, so both are told. libdasm.so finds the
 * shared one, and refuses if the program has another.
 */
#define _GNU_SOURCE 1

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#if defined(__linux__)
#include <link.h>
#endif

#include "host.h"
#include "pages_posix.h"

/* ---- Linked in ---- */

#if defined(__ELF__) && defined(__GNUC__)
extern void __register_frame_info(const void *frames, void *object) __attribute__((weak));
extern void *__deregister_frame_info(const void *frames) __attribute__((weak));
extern void __register_frame(void *frames) __attribute__((weak));
extern void __deregister_frame(void *frames) __attribute__((weak));
extern void __unw_add_dynamic_fde(uintptr_t frames) __attribute__((weak));

/* As dlsym gives it: without a type. */
#define LINKED(name) do { void (*f)(void) = (void (*)(void))(name); memcpy(&at, &f, sizeof at); } while (0)

static void *linked(const char *name)
{
  void *at = NULL;

  if (strcmp(name, "__register_frame_info") == 0)
    LINKED(__register_frame_info);
  else if (strcmp(name, "__deregister_frame_info") == 0)
    LINKED(__deregister_frame_info);
  else if (strcmp(name, "__register_frame") == 0)
    LINKED(__register_frame);
  else if (strcmp(name, "__deregister_frame") == 0)
    LINKED(__deregister_frame);
  else
    LINKED(__unw_add_dynamic_fde);
  return at;
}
#else
static void *linked(const char *name)
{
  (void)name;
  return NULL;
}
#endif

/* ---- Shared ---- */

/* The program sees no function of its own C library: it is static, and must not load another
 * one. */
static bool is_static(void)
{
  return dlsym(RTLD_DEFAULT, "malloc") == NULL;
}

static void *shared(const char *name)
{
  return dlsym(RTLD_DEFAULT, name);
}

#if defined(__linux__) && defined(HOST_FRAMES)
/* Frame descriptions of the program itself are searched for functions that save the register in
 * which handlers get their exception: nothing but an unwinder does that. LSB 5.0, 10.6, and DWARF
 * 4, 7.23. */
struct reader {
  const uint8_t *p, *end;
};

static uint32_t read_number(struct reader *r)
{
  uint32_t v = 0;
  unsigned shift = 0;

  while (r->p < r->end) {
    v |= shift < 32 ? (uint32_t)(*r->p & 0x7f) << shift : 0;
    shift += 7;
    if (!(*r->p++ & 0x80))
      break;
  }
  return v;
}

static void skip(struct reader *r, size_t n)
{
  r->p = n < (size_t)(r->end - r->p) ? r->p + n : r->end;
}

/* Does this instruction save the register? r: behind it. */
static bool saves(struct reader *r, unsigned reg)
{
  uint8_t op = *r->p++;

  if (op >= 0xc0 || (op >= 0x40 && op < 0x80))
    return false;
  if (op >= 0x80) {
    (void)read_number(r);
    return (op & 0x3f) == reg;
  }
  switch (op) {
  case 0x01: skip(r, sizeof(void *)); break;
  case 0x02: skip(r, 1); break;
  case 0x03: skip(r, 2); break;
  case 0x04: skip(r, 4); break;
  case 0x05: case 0x09: case 0x0c: case 0x11: case 0x12: case 0x14: case 0x15:
    (void)read_number(r);
    (void)read_number(r);
    break;
  case 0x10: case 0x16:
    (void)read_number(r);
    skip(r, read_number(r));
    break;
  case 0x0f: skip(r, read_number(r)); break;
  case 0x00: case 0x0a: case 0x0b: case 0x2d: break;
  default: (void)read_number(r); break;
  }
  return false;
}

static bool has_unwinder(const uint8_t *p)
{
  static const struct host_frames host = HOST_FRAMES;
  const uint32_t address = host.wide ? 8 : 4;
  uint32_t size, id;

  for (; memcpy(&size, p, 4), size != 0 && size != UINT32_MAX; p += 4 + size) {
    struct reader r = { p + 8 + 2 * address, p + 4 + size }; /* behind size, id, address and length of the code */

    memcpy(&id, p + 4, 4);
    if (id == 0 || size < 4 + 2 * address)
      continue;
    skip(&r, read_number(&r));
    while (r.p < r.end)
      if (saves(&r, host.raised))
        return true;
  }
  return false;
}

/* Of the first object, which is the program itself. */
static int look_at_program(struct dl_phdr_info *info, size_t size, void *result)
{
  const uint8_t *p;
  int32_t offset;
  unsigned i;

  (void)size;
  for (i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_GNU_EH_FRAME)
      continue;
    p = (const uint8_t *)(uintptr_t)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    if (p[0] != 1 || p[1] != 0x1b) /* the usual: the section's address is 4 bytes, relative to here */
      continue;
    memcpy(&offset, p + 4, 4);
    *(bool *)result = has_unwinder(p + 4 + offset);
  }
  return 1;
}

static bool program_has_unwinder(void)
{
  bool has = false;

  dl_iterate_phdr(look_at_program, &has);
  return has;
}
#else
static bool program_has_unwinder(void)
{
  return false;
}
#endif

/* ---- Both ---- */

/* False: there is none. libgcc takes a section, LLVM's libunwind a single entry of one. */
static bool get(struct unwinder *u, void *(*find)(const char *name))
{
  bool single = find("__unw_add_dynamic_fde") != NULL;
  void *add = find(single ? "__register_frame" : "__register_frame_info");
  void *remove = find(single ? "__deregister_frame" : "__deregister_frame_info");

  memset(u, 0, sizeof *u);
  if (!add || !remove)
    return false;
  if (single)
    memcpy(&u->add, &add, sizeof add);
  else
    memcpy(&u->take, &add, sizeof add);
  memcpy(&u->remove, &remove, sizeof remove);
  return true;
}

/* The shared one comes with C++ programs, but a C program loads it late, for backtrace(), or never:
 * libdasm itself depends on libc alone. */
int pages_find_unwinder(struct unwinder *u)
{
  bool own = get(&u[0], linked), both;

  if (is_static())
    return own ? 0 : ENOSYS;
  both = get(&u[own], shared);
  if (!both && dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_GLOBAL))
    both = get(&u[own], shared);
  if (own && both && memcmp(&u[0], &u[1], sizeof u[0]) == 0) {
    memset(&u[1], 0, sizeof u[1]);
    own = false;
  }
  return (own || both) && (own || !program_has_unwinder()) ? 0 : ENOSYS;
}
