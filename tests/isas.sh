#!/bin/sh
# What names an instruction set: its own files, and the lists of HACKING.md, "Add an ISA". All other code of the libraries, the
# commands and the modules goes through these lists. (Comments may give examples, and tests may have an ISA to test with.)
. "$top_srcdir/tests/lib.sh"

families=$(cd "$top_srcdir/tests/isa" && ls -- *.facts | sed 's/\.facts$//' | tr '\n' '|' | sed 's/|$//')
names=$("$DASMC" --list=isas | cut -f 1 | tr '\n' '|')$families

# code FILE: its code, without comments; lines keep their numbers.
code()
{
  case $1 in
    *.[ch] | *.def) sed -e 's,/\*.*\*/,,g' -e 's,//.*,,' -e '/\/\*/,/\*\//s/.*//' "$1" ;;
    *.lua) sed 's/--.*//' "$1" ;;
    *.py) awk '{ quoted = gsub(/"""/, "") } quoted == 1 { inside = !inside } { print inside || quoted ? "" : $0 }' "$1" | sed 's/#.*//' ;;
    *) sed 's/#.*//' "$1" ;;
  esac
}

# others FOLDER...: the files that are no ISA's and no list of them
others()
{
  (cd "$top_srcdir" && find "$@" -name '*.[ch]' -o -name '*.def' -o -name '*.lua' -o -name '*.py' -o -name '*.in') |
    grep -v -E "/($families)[a-z0-9_]*\.[a-z]*$|/isas\.(h|def)$|/tests/|/examples/" | sort
}

# What compilers define is not meant, nor DWARF's name of all assembly languages.
silent() # FILE
{
  code "$top_srcdir/$1" | sed -e 's/\<__[a-z0-9_]*//g' -e 's/LANG_MIPS_ASSEMBLER//' | grep -n -i -E "(^|[^a-z0-9])($names)" >found
  ! sed "s,^,$1:," found | grep .
}

test "$(others dasmc lib bindings | wc -l)" -gt 100 || skip "the sources are not there"
for file in $(others dasmc lib bindings)
do
  case $file in
    lib/host.h | lib/host/others.h) ;; # processors that it runs on
    lib/ops.def | dasmc/messages.def | dasmc/dasmc-compare.in) ;; # operations of each ISA; examples in messages; a program to try with
    *) try "$file names no ISA" silent "$file" ;;
  esac
done
# What runs the data of all instruction sets, or asks other assemblers about all rows, has none of them in it either.
for file in compiled.awk compiled.h compiled.sh conform.c conform_row.c facts.h fuzz.sh ranges.py rows_hit.c check_table.c \
  bench/cold.awk fuzz/fuzz_text.c oracle/runtime.c oracle/words.c oracle/words_lines.c
do
  try "tests/$file names no ISA" silent "tests/$file"
done
finish
