#!/bin/sh
# generated.sh - what dasmc generates compiles without warnings as C and C++, and does the right thing.
. "$top_srcdir/tests/lib.sh"

# dasm_getpclabel() in the second section, sections of data: an x64 list runs on any host.
library=$top_builddir/.libs/libdasm_core.a
warnings='-Wall -Wextra -Wshadow'

host() # OPTIONS LANGUAGE COMPILER...
{
  options=$1
  language=$2
  shift 2
  # shellcheck disable=SC2086
  "$DASMC" $options -o host.c "$top_srcdir/tests/generated.dasc" &&
    $* $warnings -Werror $SANITIZED -I"$top_srcdir/include" -x "$language" -c -o host.o host.c &&
    $* $SANITIZED -o host host.o "$library" $LIBS -lpthread && ./host
}

for options in '' '-c' '-L -N' '-M'; do
  # shellcheck disable=SC2086
  try "C $options" host "$options" c $CC
done
if test -n "$CXX"; then
  # shellcheck disable=SC2086
  try 'C++' host '' c++ $CXX
fi
# A line that is neither one for the assembler nor one behind two bars.
printf '| | x\n' >bars.py
once() { timeout 20 "$DASMC" --language python -o bars.out bars.py 2>bars.err; test $? -lt 124; }
try 'dasmc --language ends with a bar behind a bar' once
finish
