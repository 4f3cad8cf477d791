#!/bin/sh
# The conformance data of each ISA (tests/isa/ISA*.tsv): every row must give its bytes or its status,
# in text for DynASM and in libdasm's own dialect. (ISA.libdasm.tsv is for the latter, and *.c-*.tsv, what
# DynASM leaves to C, for the former.)
. "$top_srcdir/tests/lib.sh"

conform=$top_builddir/tests/conform
for file in "$top_srcdir"/tests/isa/*.tsv
do
  name=$(basename "$file")
  case $name in
    *.c-*) ;;
    *) try "$name" "$conform" "${name%%.*}" "$file" ;;
  esac
  case $name in *.libdasm.tsv) continue ;; esac
  try "$name, DynASM" "$conform" -d 1.5 "${name%%.*}" "$file"
done
try "each row of the tables is reached" "$top_builddir/tests/rows_hit" "$top_srcdir/tests/isa"
finish
