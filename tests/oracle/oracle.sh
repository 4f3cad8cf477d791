#!/bin/sh
# A sample of the table's rows against llvm-mc and GNU as; `make check-oracle` does them all.
. "$top_srcdir/tests/lib.sh"

"$top_builddir/tests/oracle/oracle" -e 197 "$top_srcdir/tests/oracle/explained.tsv" >sample 2>&1
status=$?
if test "$status" -eq 77; then skip "llvm-mc and GNU as are not here"; fi
cat sample
# Older ones do not know APX and some of AVX-512.
grep -q '^llvm-mc \(19\|[2-9][0-9]\)' sample || skip "llvm-mc 19 or newer is not installed"
try "a sample agrees with llvm-mc and GNU as" test "$status" -eq 0

# The same for ISAs whose rows are bit diagrams.
"$top_builddir/tests/oracle/words" -e 19 >words 2>&1
status=$?
if test "$status" -ne 77
then
  cat words
  try "a sample of bit diagrams agrees with llvm-mc and GNU as" test "$status" -eq 0
fi
finish
