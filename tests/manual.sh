#!/bin/sh
# The manual is made without a warning, and describes every exported function, struct member, enum value, status, directive
# and option. Programs in it are files that other tests build and run.
. "$top_srcdir/tests/lib.sh"

# The programs of README.md are in the examples.
block() { awk -v n="$1" '/^```[a-z]+$/ { i++; on = 1; next } /^```$/ { on = 0 } on && i == n' "$top_srcdir/README.md"; }
shows() # NUMBER FILE: this block is a part of the file
{
  text=$(block "$1")
  test -n "$text" || return 1
  case $(cat "$top_srcdir/doc/examples/$2") in *"$text"*) ;; *) return 1 ;; esac
}
try "README: hello.dasc" shows 1 hello.dasc
try "README: first.py" shows 2 first.py

# Lines of assembly with their bytes behind them.
awk '/^   .* \/\/ ([0-9a-f][0-9a-f] ?)+$/ {
  at = index($0, "//"); text = substr($0, 4, at - 4); bytes = substr($0, at + 3)
  sub(/ +$/, "", text); gsub(/ /, "", bytes); print text "\t" bytes
}' "$top_srcdir"/doc/language/*.rst "$top_srcdir"/doc/inside/*.rst "$top_srcdir"/doc/howto/*.rst "$top_srcdir/doc/picture.txt" >manual.libdasm.tsv
try "lines with bytes are found" test "$(wc -l <manual.libdasm.tsv)" -gt 20
try "their bytes" "$top_builddir/tests/conform" x64 manual.libdasm.tsv

# Other examples in C with assembler lines are parts of files that are built and run. (Tests of the bindings run those in Python and
# Lua.)
loose() { ! grep -n -E '^ *[.][.] code-block:: (c|dasc|dasp)$' "$top_srcdir"/doc/*.rst "$top_srcdir"/doc/*/*.rst | grep -v /reference/python.rst; }
try "examples are files" loose

if test -z "$SPHINX_BUILD"
then
  echo "the pages are not checked: this needs Sphinx"
  finish
fi

# The picture of README.md. (Colours may be others with another version of Pygments.)
plain() { sed 's/<[^>]*>//g' "$@"; }
same_picture() { PYTHONDONTWRITEBYTECODE=1 python3 "$top_srcdir/doc/picture.py" >picture.svg && plain picture.svg >made && plain "$top_srcdir/doc/picture.svg" | diff made -; }
try "README: picture" same_picture

# Made as HTML; objects.inv is the list of all that is described somewhere.
export DASMC PYTHONDONTWRITEBYTECODE=1
silent() { "$@" >silent.out 2>&1 && ! sed -n '1,20p' silent.out | grep . ; }
try "Sphinx has no complaints" silent "$SPHINX_BUILD" -q -W --keep-going -t html -t plain -d read -b html "$top_srcdir/doc" html
python3 - html/objects.inv >objects <<'END'
import sys, zlib
with open(sys.argv[1], "rb") as f:
    for _ in range(4):
        f.readline()
    for line in zlib.decompress(f.read()).decode().splitlines():
        print(*line.split()[1::-1])
END
sort -u objects -o objects
# Man pages: one for each function, its own or that of its group.
try "Sphinx has no complaints about the man pages" silent "$SPHINX_BUILD" -q -W --keep-going -t man -d read.man -b man \
  "$top_srcdir/doc" man
empty() { test ! -s "$1" || { sed 20q "$1"; return 1; }; }

# all_described WANTED: the file has lines 'KIND NAME', and each of them is in objects.
all_described()
{
  sort -u "$1" | comm -23 - objects >missing
  test -s "$1" && empty missing
}

sed -n 's/^  \([a-z_0-9]*\);$/\1/p' "$top_srcdir/lib/libdasm.map" "$top_srcdir/dasmc/libdasmc.map" |
  grep -v '^dasm_dropin_' >functions # What only the headers of include/dynasm call is described there.
sed 's/^/c:function /' functions >wanted
try "manual: functions" all_described wanted
have_pages() { ! while read -r function; do test -s "man/$function.3" || echo "$function"; done <functions | grep .; }
try "man pages of functions" have_pages

