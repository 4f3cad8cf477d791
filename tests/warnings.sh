#!/bin/sh
# warnings.sh - what dasmc generates, and the headers it needs, compile without a word from any compiler here: all
# warnings on, every standard, 64 bits and 32, through libdasm's own header and through DynASM's.
. "$top_srcdir/tests/lib.sh"

cat >use.dasc <<'END'
#include HEADER
#ifdef DEFINE
#include DEFINE
#endif
|.arch x64
|.actionlist actions
|.section code, cold
|.globals GLOBAL_
|.globalnames globals
|.externnames externs
struct pair { int first; char text[8]; struct pair *next; };
|.type PAIR, struct pair, rbx
enum color { RED, GREEN };
int use(struct dasm_State **state, struct pair *p, const char *text, int (*f)(void), enum color c, int64_t wide);
int use(struct dasm_State **state, struct pair *p, const char *text, int (*f)(void), enum color c, int64_t wide)
{
  struct dasm_State **Dst = state;
  int n = 1;
  dasm_setup(Dst, actions);
  unsigned long long u = 2;
  unsigned short s = 3;
  | mov eax, n
  | mov64 rax, text
  | mov64 rcx, f
  | mov64 rdx, p->text
  | mov64 rdx, u
  | mov64 rdx, wide
  | mov eax, c
  | mov ax, s
  | mov eax, [rdi+n*4]
  | mov eax, PAIR->first
  | mov al, PAIR->text[2]
  | mov rax, PAIR->next
  | mov eax, PAIR[1].first
  | mov eax, #PAIR
  | mov Rd(n), 1
  | jmp ->out
  | call extern puts
  | .dword n, c
  |.cold
  |->out:
  |=>n:
  | jmp =>n
  return globals[GLOBAL_out][0] + externs[0][0] + DASM_SECTION_COLD;
}
END
try "dasmc use.dasc" "$DASMC" -L -o use.c use.dasc

both='-Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wpointer-arith -Wundef -Wformat=2 -Wcast-align'
c="$both -Wstrict-prototypes -Wmissing-prototypes -Werror=implicit-function-declaration"
cxx="$both -Wold-style-cast"

quiet() # COMPILE...
{
  # shellcheck disable=SC2086
  "$@" -I"$top_srcdir/include" -fsyntax-only use.c
}
# each HEADERS STANDARD BITS COMPILE...
each()
{
  headers=$1
  standard=$2
  bits=$3
  shift 3
  # shellcheck disable=SC2086
  try "$* $standard $bits $headers" quiet "$@" $headers $bits -std="$standard"
}
headers()
{
  each -DHEADER='<dasm.h>' "$@"
  each "-DHEADER=<dynasm/dasm_proto.h> -DDEFINE=<dynasm/dasm_x86.h>" "$@"
}

bits_of() # COMPILER...: -m32 if it has what that takes
{
  echo '#include <stdlib.h>' >m32.c
  if "$@" -m32 -fsyntax-only m32.c 2>/dev/null; then echo -m32; fi
}
for compiler in gcc clang
do
  if ! command -v "$compiler" >/dev/null; then continue; fi
  for bits in $(bits_of "$compiler") ''
  do
    for standard in c99 c11 c17 gnu17
    do
      # shellcheck disable=SC2086
      headers "$standard" "$bits" "$compiler" $c -pedantic
    done
  done
done
for compiler in g++ clang++
do
  if ! command -v "$compiler" >/dev/null; then continue; fi
  useless=
  case $compiler in g++) useless=-Wuseless-cast ;; esac
  for bits in $(bits_of "$compiler" -x c++) ''
  do
    for standard in c++98 c++11 c++14 c++17 c++20 c++23
    do
      echo 'int i;' >empty.cc
      if ! "$compiler" -std=$standard -fsyntax-only empty.cc 2>/dev/null; then continue; fi
      # shellcheck disable=SC2086
      headers $standard "$bits" "$compiler" $cxx $useless -x c++
    done
  done
done

# Programs for DynASM may use what its headers include.
echo '#include <dynasm/dasm_proto.h>
#include <dynasm/dasm_x86.h>
void *copy(const char *s);
void *copy(const char *s) { char *p = malloc(strlen(s) + 1); if (!p) exit(1); return strcpy(p, s); }' >includes.c
includes() { "$CC" -Werror=implicit-function-declaration -I"$top_srcdir/include" -fsyntax-only includes.c; }
try "what DynASM's headers include" includes
finish
