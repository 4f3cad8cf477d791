#!/bin/sh
# libdasm compiles for AArch64 without a warning, and the code heap works there: calls, patches, instruction
# caches, landing pads that the processor insists on, frames. With a cross compiler and qemu-aarch64.
. "$top_srcdir/tests/lib.sh"

cc=${A64_CC:-aarch64-linux-gnu-gcc}
qemu=${A64_QEMU:-qemu-aarch64}
command -v "$cc" >/dev/null || skip "$cc is not installed"
command -v "$qemu" >/dev/null || skip "$qemu is not installed"
libc=$("$cc" -print-file-name=libc.so.6)
test -f "$libc" || skip "$cc has no C library"

# shellcheck disable=SC2086
try "compiles" "$cc" -std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 \
  -I "$top_srcdir/include" -I "$top_builddir/include" -I "$top_srcdir" -o heap_a64 \
  "$top_srcdir"/tests/heap_a64.c "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c
run() { timeout 60 "$qemu" -cpu max -L "$(dirname "$libc")/.." ./heap_a64 emulated >out; cat out; }
try "runs" run && grep -q " 0 failed" out
try "landing pads have been checked by the processor" sh -c 'grep -q passed out && ! grep -q "no BTI" out'
finish
