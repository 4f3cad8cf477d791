#!/bin/sh
# The byte order of the host does not matter: the suites of the encoder, which test lists of both orders, pass on a big-endian
# machine, too. With qemu-s390x and a compiler for s390x: gcc's, or clang with Debian's packages binutils-s390x-linux-gnu,
# libc6-dev-s390x-cross and libgcc-12-dev-s390x-cross.
. "$top_srcdir/tests/lib.sh"

qemu=${S390X_QEMU:-qemu-s390x}
command -v "$qemu" >/dev/null || skip "$qemu is not installed"
echo 'int main(void) { return 0; }' >empty.c
cc=
for candidate in "${S390X_CC:-false}" s390x-linux-gnu-gcc "clang --target=s390x-linux-gnu -Wno-unknown-warning-option"
do
  # shellcheck disable=SC2086
  if $candidate -o empty empty.c >/dev/null 2>&1; then cc=$candidate; break; fi
done
test -n "$cc" || skip "no compiler for s390x is installed"
libc=$(dirname "$($cc -print-file-name=libc.so.6)")/..
flags="-std=gnu11 -O1 $WARN_CFLAGS -Werror -D_GNU_SOURCE -DDASM_VERSION_NUMBER=0 -I $top_srcdir/tests/emulated
  -I $top_srcdir/include -I $top_builddir/include -I $top_srcdir -I $top_srcdir/tests"

# shellcheck disable=SC2086
library()
{
  mkdir -p lib && cd lib && $cc $flags -c "$top_srcdir"/lib/*.c "$top_srcdir"/lib/isa/*.c && cd ..
}
# shellcheck disable=SC2086
suite() # NAME
{
  $cc $flags -o "$1" "$top_srcdir/tests/$1.c" lib/*.o -lpthread && timeout 120 "$qemu" -L "$libc" "./$1"
}

try "the library compiles" library
for name in check_branches check_engine check_field check_field_put check_relax
do try "$name" suite $name
done
finish
