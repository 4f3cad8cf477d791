#!/bin/sh
# perf sees published code: the map file has the line that perf wants; and where perf runs, it
# attributes samples to the function by name, from the map and from the dump.
. "$top_srcdir/tests/lib.sh"

test "$(uname -s)" = Linux && on_x64 || skip "the program is for Linux on x86-64"
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
  # samples FILE: the call chain of each on a line, the innermost symbol first.
  samples() { perf script -i "$1" -F ip,sym 2>/dev/null | awk '{ printf "%s ", $2 } !NF { print "" }'; }
  try "perf record" run -o data "$traced" perfmap . 500
  perf script -i data -F ip,sym 2>/dev/null >by-map
  try "samples are in spin" grep -q " spin\$" by-map
  rm -f /tmp/perf-"$(perf script -i data -F pid 2>/dev/null | sed -n '1s/[^0-9]//gp')".map

  # Frames of code without a frame pointer can only come from the dump.
  try "perf record for a dump" run -k mono --call-graph dwarf,1024 -o data2 "$traced" jitdump . 200
  try "perf inject" perf inject --jit -i data2 -o data3
  samples data3 >by-dump
  try "samples are in spin, by the dump" grep -q "^spin " by-dump
  perf version --build-options 2>/dev/null | grep -q 'libunwind: .* on ' &&
    try "which main has called" grep -q "^spin main " by-dump
  if command -v readelf >/dev/null
  then
    first=$(echo jitted-*-0.so)
    readelf --debug-dump=frames "$first" >frames
    start=$(readelf -W -S "$first" | sed -n 's/.* \.text *PROGBITS *\([0-9a-f]*\) .*/\1/p')
    try "frames are of the code" grep -q "FDE .* pc=$start\.\." frames
    try "and as the program says" grep -q "DW_CFA_offset_extended_sf: r3 (rbx) at cfa-24" frames
    readelf --debug-dump=decodedline "$first" >lines
    try "lines are of the source" grep -q "traced\.dasc .*\<$(grep -n '| call rsi' "$top_srcdir/tests/traced.dasc" |
      cut -d : -f 1)\>" lines
  fi
fi
finish
