#!/bin/sh
# A shared library exports what its map names, no more and no less; the map names what the header
# declares; each function is called in a test; and the library needs libc alone (unless SANITIZED).
# It has full RELRO and a stack that is not executable; its static sibling has no other global names.
# LIBRARIES="library:map:header,header... ..." names what to look at.
. "$top_srcdir/tests/lib.sh"

same() { diff -u "$1" "$2"; }

# Functions of a list that no suite calls. (dasm_dropin_*: tests/dropin.sh does, through the headers
# that call them.)
all_called()
{
  while read -r function
  do case $function in dasm_dropin_*) continue ;; esac
     grep -qw "$function" "$top_srcdir"/tests/*.c || echo "$function is not called in a test"
  done <"$1" >not_called.txt
  cat not_called.txt
  test ! -s not_called.txt
}

for entry in $LIBRARIES
do
  IFS=: read -r so map header <<END
$entry
END
  so=$top_builddir/.libs/$so
  sed -n 's/^  \([a-z_0-9]*\);$/\1/p' "$top_srcdir/$map" | sort >map.txt
  # __jit_debug_*: names that GDB looks for, no interface for programs.
  nm -D --defined-only "$so" |
    awk '$2 != "A" && $3 !~ /^__jit_debug_/ { sub(/@.*/, "", $3); print $3 }' | sort >so.txt
  (cd "$top_srcdir" && cat $(echo "$header" | tr , ' ')) |
    sed -n 's/^DASM\(C\)\{0,1\}_API .*[ *]\(dasmc\{0,1\}_[a-z_0-9]*\)(.*/\2/p' | sort >header.txt
  try "$so exports what $map names" same map.txt so.txt
  try "$map names what $header declares" same header.txt map.txt
  try "what $header declares is called in tests" all_called header.txt
  try "$map is sorted and names each symbol once" sort -c -u map.txt
  if test -n "$HARDENED"
  then
    readelf -dlW "$so" >elf.txt
    try "$so has tables of addresses that are read-only when it is loaded" grep -q GNU_RELRO elf.txt
    try "$so is bound when it is loaded" grep -qE 'FLAGS.*NOW' elf.txt
    try "$so has a stack that is not executable" grep -qE 'GNU_STACK.* RW +0x' elf.txt
  fi
  if test -z "$SANITIZED"
  then
    # (Before glibc 2.34 parts of libc were files of their own; that of musl has no version.)
    readelf -d "$so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
      grep -v -e '^libdasm\.so' -e '^libdl\.so' -e '^libpthread\.so' >needed.txt
    sed -i 's/^libc\.so$/libc.so.6/' needed.txt
    echo libc.so.6 >libc.txt
    try "$so needs libc alone" same libc.txt needed.txt
  fi
done

# Global names of static libraries that a program could have, too.
foreign_names()
{
  nm -P -g "$1" | awk '$2 ~ /^[A-TV-Z]$/ && $1 !~ /^(dasmc?_|__jit_debug_|__x86\.get_pc_thunk)/ { print $1 }' >foreign.txt
  cat foreign.txt
  test ! -s foreign.txt
}

# A program whose functions have the names of private ones links both, and runs.
same_names()
{
  for name in section_grow table_get arena_alloc heap_free statement
  do echo "int $name(void); int $name(void) { return 1; }"
  done >names.c
  cat >uses.c <<END
#include <dasmc.h>
int main(void)
{
  unsigned char code[16];
  size_t size = sizeof code;
  dasmc_Options o = {.size = sizeof o, .isa = "x64"};
  dasmc_Assembler *A;
  return dasmc_new(&A, &o) || dasmc_assemble(A, "ret", -1, 0, 0, 0, code, &size) || size != 1 || code[0] != 0xc3;
}
END
  $CC -I"$top_srcdir/include" names.c uses.c "$top_builddir/.libs/libdasmc.a" "$top_builddir/.libs/libdasm.a" \
    $LIBS -lpthread -o uses && ./uses
}

if test -n "$HIDE_OBJCOPY" && test -z "$SANITIZED" && test -f "$top_builddir/.libs/libdasm.a"
then
  for a in libdasm.a libdasmc.a
  do try "$a has no names that a program could have" foreign_names "$top_builddir/.libs/$a"
  done
  try "a program may have the names of private functions" same_names
fi
if test $((passed + failed)) -eq 0; then skip "no shared libraries, and static ones that show private names"; fi
finish
