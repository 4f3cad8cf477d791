/* heap_process.h - what suites share in which a heap meets its process: code for x86-64, and children. */
#ifndef TESTS_HEAP_PROCESS_H
#define TESTS_HEAP_PROCESS_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dasm.h"

typedef int (*function)(void);

static const int strategies[] = { DASM_HEAP_DUAL, DASM_HEAP_SINGLE, DASM_HEAP_FLIP };
static dasm_CodeHeap *H;

static inline int start(int strategy, unsigned flags)
{
  dasm_HeapOptions o = { .size = sizeof o, .strategy = strategy, .flags = flags, .reserve = 1 << 20 };

  return dasm_heap_new(&o, &H);
}

/* mov eax, n; ret */
static inline dasm_Code *add(int n)
{
  uint8_t p[6] = { 0xb8, 0, 0, 0, 0, 0xc3 };
  dasm_Code *c = NULL;

  memcpy(p + 1, &n, 4);
  dasm_heap_add(H, p, sizeof p, NULL, &c);
  return c;
}

static inline int call(dasm_Code *c)
{
  void *p = dasm_code_address(c);
  function f;

  memcpy(&f, &p, sizeof f);
  return f();
}

/* Run a function in a child: 0, or the line where it found something wrong. */
static inline int in_child(int (*f)(void *), void *arg)
{
  int status;
  pid_t pid = fork();

  if (pid == 0) {
    alarm(50); /* a lock that came along */
    _exit(f(arg));
  }
  if (pid < 0 || waitpid(pid, &status, 0) != pid)
    return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

#define TRY(ok) do { if (!(ok)) { fprintf(stderr, "line %d: %s\n", __LINE__, #ok); return __LINE__ % 250 + 1; } } while (0)

#endif
