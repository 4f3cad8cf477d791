#!/bin/sh
# Programs that run translations of code, Valgrind and qemu, run code that was changed as it is now, not as it was,
# under every strategy of the heap that it does not refuse there.
. "$top_srcdir/tests/lib.sh"

command -v valgrind >/dev/null || command -v qemu-x86_64 >/dev/null || skip "neither valgrind nor qemu is installed"
case $(printf '#if defined(__x86_64__) && !defined(__ILP32__)\nnative\n#endif\n' | $CC -E -) in
  *native*) ;;
  *) skip "the program is for x86-64" ;;
esac
test -z "$SANITIZED" || skip "sanitizers and translators disturb each other"

"$top_builddir/libtool" --silent --tag=CC --mode=link $CC -g -O1 -I "$top_srcdir/include" \
  -I "$top_builddir/include" -o changes "$top_srcdir/tests/heap_changes.c" "$top_builddir/libdasm.la" ||
  { echo "0 passed, 1 failed"; exit 1; }
run() { "$top_builddir/libtool" --mode=execute "$@" >out; cat out; grep -q "^[1-9][0-9]* passed, 0 failed" out; }
try "on the processor" run ./changes
try "where no strategy is refused" sh -c '! grep refused out'
if command -v valgrind >/dev/null; then
  try "under valgrind" run valgrind -q --error-exitcode=9 ./changes
  try "and refuses no strategy" sh -c '! grep refused out'
fi
if command -v qemu-x86_64 >/dev/null; then try "under qemu" run qemu-x86_64 ./changes; fi
finish
