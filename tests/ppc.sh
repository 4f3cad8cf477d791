#!/bin/sh
# Code for PowerPC runs: a program that was written for DynASM, of 32 bits with the high byte first, of 64 bits with either
# order, which are ELFv1 and ELFv2; functions, loops, calls, a compiler, published by the code heap with its patches, traps and frames;
# and the rows of the conformance data have their bytes on such hosts, too, from the same translation. With qemu-ppc, qemu-ppc64,
# qemu-ppc64le and a compiler for each.
. "$top_srcdir/tests/lib.sh"

echo 'int main(void) { return 0; }' >empty.c
tried=

translate() # FILE.dasc, NAME, OPTION...
{
  input=$1 name=$2
  shift 2
  try "$name translates" "$top_builddir/dasmc/dasmc" "$@" -o "$name.c" "$input"
}

run() # PROGRAM
{
  libc=$($cc -print-file-name=libc.so.6)
  # shellcheck disable=SC2086
  timeout 120 $qemu -L "$(dirname "$libc")/.." "./$1"
}

program() # NAME, OPTION...
{
  name=$1
  shift
  # shellcheck disable=SC2086
  $cc -std=gnu11 -O1 -funwind-tables -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 "$@" -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" \
    -o "$name" "$name.c" library/*.o -lpthread && run "$name"
}

# host NAME QEMU COMPILER ISA BYTES
host()
{
  processor=$1 qemu=$2 cc=$3 isa=$4 bytes=$5
  command -v "${qemu%% *}" >/dev/null && $cc -o empty empty.c >/dev/null 2>&1 || { echo "$processor: nothing to try it with"; return; }
  tried=1
  rm -rf library && mkdir library
  # shellcheck disable=SC2086
  try "$processor: the library compiles" sh -c 'cd library && "$@"' sh $cc -std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE \
    -DDASM_VERSION_NUMBER=0 -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" -c "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c
  wide=
  test "$bytes" -eq 4 || wide="-D P64"
  # shellcheck disable=SC2086
  translate "$top_srcdir/tests/ppc_run.dasc" ppc_run $wide
  # shellcheck disable=SC2086
  try "$processor: runs" program ppc_run $WARN_CFLAGS -Wno-pedantic
  # shellcheck disable=SC2086
  translate "$top_srcdir/tests/ppc_heap.dasc" ppc_heap --dialect libdasm $wide
  # shellcheck disable=SC2086
  try "$processor: the heap's functions run" program ppc_heap $WARN_CFLAGS -Wno-pedantic -Werror
  case $processor in *le) return ;; esac
  cp "$top_srcdir"/tests/isa/"$isa"*.runtime.tsv . && awk -v isa="$isa" -v to="$isa" -f "$top_srcdir/tests/compiled.awk" "$isa".*runtime.tsv
  for file in "$isa".*.dasc
  do
    rows=${file%.dasc}
    translate "$file" "$rows"
    try "$processor: $file" program "$rows" -O0 -w -I "$top_srcdir/tests" '-DHEADER="dynasm/dasm_ppc.h"' "-DADDRESS_SIZE=$bytes"
  done
}

host ppc qemu-ppc powerpc-linux-gnu-gcc ppc 4
host ppc64 "qemu-ppc64 -cpu power10" powerpc64-linux-gnu-gcc ppc64 8
host ppc64le "qemu-ppc64le -cpu power10" powerpc64le-linux-gnu-gcc ppc64 8
test -n "$tried" || skip "no compiler and emulator for PowerPC is installed"
finish
