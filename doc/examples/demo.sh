#!/bin/sh
# demo.sh - the two large examples on their sample input: interpreter against compiled code.
# Called by make demo.
set -e
src=$top_srcdir/doc/examples
bin=$top_builddir/doc/examples

case $(uname -m) in
  x86_64 | amd64) ;;
  *) echo "The examples make x86-64 code for the System V calling convention; this is a $(uname -m)."
     exit 0 ;;
esac

echo "Brainfuck programs, interpreted and compiled (doc/examples/brainfuck.dasc)"
echo "(hello and reverse end so soon that compiling them, which is counted, takes longer than it saves.)"
echo
for program in hello primes power; do
  "$bin/brainfuck" -c "$src/programs/$program.bf"
done
printf 'libdasm' | "$bin/brainfuck" -c "$src/programs/reverse.bf"
echo
echo "What they print, compiled:"
"$bin/brainfuck" "$src/programs/hello.bf"
"$bin/brainfuck" "$src/programs/primes.bf" | tr '\n' ' '
echo
printf 'libdasm' | "$bin/brainfuck" "$src/programs/reverse.bf"
echo
echo
echo "Formulas, a million values each (doc/examples/expr.dasc)"
echo
"$bin/expr" -c "$src/formulas.txt"
echo
echo "x and max(0, sqrt(x) - x^2) from 0 to 1:"
"$bin/expr" 'max(0, sqrt(x) - x^2)' 0 1 5
