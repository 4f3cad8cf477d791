#!/bin/sh
# The modules for Python and Lua on AArch64: calls of what they make there, lines of every ISA, listings, the example. With a
# compiler, qemu-aarch64, and a folder with interpreters of that processor, which tests/emulated/root.sh makes:
#   tests/emulated/root.sh /tmp/arm64 && make check TESTS=tests/arm64_bindings.sh A64_ROOT=/tmp/arm64
# On such a processor: make check TESTS=tests/arm64_bindings.sh A64_ROOT= A64_QEMU= A64_CC=cc
. "$top_srcdir/tests/lib.sh"

test -n "${A64_ROOT+set}" || skip "A64_ROOT names no folder with Python and Lua for AArch64; tests/emulated/root.sh makes one"
root=$A64_ROOT
qemu=${A64_QEMU-qemu-aarch64}
cc=${A64_CC:-aarch64-linux-gnu-gcc}
libraries=$root/usr/lib/aarch64-linux-gnu
wrappers=$top_builddir/bindings
echo 'int main(void) { return 0; }' >empty.c
$cc -o empty empty.c >/dev/null 2>&1 || skip "no compiler for AArch64 is installed"
if test -n "$qemu"; then command -v "$qemu" >/dev/null || skip "$qemu is not installed"; fi
if ! test -f "$wrappers/python/dasm_wrap.c" || ! test -f "$wrappers/lua/dasm_wrap.c"
then skip "the modules for Python and Lua were not built here"
fi

emulated() # COMMAND...
{
  # shellcheck disable=SC2086
  if test -n "$qemu"
  then timeout 600 $qemu -cpu max -L "$root" -E LD_LIBRARY_PATH="$libraries" "$@"
  else timeout 600 "$@"
  fi
}

# Not optimised: they are compiled in some seconds, and run in fewer.
flags="-std=gnu11 -w -O0 -fPIC -fvisibility=hidden -D_GNU_SOURCE -DPACKAGE_VERSION=\"0\" -DDASM_VERSION_NUMBER=0
  -I $top_srcdir/include -I $top_builddir/include -I $top_srcdir -I $top_srcdir/bindings"
system="-idirafter $root/usr/include -idirafter $root/usr/include/aarch64-linux-gnu"
needed=
if test -f "$root/usr/include/capstone/capstone.h"
then
  flags="$flags -DHAVE_CAPSTONE"
  system="$system -I $root/usr/include/capstone"
  needed="$libraries/libcapstone.so"
fi

# The two libraries and what both modules share; files of different folders have the same names.
objects()
{
  for folder in lib lib/isa dasmc dasmc/isa
  do
    mkdir -p "objects/$folder" || return
    # shellcheck disable=SC2046,SC2086
    (cd "objects/$folder" && $cc $flags -c $(ls "$top_srcdir/$folder"/*.c | grep -v /main.c)) || return
  done
  # shellcheck disable=SC2086
  (cd objects && $cc $flags $system -c "$top_srcdir/bindings/glue.c")
}
try "the libraries compile" objects

module() # OUTPUT, FILE OR OPTION...
{
  output=$1
  shift
  # shellcheck disable=SC2086
  $cc $flags -shared -Wl,-Bsymbolic -o "$output" "$@" $system objects/*.o objects/*/*.o objects/*/*/*.o $needed -lpthread
}

# suite NAME, COMMAND...: it prints what failed, and its counts.
suite()
{
  name=$1
  shift
  "$@" >out 2>&1
  counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' out | tail -n 1)
  p=${counts% *} f=${counts#* }
  if test -z "$counts"; then p=0 f=1; fi
  passed=$((passed + p)) failed=$((failed + f))
  if test "$f" -ne 0; then echo "failed: $name"; sed -n '1,60p' out; fi
}

found=
in_python() # FILE...
{
  PYTHONHOME=$root/usr PYTHONPATH=$PWD/python PYTHONDONTWRITEBYTECODE=1 emulated "$root/usr/bin/$python" "$@"
}

for headers in "$root"/usr/include/python3.*
do
  python=$(basename "$headers")
  test -x "$root/usr/bin/$python" || continue
  found=1
  mkdir -p python/dasm
  ln -sf "$top_srcdir"/bindings/python/dasm/*.py python/dasm
  try "the module for $python compiles" module python/dasm/_lowlevel.so -I "$headers" "$wrappers/python/dasm_wrap.c"
  suite "in $python" in_python "$top_srcdir/tests/arm64_bindings.py"
  suite "every ISA in $python" in_python "$top_srcdir/bindings/python/tests/run.py" test_isas
done

src=$top_srcdir/bindings/lua
in_lua() # FILE
{
  LUA_PATH="$src/?.lua;$src/tests/?.lua;$src/examples/?.lua;;" LUA_CPATH="$PWD/$lua/?.so" LUA_INIT='' \
    emulated "$root/usr/bin/$lua" "$@"
}

for headers in "$root"/usr/include/lua5.? "$root"/usr/include/luajit-2.?
do
  lua=$(basename "${headers%-*}")
  test -x "$root/usr/bin/$lua" && test -f "$libraries/libffi.so" || continue
  found=1
  mkdir -p "$lua/dasm"
  try "the module for $lua compiles" module "$lua/dasm/lowlevel.so" -I "$headers" "$wrappers/lua/dasm_wrap.c" "$src"/*.c \
    "$libraries/libffi.so"
  suite "in $lua" in_lua "$top_srcdir/tests/arm64_bindings.lua"
  suite "every ISA in $lua" in_lua "$src/tests/isas.lua"
done
test -n "$found" || skip "there is no Python or Lua in $root"
finish
