#!/bin/sh
# dasc.sh - the command dasmc on the folders of tests/dasc. A folder has input.dasc, and
#   options       the command line's options (default: none)
#   expected.c    the output, or
#   expected.err  the messages; then the exit status is 1 and there is no output, or, with
#                 expected.c, 0 (warnings)
# In expected.c the bytes of the list are left out and the first argument of dasm_put() is N: both
# depend on the list's format, which the engine's tests check. The layout of the rest is DynASM's.
. "$top_srcdir/tests/lib.sh"

normalize()
{
  sed -E -e 's/dasm_put\(Dst, [0-9]+/dasm_put(Dst, N/' -e 's/dasmc [0-9]+\.[0-9]+\.[0-9]+/dasmc VERSION/' \
    -e '/^static const unsigned char/,/^};/{' -e '/^static/{s/\[[0-9]+\]/[]/;n;}' -e '/^};/!d' -e '}'
}

folder() # NAME
{
  from=$top_srcdir/tests/dasc/$1
  work=$scratch/$1
  cp -R "$from" "$work" && chmod -R u+w "$work" && cd "$work" || return 1
  rm -f output.c
  if test -f expected.err && test ! -f expected.c; then status=1; else status=0; fi
  options=
  if test -f options; then options=$(cat options); fi
  # shellcheck disable=SC2086
  "$DASMC" $options -o output.c input.dasc 2>messages
  test $? -eq $status || { cat messages; return 1; }
  if test -f expected.err
  then diff expected.err messages || return 1
  else test ! -s messages || { cat messages; return 1; }
  fi
  if test -f expected.c
  then normalize <output.c | diff expected.c - || return 1
  else test ! -f output.c || return 1
  fi
  test ! -f output.c.tmp
}

for input in "$top_srcdir"/tests/dasc/*/input.dasc; do
  name=$(basename "$(dirname "$input")")
  try "$name" folder "$name"
done
cd "$scratch" || exit 99

# ---- options -----------------------------------------------------------------------------------

status() # WANTED COMMAND...
{
  wanted=$1
  shift
  "$@"
  got=$?
  test $got -eq "$wanted" || { echo "exit status $got, not $wanted"; return 1; }
}

printf '|.arch x64\n|.actionlist a\n| nop\n' >ok.dasc
printf '|.arch x64\n|.actionlist a\n| nonsense\n' >bad.dasc
printf '|.arch x64\n|.include part.inc\n|.actionlist a' >parts.dasc
printf '| nop\r\n' >part.inc
cp ok.dasc ./-dash.dasc

try 'no file' status 2 "$DASMC"
try 'two files' status 2 "$DASMC" ok.dasc ok.dasc
try 'unknown option' status 2 "$DASMC" -z ok.dasc
try 'unknown long option' status 2 "$DASMC" --none ok.dasc
try 'option without value' status 2 "$DASMC" ok.dasc -o
try 'bad define' status 2 "$DASMC" -D 1x ok.dasc
try 'bad dialect' status 2 "$DASMC" --dialect=new ok.dasc
try 'bad limit' status 2 "$DASMC" --max-errors=few ok.dasc
try 'no such input' status 1 "$DASMC" none.dasc
try 'no such output' status 2 "$DASMC" -o none/out.c ok.dasc
try 'help' status 0 "$DASMC" --help
try 'help -?' status 0 "$DASMC" '-?'
try 'version' status 0 "$DASMC" -V
try 'dump of an architecture' status 0 "$DASMC" -A x64
try 'dump of none' status 2 "$DASMC" --dumparch pdp11
try 'dump of definitions' status 0 "$DASMC" -PP -o dump.c ok.dasc
try 'options behind the file' status 0 "$DASMC" ok.dasc -LN -o last.c
try 'end of options' status 0 "$DASMC" -o dash.c -- -dash.dasc
try 'device as output' status 0 "$DASMC" -o /dev/null ok.dasc

standard_streams()
{
  "$DASMC" - <ok.dasc >stdin.c && "$DASMC" -o - ok.dasc >named.c &&
    grep '#line 1 "(stdin)"' stdin.c && grep '#line 1 "ok.dasc"' named.c
}
try 'standard streams' standard_streams

bundles()
{
  "$DASMC" -LN ok.dasc >1 && "$DASMC" -L -N ok.dasc >2 && "$DASMC" --nolineno --nocomment ok.dasc >3 &&
    cmp 1 2 && cmp 1 3
}
try 'bundled options' bundles

keeps_old_output()
{
  echo old >kept.c
  "$DASMC" -o kept.c bad.dasc
  test $? -eq 1 && test "$(cat kept.c)" = old && test ! -f kept.c.tmp
}
try 'errors leave the old output' keeps_old_output

rule() # FILE TEXT
{
  printf '%s\n' "$2" | diff - "$1"
}
dependencies()
{
  "$DASMC" -MD -o dep.c parts.dasc && rule dep.d 'dep.c: parts.dasc part.inc

part.inc:' &&
    "$DASMC" -MF to -MT target -o dep.c ok.dasc && rule to 'target: ok.dasc'
}
try 'dependencies' dependencies
try 'dependencies of standard output' status 2 "$DASMC" -MD ok.dasc

line_ends() # CRLF and no final newline: the same code
{
  printf '|.arch x64\r\n|.actionlist a\r\n  | mov eax, n\r\n|.if X\r\n|.endif\r\n  | ret' >crlf.dasc
  printf '|.arch x64\n|.actionlist a\n  | mov eax, n\n|.if X\n|.endif\n  | ret\n' >lf.dasc
  "$DASMC" -LN crlf.dasc | tr -d '\r' | sed s/crlf/lf/g | normalize >1
  "$DASMC" -LN lf.dasc | normalize >2
  grep '(n)' 1 && cmp 1 2
}
try 'ends of lines' line_ends

finish
