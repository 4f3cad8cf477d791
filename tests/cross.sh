#!/bin/sh
# libdasm compiles for other processors without a warning, and the code heap works there: calls, patches, instruction
# caches, traps; landing pads that the processor insists on, frames. With qemu-user and a compiler for each processor:
# Debian's cross compilers; for AArch64 and s390x also clang with packages such as libc6-dev-arm64-cross and
# libgcc-12-dev-arm64-cross.
. "$top_srcdir/tests/lib.sh"

echo 'int main(void) { return 0; }' >empty.c
tried=

# compiler COMMAND...: set cc to the first that works.
compiler()
{
  cc=
  for candidate
  do
    # shellcheck disable=SC2086
    if $candidate -o empty empty.c >/dev/null 2>&1; then cc=$candidate; return 0; fi
  done
  return 1
}

run()
{
  libc=$($cc -print-file-name=libc.so.6)
  # shellcheck disable=SC2086
  timeout 60 $qemu -L "$(dirname "$libc")/.." ./heap_host >out
  status=$?
  cat out
  return $status
}

# host PROCESSOR QEMU COMPILER...
host()
{
  processor=$1 qemu=$2
  shift 2
  command -v "${qemu%% *}" >/dev/null && compiler "$@" || { echo "$processor: nothing to try it with"; return; }
  tried=1
  # shellcheck disable=SC2086
  try "$processor: compiles" $cc -std=gnu11 -O1 -funwind-tables $WARN_CFLAGS -Werror -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 \
    -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" -o heap_host \
    "$top_srcdir"/tests/heap_host.c "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c
  try "$processor: runs" run
  try "$processor: nothing failed" grep -q " 0 failed" out
}

host aarch64 "${A64_QEMU:-qemu-aarch64} -cpu max" "${A64_CC:-false}" aarch64-linux-gnu-gcc \
  "clang --target=aarch64-linux-gnu -Wno-unknown-warning-option"
if test -n "$tried"; then
  try "aarch64: landing pads have been checked by the processor" sh -c 'grep -q passed out && ! grep -q "no BTI" out'
fi
host riscv64 qemu-riscv64 riscv64-linux-gnu-gcc
host s390x qemu-s390x s390x-linux-gnu-gcc "clang --target=s390x-linux-gnu -Wno-unknown-warning-option"
host armhf qemu-arm arm-linux-gnueabihf-gcc
host ppc64le qemu-ppc64le powerpc64le-linux-gnu-gcc
host mips qemu-mips mips-linux-gnu-gcc
host mips64el qemu-mips64el mips64el-linux-gnuabi64-gcc
test -n "$tried" || skip "no compiler and emulator for another processor is installed"
finish
