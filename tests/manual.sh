#!/bin/sh
# The manual is made without a warning, and says something about every exported function, every
# status, directive and option; so do the man pages about functions and options. Programs in the manual are
# files that are built and run by other tests.
. "$top_srcdir/tests/lib.sh"

silent() { "$@" 2>&1 | sed -n '1,20p' >silent.out; cat silent.out; ! test -s silent.out; }

if test -n "$MAKEINFO_PROG"
then
  try "makeinfo has no complaints" silent "$MAKEINFO_PROG" -D 'VERSION test' --no-split \
    -I "$top_srcdir/doc" -I "$top_srcdir/doc/examples" -o manual.info "$top_srcdir/doc/libdasm.texi"
fi
for page in "$top_srcdir"/doc/*.[1-9]
do
  if command -v groff >/dev/null
  then try "$page" silent groff -man -Tutf8 -ww -z "$page"
  fi
done

cat "$top_srcdir"/doc/*.texi >manual.txt
# described MAP PAGE: what a library exports is in the manual, and in its man page.
described()
{
  # (What only the headers of include/dynasm call is described there.)
  for function in $(sed -n 's/^  \([a-z_0-9]*\);$/\1/p' "$top_srcdir/$1" | grep -v '^dasm_dropin_')
  do
    try "manual: $function" grep -q "^@deftypefunx\{0,1\} .*[ *]$function (" manual.txt
    try "$2: $function" grep -q "^\.BI\{0,1\} \".*[ *]$function(" "$top_srcdir/$2"
  done
}
described lib/libdasm.map doc/libdasm.3
described dasmc/libdasmc.map doc/libdasmc.3

# Fragments of C in these chapters are parts of examples, which they name: "@c from FILE" before them.
fragments() { awk '/^@c from / { print $3 }' "$1"; }
fragment() # CHAPTER NUMBER: what is shown, without indentation
{
  awk -v n="$2" '/^@c from / { i++ } /^@end example/ { on = 0 }
    on && i == n { gsub(/@[{]/, "{"); gsub(/@[}]/, "}"); gsub(/@@/, "@"); sub(/^ */, ""); print }
    /^@example/ { on = 1 }' "$1"
}
in_example() # CHAPTER NUMBER FILE
{
  text=$(fragment "$1" "$2")
  test -n "$text" || return 1
  case $(sed 's/^ *//' "$top_srcdir/doc/examples/$3") in *"$text"*) ;; *) return 1 ;; esac
}
for chapter in heap introduction
do
  texi=$top_srcdir/doc/$chapter.texi
  try "$chapter: all fragments are from examples" \
    test "$(grep -c '^@example' "$texi")" = "$(grep -c -A 1 '^@c from' "$texi")"
  number=0
  for file in $(fragments "$texi")
  do
    number=$((number + 1))
    try "$chapter: fragment $number" in_example "$texi" "$number" "$file"
  done
done

# The programs of README.md are in the examples.
block() { awk -v n="$1" '/^```c$/ { i++; on = 1; next } /^```$/ { on = 0 } on && i == n' "$top_srcdir/README.md"; }
shows() # NUMBER FILE: this block is a part of the file
{
  text=$(block "$1")
  test -n "$text" || return 1
  case $(cat "$top_srcdir/doc/examples/$2") in *"$text"*) ;; *) return 1 ;; esac
}
try "README: power.dasc" shows 1 project/power.dasc
try "README: hello.dasc" shows 2 hello.dasc

for status in $(sed -n 's/^#define \(DASM_S_[A-Z_]*\) *0x.*/\1/p' "$top_srcdir/include/dasm.h")
do
  try "manual: $status" grep -q "$status" manual.txt
done

# Directives: each is an item of a table of the chapter on the language, or in the headline of one.
for isa in x64 x86
do
  for directive in $("$DASMC" -A "$isa" | sed -n 's/^  \(\.[a-z0-9]*\).*/\1/p' | sort -u)
  do
    try "manual: $isa $directive" grep -q -e "^@itemx\{0,1\} \(.*@code{\)\{0,1\}[.]${directive#.}\>" \
      "$top_srcdir/doc/dasc.texi"
    try "dasmc(1): $isa $directive" grep -q "fB[.]${directive#.}\\\\fP" "$top_srcdir/doc/dasmc.1"
  done
done

# Long options, and short ones that have no long form.
for option in $("$DASMC" --help | sed -n 's/^ *\(\(-[A-Za-z]*\), \)\{0,1\}\(--\{0,1\}[A-Za-z-]*\).*/\3/p')
do
  try "manual: $option" grep -q -e "^@itemx\{0,1\} $option\>" "$top_srcdir/doc/dasmc.texi"
  try "dasmc(1): $option" grep -q -e "fB$(echo "$option" | sed 's/-/.-/g')\>" "$top_srcdir/doc/dasmc.1"
done
finish
