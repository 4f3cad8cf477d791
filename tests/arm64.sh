#!/bin/sh
# Code for AArch64 runs: functions, loops, calls, numbers, vectors and a compiler, published by the code heap; a program
# that was written for DynASM; and some thousand instructions, each of which has to do what it does when the C compiler's
# assembler makes it. With qemu-aarch64 and a compiler for AArch64, or on such a processor.
. "$top_srcdir/tests/lib.sh"

qemu=${A64_QEMU-qemu-aarch64}
cc=${A64_CC:-aarch64-linux-gnu-gcc}
echo 'int main(void) { return 0; }' >empty.c
$cc -o empty empty.c >/dev/null 2>&1 || skip "no compiler for AArch64 is installed"
if test -n "$qemu"
then
  command -v "$qemu" >/dev/null || skip "$qemu is not installed"
  libc=$($cc -print-file-name=libc.so.6)
  old="$qemu -cpu cortex-a72 -L $(dirname "$libc")/.."
  new="$qemu -cpu max -L $(dirname "$libc")/.."
else
  old=
  new=
fi
flags="-std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 -I $top_srcdir/include -I $top_builddir/include
  -I $top_srcdir"

translate() # FILE.dasc, NAME, OPTION...
{
  input=$1 name=$2
  shift 2
  try "$name translates" "$top_builddir/dasmc/dasmc" "$@" -o "$name.c" "$input"
}

compile() # NAME: with the library, which is compiled once
{
  # shellcheck disable=SC2086
  try "$1 compiles" $cc $flags -o "$1" "$1.c" library/*.o
}

runs() # COMMAND...
{
  timeout 300 "$@" >out
  status=$?
  cat out
  test $status -eq 0
}

mkdir library
# shellcheck disable=SC2086
try "the library compiles" sh -c 'cd library && "$@"' sh $cc $flags -I "$top_srcdir" -c "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c

translate "$top_srcdir/tests/arm64_run.dasc" run --dialect libdasm
compile run
# shellcheck disable=SC2086
try "runs" runs $old ./run
if test -n "$qemu" || grep -q '^Features.* sve' /proc/cpuinfo
then
  # shellcheck disable=SC2086
  try "runs with scalable vectors" runs $new ./run "sve$(test -z "$qemu" || echo ,sme)"
fi

translate "$top_srcdir/tests/arm64_dropin.dasc" dropin
compile dropin
# shellcheck disable=SC2086
try "a program for DynASM runs" runs $old ./dropin

# What the compiler's assembler does not know is left out.
architecture="armv9-a+sve2-aes+sve2-sm4+sve2-sha3+sve2-bitperm+f64mm+f32mm+bf16+i8mm+sm4+sha3+crypto+flagm+fp16fml+cssc"
instructions()
{
  awk -f "$top_srcdir/tests/arm64_exec.awk" "$top_srcdir/tests/isa/arm64.tsv" "$top_srcdir/tests/isa/arm64.libdasm.tsv" >all.s
  $cc -c -Wa,-march=$architecture -o all.o all.s 2>messages
  sed -n 's/^all\.s:\([0-9]*\): Error.*/\1d/p' messages >unknown
  sed -f unknown all.s >instructions
  awk -v program=1 -v arch=$architecture -f "$top_srcdir/tests/arm64_exec.awk" instructions >exec.dasc
}
if test -n "$qemu" || grep -q '^Features.* sve2' /proc/cpuinfo
then
  instructions
  translate exec.dasc exec --dialect libdasm
  compile exec
  # shellcheck disable=SC2086
  try "instructions do what they are to do" runs $new ./exec
fi
finish
