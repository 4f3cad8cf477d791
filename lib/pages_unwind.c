/* pages_unwind.c - the unwinder of the process. */
#define _GNU_SOURCE 1

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "pages_posix.h"

/* A function pointer from dlsym, as POSIX wants it. */
static bool look_up(const char *name, void *function)
{
  void *p = dlsym(RTLD_DEFAULT, name);

  memcpy(function, &p, sizeof p);
  return p != NULL;
}

/* It is in libgcc_s or libunwind, which a C program loads late or never: libdasm itself depends
 * on libc alone. libgcc takes a section, LLVM's libunwind a single entry of one. */
int pages_find_unwinder(struct unwinder *u)
{
  bool single = dlsym(RTLD_DEFAULT, "__unw_add_dynamic_fde") != NULL;

  memset(u, 0, sizeof *u);
  if (single)
    return look_up("__register_frame", &u->add) && look_up("__deregister_frame", &u->remove) ? 0 : ENOSYS;
  if (!look_up("__register_frame_info", &u->take) && dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_GLOBAL))
    (void)look_up("__register_frame_info", &u->take);
  return u->take && look_up("__deregister_frame_info", &u->remove) ? 0 : ENOSYS;
}
