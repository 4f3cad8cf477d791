#!/bin/sh
# fuzz.sh - mutations of the golden inputs through the translator, and texts through the run-time
# assembler; see tests/fuzz/fuzz_front.c and fuzz_text.c.
. "$top_srcdir/tests/lib.sh"

for seed in 1 2 3; do
  try "seed $seed" "$top_builddir/tests/fuzz/fuzz_front" -mutate 400 $seed "$top_srcdir"/tests/dasc/*/input.dasc \
    "$top_srcdir/tests/generated.dasc" "$top_srcdir"/tests/dropin/*.dasc "$top_srcdir"/doc/examples/*.dasc
done
# Lines of each instruction set, through all of them in turn.
for isa in $("$DASMC" --list=isas | cut -f 1); do
  try "texts of $isa" "$top_builddir/tests/fuzz/fuzz_text" -n 7000 -s 4 "$top_srcdir/tests/isa/$isa".*runtime.tsv \
    "$top_srcdir/tests/isa/$isa".*libdasm.tsv
done
finish
