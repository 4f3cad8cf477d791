/* pages_posix.h - what the files share that implement pages.h on POSIX systems. */
#ifndef DASM_PAGES_POSIX_H
#define DASM_PAGES_POSIX_H

#include <errno.h>
#include <sys/types.h>

#include "pages.h"

/* The errno value of a call that returned r. */
static inline int pages_result(int r)
{
  return r == 0 ? 0 : errno ? errno : EINVAL;
}

/* pages_near.c: map a mapping where its request wants it. MAP_FAILED and errno if there is no
 * room. */
void *pages_map_near(const struct mapping_request *q, int prot, int flags, int fd);
void *pages_map_anywhere(const struct mapping_request *q, int prot, int flags, int fd);

/* pages_file.c: give a file another size; and the functions of struct pages. */
int pages_resize(int fd, off_t size);
int pages_file_open(const char *path, bool append, int *fd);
int pages_file_write(int fd, const void *bytes, size_t n, uint64_t at);
void pages_file_close(int fd);
int pages_file_mark(int fd, void **mark);
void pages_file_unmark(void *mark);

/* pages_unwind.c */
int pages_find_unwinder(struct unwinder *u);

#endif
