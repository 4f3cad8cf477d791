#!/bin/sh
# How files look: no source has more than 600 lines, and in what all ISAs share of lib/, dasmc/ and include/ no line is
# wider than 140 columns: they are filled to 100. Rows of tables, texts, and declarations in headers do not count (HACKING.md).
. "$top_srcdir/tests/lib.sh"

families=$(cd "$top_srcdir/tests/isa" && ls -- *.facts | sed 's/\.facts$//' | tr '\n' '|' | sed 's/|$//')

sources() # FOLDER...
{
  (cd "$top_srcdir" && find "$@" -name '*.[ch]') | sort
}

short() # FILE
{
  lines=$(wc -l <"$top_srcdir/$1")
  test "$lines" -le 600 || { echo "$1 has $lines lines"; return 1; }
}

narrow() # FILE
{
  awk -v file="$1" '
    { text = $0; sub(/^ */, "", text) }
    text ~ /^[{["#&]/ || text ~ /\\$/ || text ~ /^[A-Z][A-Z0-9_]*\(/ { next }
    file ~ /\.h$/ && text !~ /^[/*]/ { next }
    length($0) > 140 { print file ":" NR ": " length($0) " columns"; bad = 1 }
    END { exit bad }' "$top_srcdir/$1"
}

each() # CHECK FILE...
{
  check=$1 status=0
  shift
  for file do $check "$file" || status=1; done
  return $status
}

test "$top_srcdir" != "$top_builddir" || skip "what is built is among the sources"
# shellcheck disable=SC2046
try "no file is longer than 600 lines" each short $(sources lib dasmc include bindings tests doc)
# shellcheck disable=SC2046
try "no line is wider than it may be" each narrow $(sources lib dasmc include | grep -v -E "/($families|x86|arm)[a-z0-9_]*\.[ch]$")
finish
