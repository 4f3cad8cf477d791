#!/bin/sh
# Exceptions pass through code of a heap however the program is linked with the unwinder and with libdasm; or the heap
# says that they cannot: libdasm.so does not find an unwinder that is linked into the program.
. "$top_srcdir/tests/lib.sh"

test -n "$CXX" || skip "no C++ compiler"
case $(printf '#if defined(__x86_64__) && !defined(__ILP32__)\nnative\n#endif\n' | $CC -E -) in
  *native*) ;;
  *) skip "the program is for x86-64" ;;
esac
test -z "$SANITIZED" || skip "sanitizers have an unwinder of their own"
libs=$top_builddir/.libs
LD_LIBRARY_PATH=$libs
export LD_LIBRARY_PATH

$CXX -O1 -I "$top_srcdir/include" -I "$top_builddir/include" -c -o throw.o "$top_srcdir/tests/throw.cc" ||
  { echo "0 passed, 1 failed"; exit 1; }

run() # PROGRAM ARGUMENT...
{
  "$@" >out 2>&1
  status=$?
  cat out
  test $status = 0 && grep -q "^[1-9][0-9]* passed, 0 failed" out
}

# linked passes|refused LIBRARY FLAG...
linked()
{
  expected=$1 library=$2
  shift 2
  test -f "$libs/$library" || { echo "there is no $library"; return; }
  $CXX -o throw "$@" throw.o "$libs/$library" >/dev/null 2>&1 || { echo "cannot link with $*"; return; }
  if test "$expected" = passes
  then try "$library $*" run ./throw
  else try "$library $* is refused" run ./throw refused
       try "with the reason" grep -q "link it with libdasm.a" out
  fi
}

linked passes libdasm.so
linked refused libdasm.so -static-libgcc
linked refused libdasm.so -static-libgcc -static-libstdc++
linked passes libdasm.a
linked passes libdasm.a -static-libgcc
linked passes libdasm.a -static-libgcc -static-libstdc++
linked passes libdasm.a -static
linked passes libdasm.a -static-pie
finish