# names HEADER: structs with members, enums with values, types, macros, as 'KIND NAME'.
names()
{
  "$CC" -E -dD -P "$1" 2>/dev/null | sed -n 's/^#define \(DASMC\{0,1\}_[A-Z_]*\)[( ].*/c:macro \1/p' |
    grep -v -e ' DASM_API$' -e ' DASM_ARG\(_WIDE\)\{0,1\}$' -e ' DASM_LOW$' -e ' DASM_ORDER$' -e ' DASMC\{0,1\}_[A-Z]*_\{0,1\}H$'
  "$CC" -E -P "$1" 2>/dev/null | tr '\n' ' ' | sed 's/[;{}]/&\n/g' | awk '
    /struct dasmc?_[A-Za-z]* *\{/ { match($0, /dasmc?_[A-Za-z]*/); struct = substr($0, RSTART, RLENGTH)
                                    print "c:struct", struct; next }
    struct != "" && /\}/ { struct = ""; next }
    struct != "" { sub(/;.*/, ""); n = split($0, part, ",")
      if ($0 ~ /\(\*/) { match($0, /\(\*[a-z_]*/); print "c:member", struct "." substr($0, RSTART + 2, RLENGTH - 2); next }
      for (i = 1; i <= n; i++) { match(part[i], /[a-z_0-9]+ *$/); name = substr(part[i], RSTART); gsub(/ /, "", name)
                                 print "c:member", struct "." name } next }
    /enum dasmc?_[A-Za-z_]* *\{/ { match($0, /dasmc?_[A-Za-z_]*/); enum = substr($0, RSTART, RLENGTH)
                                   print "c:enum", enum; next }
    enum != "" { sub(/\}.*/, ""); n = split($0, part, ",")
      for (i = 1; i <= n; i++) if (match(part[i], /DASMC?_[A-Z0-9_]+/))
        print "c:enumerator", enum "." substr(part[i], RSTART, RLENGTH)
      enum = "" }'
}
for header in dasm.h dasmc.h
do
  names "$top_srcdir/include/$header" | sort -u >names
  try "$header: its names are found" test "$(wc -l <names)" -gt 30
  try "manual: $header" all_described names
done

# Statuses have a section each on the page of errors: what happened, a program that provokes it, what to do.
sed -n 's/^#define DASM_S_\([A-Z_]*\) *0x[0-9a-f]*[1-9a-f]0*  .*/\1/p' "$top_srcdir/include/dasm.h" >statuses
tr 'A-Z_' 'a-z-' <statuses | sed 's/^/std:label error-/' >wanted
try "manual: statuses" all_described wanted
sed -n 's,^/\* ---- DASM_S_\([A-Z_]*\) ---- \*/$,\1,p' "$top_srcdir/doc/examples/statuses.dasc" | sort >wanted
sort statuses | comm -23 - wanted >missing
try "examples of statuses" empty missing

# Directives, mnemonics and features of all architectures: pages are made of the same lists, but may leave something out.
for isa in $("$DASMC" --list=isas | cut -f 1)
do
  "$DASMC" -A "$isa" --list=directives | cut -f 1 | grep "^[.]" | sed 's/^/std:asmdirective /' >wanted
  "$DASMC" -A "$isa" | cut -f 1 | sort -u | sed 's/^/std:instruction /' >>wanted
  "$DASMC" -A "$isa" --list=features | cut -f 1 | tr 'A-Z' 'a-z' | sed 's/^/std:feature /' >>wanted
  try "manual: directives, mnemonics and features of $isa" all_described wanted
done
"$DASMC" --list=messages | cut -f 1 | sed 's/^/std:message /' >wanted
try "manual: messages" all_described wanted
# Long options, and short ones that have no long form.
"$DASMC" --help | sed -n 's/^ *\(\(-[A-Za-z]*\), \)\{0,1\}\(--\{0,1\}[A-Za-z-]*\).*/std:cmdoption \3/p' >wanted
try "manual: options" all_described wanted

# Ranges of values at run time.
if test -n "$PYTHON_MODULE" && test -z "$SANITIZED"
then
  ranges()
  {
    LD_LIBRARY_PATH=$top_builddir/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} PYTHONPATH=$PYTHON_MODULE "$PYTHON" "$top_srcdir/tests/ranges.py" >ranges
    forms=$(sed -n 's/ forms$//p' ranges)
    test "${forms:-0}" -gt 1500 && ! grep -q -v ' forms$' ranges || { sed 20q ranges; return 1; }
  }
  try "ranges of values" ranges
fi
finish
