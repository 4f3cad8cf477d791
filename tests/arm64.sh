#!/bin/sh
# Code for AArch64 runs: functions, loops, calls, numbers, vectors and a compiler, published by the code heap; the heap itself, with
# patches, landing pads, placement, frames, and a debugger that looks at its code; a program
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

# The heap: with the emulator's processor that checks landing pads, and with one that does not know them.
translate "$top_srcdir/tests/arm64_heap.dasc" heap --dialect libdasm
flags="$flags -g -funwind-tables"
compile heap
# shellcheck disable=SC2086
{
  try "the heap, with landing pads" runs $new ./heap
  try "they were checked" eval 'test -z "$qemu" || ! grep "no BTI" out'
  try "the heap, without" runs $old ./heap
}

# Its code in a debugger, over the emulator: name and line of the code, its frame, and a step in it.
if test -n "$qemu" && command -v gdb-multiarch >/dev/null
then
  line() { grep -n "$1" "$top_srcdir/tests/arm64_heap.dasc" | head -n 1 | cut -d : -f 1; }
  call=$(line '| blr x9')
  cat >commands <<END
set sysroot $(dirname "$libc")/..
directory $top_srcdir/tests
break look_back
target remote ./socket
continue
backtrace
finish
stepi
info registers pc
continue
END
  in_debugger()
  {
    # shellcheck disable=SC2086
    timeout 120 $qemu -g ./socket ${old#"$qemu"} ./heap gdb >out 2>&1 &
    emulator=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
    do test -S socket && break; sleep 1
    done
    timeout 120 gdb-multiarch -batch -nx -x commands ./heap >transcript 2>&1
    wait $emulator
    cat transcript out
    grep -q "^framed 16" out
  }
  try "a debugger runs it" in_debugger
  try "a breakpoint in the called function" grep -q "^#0 .*look_back (n=5)" transcript
  try "backtrace names function and line" grep -q "^#1 .* in framed () at .*arm64_heap\.dasc:$call\$" transcript
  try "backtrace goes on behind it" grep -q "^#2 .* in main (" transcript
  try "finish comes back to the next line" grep -q "^framed () at .*:$((call + 2))\$" transcript
  try "a step is one instruction" grep -q "^pc .*<framed+20>" transcript
fi

# The manual's example of code that is larger than its instructions reach.
translate "$top_srcdir/doc/examples/howto_far_arm64.dasc" far
compile far
prints() # EXPECTED COMMAND...
{
  expected=$1
  shift
  timeout 300 "$@" >out && diff -u "$expected" out
}
# shellcheck disable=SC2086
try "the manual's example runs" prints "$top_srcdir/doc/examples/howto_far_arm64.expected" $old ./far

translate "$top_srcdir/tests/arm64_dropin.dasc" dropin
compile dropin
# shellcheck disable=SC2086
try "a program for DynASM runs" runs $old ./dropin

# What the compiler's assembler does not know is left out.
architecture="armv9-a+sve2-aes+sve2-sm4+sve2-sha3+sve2-bitperm+f64mm+f32mm+bf16+i8mm+sm4+sha3+crypto+flagm+fp16fml+cssc+memtag+ls64+sme+sme-f64+sme-i64+rng"
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
