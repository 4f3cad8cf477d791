#!/bin/sh
# Code for riscv64 runs: functions, loops, calls, numbers, vectors and a compiler, published by the code heap. With
# qemu-riscv64 and a compiler for RISC-V, or on such a processor.
. "$top_srcdir/tests/lib.sh"

qemu=${RISCV_QEMU:-qemu-riscv64}
command -v "$qemu" >/dev/null || skip "$qemu is not installed"
cc=${RISCV_CC:-riscv64-linux-gnu-gcc}
echo 'int main(void) { return 0; }' >empty.c
$cc -o empty empty.c >/dev/null 2>&1 || skip "no compiler for RISC-V is installed"
libc=$($cc -print-file-name=libc.so.6)

try "translates" "$top_builddir/dasmc/dasmc" --dialect libdasm -o run.c "$top_srcdir/tests/riscv_run.dasc"
# shellcheck disable=SC2086
try "compiles" $cc -std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 \
  -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" -o run run.c \
  "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c
runs() # processor, what
{
  timeout 60 "$qemu" -cpu "$1" -L "$(dirname "$libc")/.." ./run "$2" >out
  status=$?
  cat out
  test $status -eq 0 && grep -q "^[1-9][0-9]* passed, 0 failed$" out
}
try "runs" runs rv64 ""
# The manual's example of code that is larger than its instructions reach.
try "the manual's example translates" "$top_builddir/dasmc/dasmc" -o far.c "$top_srcdir/doc/examples/howto_far_riscv.dasc"
# shellcheck disable=SC2086
try "and compiles" $cc -std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 \
  -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" -o far far.c "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c
prints()
{
  timeout 60 "$qemu" -cpu rv64 -L "$(dirname "$libc")/.." ./far >out && diff -u "$top_srcdir/doc/examples/howto_far_riscv.expected" out
}
try "and runs" prints
try "runs with vectors" runs rv64,v=true,vext_spec=v1.0 vectors

# What Linux says of the processor: the emulated one has the letters of RV64GC, and V if it is asked for.
cat >features.c <<'END'
#include <stdio.h>
#include "dasmc/isa/riscv.h"
int main(void)
{
  const char *name[100];
  size_t n = riscv_cpu_features(name, 100);

  for (size_t i = 0; i < n; i++)
    printf("%s%s", name[i], i + 1 < n ? " " : "\n");
  return 0;
}
END
features() # processor, names
{
  test "$(timeout 60 "$qemu" -cpu "$1" -L "$(dirname "$libc")/.." ./features)" = "$2"
}
# shellcheck disable=SC2086
try "features compile" $cc -std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" \
  -o features features.c "$top_srcdir/dasmc/isa/riscv_cpu.c"
try "features of RV64GC" features rv64 "A C D F I M Zicsr Zifencei"
try "features of RV64GCV" features rv64,v=true,vext_spec=v1.0 "A C D F I M V Zicsr Zifencei"
finish
