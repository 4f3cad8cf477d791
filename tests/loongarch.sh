#!/bin/sh
# Code for loongarch64 runs: numbers, registers at run time, loops, calls, memory, floating point. A program that libdasm
# writes on this machine runs in qemu-loongarch64; it needs no compiler for LoongArch.
. "$top_srcdir/tests/lib.sh"

qemu=${LOONGARCH_QEMU:-qemu-loongarch64}
command -v "$qemu" >/dev/null || skip "$qemu is not installed"

try "translates" "$DASMC" --dialect libdasm -o run.c "$top_srcdir/tests/loongarch_run.dasc"
# shellcheck disable=SC2086
try "compiles" $CC -std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 \
  -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" -o run run.c \
  "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c -lpthread
try "writes a program" ./run program
runs()
{
  chmod +x program && timeout 60 "$qemu" ./program >out || { echo "case $?"; return 1; }
  test "$(cat out)" = ok
}
try "runs" runs
finish
