#!/bin/sh
# Every example runs, and prints what its .expected file says if it has one. The two compilers compare
# their code with an interpreter.
. "$top_srcdir/tests/lib.sh"

src=$top_srcdir/doc/examples
bin=$top_builddir/doc/examples
prints() { "$1" >out.txt && diff -u "$2" out.txt; }

for name in $EXAMPLES
do
  name=$(basename "$name")
  case $name in
    brainfuck)
      for program in "$src"/programs/*.bf
      do try "brainfuck $(basename "$program")" "$bin/brainfuck" -c "$program" </dev/null
      done
      ;;
    expr)
      try "expr" "$bin/expr" -c "$src/formulas.txt" 1000
      ;;
    *)
      if test -f "$src/$name.expected"
      then try "$name" prints "$bin/$name" "$src/$name.expected"
      else try "$name" "$bin/$name"
      fi
      ;;
  esac
done
finish
