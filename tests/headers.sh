#!/bin/sh
# Every public header compiles alone, twice in one file, as C11 and as C++, with every compiler
# here and all warnings. HEADERS names them, relative to the top.
. "$top_srcdir/tests/lib.sh"

compile() # LANGUAGE COMPILER OPTION... (the source comes in on stdin)
{
  language=$1
  shift
  "$@" -I"$top_srcdir/include" -I"$top_srcdir" -Wall -Wextra -pedantic -Werror -x "$language" -c -o header.o -
}

for header in $HEADERS
do
  printf '#include "%s"\n#include "%s"\nint main(void) { return 0; }\n' "$header" "$header" >header.c
  for compiler in $(printf '%s\n' "$CC" gcc clang | sort -u)
  do
    if ! command -v "$compiler" >/dev/null; then continue; fi
    try "$header, $compiler -std=c11" compile c "$compiler" -std=c11 -Wstrict-prototypes <header.c
  done
  for compiler in $(printf '%s\n' "$CXX" g++ clang++ | sort -u)
  do
    if ! command -v "$compiler" >/dev/null; then continue; fi
    try "$header, $compiler -std=c++11" compile c++ "$compiler" -std=c++11 <header.c
  done
done
finish
