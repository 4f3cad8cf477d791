#!/bin/sh
# libdasm compiles for AArch64 without a warning, and the code heap works there: calls, patches, instruction
# caches, landing pads that the processor insists on, frames. With qemu-aarch64 and a compiler for AArch64: gcc's,
# or clang with Debian's packages libc6-dev-arm64-cross and libgcc-12-dev-arm64-cross.
. "$top_srcdir/tests/lib.sh"

qemu=${A64_QEMU:-qemu-aarch64}
command -v "$qemu" >/dev/null || skip "$qemu is not installed"
echo 'int main(void) { return 0; }' >empty.c
cc=
for candidate in "${A64_CC:-false}" aarch64-linux-gnu-gcc \
  "clang --target=aarch64-linux-gnu -Wno-unknown-warning-option"
do
  # shellcheck disable=SC2086
  if $candidate -o empty empty.c >/dev/null 2>&1; then cc=$candidate; break; fi
done
test -n "$cc" || skip "no compiler for AArch64 is installed"
libc=$($cc -print-file-name=libc.so.6)

# shellcheck disable=SC2086
try "compiles" $cc -std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 \
  -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" -o heap_a64 \
  "$top_srcdir"/tests/heap_a64.c "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c
run() { timeout 60 "$qemu" -cpu max -L "$(dirname "$libc")/.." ./heap_a64 emulated >out; cat out; }
try "runs" run && grep -q " 0 failed" out
try "landing pads have been checked by the processor" sh -c 'grep -q passed out && ! grep -q "no BTI" out'
finish
