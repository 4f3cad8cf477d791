#!/bin/sh
# theirs.sh LLVM BINUTILS: the lines of AArch64 in the assembler tests of LLVM and binutils, each once: what has to be taken
# and what has to be refused. The arguments are the unpacked sources, as of `apt-get source llvm-toolchain-19 binutils`;
#   tests/oracle/theirs.sh llvm-toolchain-19-* binutils-* >lines && tests/oracle/words -f lines arm64
# compares what the assemblers that are here make of each with what we do.
#
# Left out: directives, labels, macros and what uses them, relocations, several statements in a line, and Apple's names with a dot. What
# llvm-mc says of an instruction behind movprfx depends on that; those come last.
set -eu
test $# -eq 2 || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
find "$1/llvm/test/MC/AArch64" "$2/gas/testsuite/gas/aarch64" -name '*.s' -exec cat {} + | tr '\t' ' ' |
  sed 's,//.*,,; s,/\*[^*]*\*/,,g; s/@.*//; s/^ *[A-Za-z_.$0-9]*:  *//; s/   */ /g; s/^ //; s/ *$//' |
  grep '^[A-Za-z][A-Za-z0-9.]*\( \|$\)' | grep -v ' [.]req \|:[a-z_0-9]*:\|[\\=";]\|'"'"'\|/\*\|\*/\|: *$' |
  grep -v '^[a-z0-9]*\.[0-9]*[bhsdq] \|^.\{100\}' | LC_ALL=C sort -u |
  awk '/^[Mm][Oo][Vv][Pp][Rr][Ff][Xx]/ { last[n++] = $0; next } { print } END { for (i = 0; i < n; i++) print last[i] }'
