#!/bin/sh
# demo.sh SOURCE-FOLDER - show the examples; run in the folder of the programs.
set -e
src=$1

echo "hello: a function made at run time"
./hello
echo
echo "factorial: a loop"
./factorial
echo
echo "brainfuck: a compiler for a small language, against an interpreter"
for program in "$src"/programs/*.bf
do
  echo "-- $(basename "$program")"
  ./brainfuck -c "$program" </dev/null
done
echo
echo "expr: formulas compiled, against a tree walk"
./expr -c "$src/formulas.txt"
