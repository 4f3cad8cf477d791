#!/bin/sh
# perf sees published code: the map file has the line that perf wants; and where perf runs, it
# attributes samples to the function by name, from the map and from the dump.
. "$top_srcdir/tests/lib.sh"

case $(uname -sm) in "Linux x86_64") ;; *) skip "the program is for Linux on x86-64" ;; esac
test -f "$top_builddir/tests/traced" || skip "tests/traced has not been built"
traced=$top_builddir/tests/traced

"$traced" perfmap . >out
read -r pid address size symbol <out
map=/tmp/perf-$pid.map
try "the map has address, size and name" grep -q -x "$address $size $symbol" "$map"
try "and a line per function" test "$(wc -l <"$map")" = 2
rm -f "$map"

"$traced" jitdump . >out
read -r pid address size symbol <out
try "the dump is there" test -s "jit-$pid.dump"
try "it begins as perf wants" test "$(od -A n -t x4 -N 12 "jit-$pid.dump" | tr -d ' \n')" = \
  "4a6954440000000100000028"
try "it has the name" grep -q "$symbol" "jit-$pid.dump"
try "and the source file" grep -q "traced\.dasc" "jit-$pid.dump"

# Samples need a perf that may look at this process.
if test -z "$SANITIZED" && perf record -q -o probe true >/dev/null 2>&1
then
  run() { "$top_builddir/libtool" --mode=execute perf record -q "$@"; }
  try "perf record" run -o data "$traced" perfmap . 500
  perf script -i data -F ip,sym >samples 2>/dev/null
  try "samples are in spin" grep -q "spin" samples
  rm -f /tmp/perf-"$(sed -n 's/^\([0-9]*\) .*/\1/p' out | head -n 1)".map
  try "perf record for a dump" run -k mono -o data2 "$traced" jitdump . 500
  try "perf inject" perf inject --jit -i data2 -o data3
  perf script -i data3 -F ip,sym >samples 2>/dev/null
  try "samples are in spin, by the dump" grep -q "spin" samples
fi
finish
