#!/bin/sh
# Code for MIPS runs: functions, loops, calls, delay slots, a compiler, published by the code heap with its patches, traps and
# frames; a program that was written for DynASM; and the rows of the conformance data have their bytes on such hosts, too. 32
# bits, 64 bits and release 6, with either byte order, from the same translations. With qemu and a compiler for each.
. "$top_srcdir/tests/lib.sh"

echo 'int main(void) { return 0; }' >empty.c
tried=

translate() # FILE.dasc, NAME, OPTION...
{
  input=$1 name=$2
  shift 2
  # shellcheck disable=SC2086
  try "$name translates" "$top_builddir/dasmc/dasmc" $defines "$@" -o "$name.c" "$input"
}

compile() # OPTION...
{
  # shellcheck disable=SC2086
  $cc -std=gnu11 -funwind-tables -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 -I "$top_srcdir/include" -I "$top_builddir/include" \
    -I "$top_srcdir" "$@"
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
  compile "$@" -o "$name" "$name.c" library/*.o -lpthread && run "$name"
}

# host NAME QEMU COMPILER DEFINES [ISA BYTES]: with the high byte first, the data of that ISA can be compared.
host()
{
  processor=$1 qemu=$2 cc=$3 defines=$4 isa=${5-} bytes=${6-}
  command -v "${qemu%% *}" >/dev/null && $cc -o empty empty.c >/dev/null 2>&1 || { echo "$processor: nothing to try it with"; return; }
  tried=1
  rm -rf library && mkdir library
  # shellcheck disable=SC2086
  try "$processor: the library compiles" eval 'cd library && compile -O1 $WARN_CFLAGS -Werror -c "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c'
  cd "$scratch" || exit 1
  translate "$top_srcdir/tests/mips_run.dasc" mips_run --dialect libdasm
  # shellcheck disable=SC2086
  try "$processor: runs" program mips_run -O1 $WARN_CFLAGS -Werror
  translate "$top_srcdir/tests/mips_dropin.dasc" mips_dropin
  # shellcheck disable=SC2086
  try "$processor: a program for DynASM runs" program mips_dropin -O1 $WARN_CFLAGS -Werror
  test -n "$isa" || return
  cp "$top_srcdir"/tests/isa/"$isa".*runtime.tsv . && awk -v isa="$isa" -v to="$isa" -f "$top_srcdir/tests/compiled.awk" "$isa".*runtime.tsv
  defines=
  for file in "$isa".*.dasc
  do
    rows=${file%.dasc}
    translate "$file" "$rows"
    try "$processor: $file" program "$rows" -O0 -w -I "$top_srcdir/tests" '-DHEADER="dynasm/dasm_mips.h"' "-DADDRESS_SIZE=$bytes"
  done
}

host mips qemu-mips mips-linux-gnu-gcc "" mips 4
host mipsel qemu-mipsel mipsel-linux-gnu-gcc ""
host mips64 qemu-mips64 mips64-linux-gnuabi64-gcc "-D M64" mips64 8
host mips64el qemu-mips64el mips64el-linux-gnuabi64-gcc "-D M64"
host "mips, release 6" "qemu-mips -cpu mips32r6-generic" mipsisa32r6-linux-gnu-gcc "-D MIPSR6" mips_r6 4
host "mips64el, release 6" "qemu-mips64el -cpu I6400" mipsisa64r6el-linux-gnuabi64-gcc "-D M64 -D MIPSR6"
test -n "$tried" || skip "no compiler and emulator for MIPS is installed"
finish
