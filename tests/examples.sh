#!/bin/sh
# The examples do what they say. The small ones print what their .expected file says; the compilers
# agree with their interpreters, give right answers, and refuse wrong input.
. "$top_srcdir/tests/lib.sh"

src=$top_srcdir/doc/examples
bin=$top_builddir/doc/examples

on_x64 || skip "the examples make x86-64 code for the System V calling convention"

# Messages name the source file as the translator was given it: its last part is enough.
prints() # EXPECTED COMMAND...
{
  expected=$1
  shift
  "$@" >out || return 1
  sed 's,^[^ ]*/\([^/ ]*\.dasc:\),\1,' out | diff -u "$expected" -
}

# The messages that the manual shows.
wrong()
{
  cp "$src/mistake.dasc" . && ! "$DASMC" -o mistake.c mistake.dasc 2>messages && diff "$src/mistake.messages" messages
}
try "mistakes" wrong

fails() { "$@" >out 2>&1; test $? -eq 1; } # and not by a signal
says() # TEXT COMMAND...
{
  text=$1
  shift
  fails "$@" && grep -F "$text" out
}

for example in $EXAMPLES
do
  name=$(basename "$example")
  try "$name" prints "$src/$name.expected" "$bin/$name"
done

# The first function and those of the how-to pages, in Python and in each Lua, with the modules that were built.
if test -z "$SANITIZED"
then
  in_python()
  {
    LD_LIBRARY_PATH=$top_builddir/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} PYTHONPATH=$PYTHON_MODULE \
      PYTHONDONTWRITEBYTECODE=1 "$PYTHON" "$@"
  }
  for name in first howto
  do test -z "$PYTHON_MODULE" || try "$name.py" prints "$src/$name.output" in_python "$src/$name.py"
  done
  in_lua() # INTERPRETER FILE
  {
    api=$("$1" -e 'io.write((_VERSION:gsub("Lua ", "")))')
    mkdir -p "c/$api/dasm"
    ln -sf "$top_builddir/bindings/lua/$api/.libs/lowlevel.so" "c/$api/dasm/lowlevel.so"
    LUA_PATH="$top_srcdir/bindings/lua/?.lua;;" LUA_CPATH="$PWD/c/$api/?.so" LUA_INIT='' "$@"
  }
  for lua in $INTERPRETERS
  do
    for name in first howto
    do try "$name.lua in $lua" prints "$src/$name.output" in_lua "$lua" "$src/$name.lua"
    done
  done
fi

bf=$bin/brainfuck
for program in "$src"/programs/*.bf
do
  echo 'some input' >in
  try "brainfuck -c $(basename "$program")" sh -c '"$1" -c "$2" <in' sh "$bf" "$program"
done
for mode in -i ''
do
  # shellcheck disable=SC2086
  for out in "$src"/programs/*.expected
  do try "brainfuck $mode $(basename "$out")" prints "$out" "$bf" $mode "${out%.expected}.bf"
  done
  printf 'tupni emos' >expected
  printf 'some input' >in
  # shellcheck disable=SC2086
  try "brainfuck $mode reverse.bf" sh -c '"$1" $2 "$3" <in | diff expected -' sh "$bf" "$mode" "$src/programs/reverse.bf"
  for text in '+[<+]' '+[>+]' '<[.]'
  do
    printf '%s' "$text" >edge.bf
    # shellcheck disable=SC2086
    try "brainfuck $mode $text" says "left the tape" "$bf" $mode edge.bf
  done
  # Wrapping, a multiplying loop with two factors, a loop that is never entered: modulo 256,
  # 200 * 3 - 1 is 87 and -200 is 56, that is W and 8.
  printf '%s' '-[+]' >wrap.bf
  for _ in 1 2 3 4 5 6 7 8 9 10; do printf '%s' '++++++++++++++++++++' >>wrap.bf; done
  printf '%s' '[->+++<<->]>-.<<.>[.]' >>wrap.bf
  sed 's/^/>/' wrap.bf >wrapped.bf
  printf 'W8' >expected
  # shellcheck disable=SC2086
  try "brainfuck $mode arithmetic" prints expected "$bf" $mode wrapped.bf
done
for text in '[' ']' '[[]' '][' '+]'
do
  printf '%s' "$text" >unbalanced.bf
  try "brainfuck refuses $text" says "without" "$bf" unbalanced.bf
done
# 2^14400 has 4335 digits: 679105...376.
try "power of two" sh -c '"$1" "$2" >out; test $(wc -c <out) -eq 4336 && grep -q "^679105[0-9]*376$" out' sh \
  "$bf" "$src/programs/power.bf"

ex=$bin/expr
try "formulas agree" "$ex" -c "$src/formulas.txt" 20000
value() # FORMULA X EXPECTED
{
  printf '%s\t%s\n' "$2" "$3" >expected
  prints expected "$ex" "$1" "$2" "$2" 1
}
try "precedence" value '2+3*x^2-8/4' 5 75
try "power is from right to left" value '2^3^x' 2 512
try "minus and power" value '-x^2' 3 -9
try "minus in the exponent" value 'x^-2' 2 0.25
try "no exponent" value 'x^0' 7 1
try "calls keep other values" value '1+(2+(4+x^0.5))+x^1.5' 4 17
try "order of difference" value 'x-(1-(x-(1-(x-(1-x*x)))))' 3 15
try "order of quotient" value '64/(x/(x+x*x/(x*x*x)))' 2 80
try "functions" value 'min(x, 3) + max(x, 10) + abs(-x) + sqrt(x*x)' 4 21
deep=x
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do deep="(x+$deep)-x"; done
try "deep on one side" value "$deep" 3 3
wide=x
for _ in 1 2 3 4 5 6 7 8 9 10 11; do wide="($wide)+($wide)"; done
try "two thousand leaves" value "$wide" 0.5 1024
for text in '' '(' 'x)' '1 2' 'y' 'min(x)' 'sqrt x' '1+' '..' 'x x'
do
  try "expr refuses '$text'" says "expected" "$ex" "$text"
done
try "expr refuses depth" says "deep" "$ex" "$(printf '%2000s' '' | tr ' ' '(')"
try "expr refuses length" says "long" "$ex" "$wide+$wide+$wide"
finish
