#!/bin/sh
# output.sh - the files of the command dasmc: which are written, which are not, and the rules for make.
. "$top_srcdir/tests/lib.sh"

status() # WANTED COMMAND...
{
  wanted=$1
  shift
  "$@"
  got=$?
  test $got -eq "$wanted" || { echo "exit status $got, not $wanted"; return 1; }
}
same() # FILE TEXT
{
  printf '%s\n' "$2" | diff - "$1"
}
no_leftovers() { test -z "$(find . -name '.dasmc*')"; }

printf '|.arch x64\n|.actionlist a\n| nop\n' >ok.dasc
printf '|.arch x64\n|.include part.inc\n|.actionlist a\n' >parts.dasc
echo '| nop' >part.inc
echo '|.arch x64' >start.inc
printf '|.include start.inc\n|.include part.inc\n|.include part.inc\n|.actionlist a\n' >all.dasc

# ---- a source is not destroyed ---------------------------------------------------------------------

spared() # FILE COMMAND...
{
  file=$1
  shift
  cp "$file" before && status 2 "$@" 2>messages && cmp "$file" before && grep "that was read" messages
}
from_stdin() { "$DASMC" -o "$1" - <"$1"; }
to_itself() { "$DASMC" "$1" >>"$1"; }
ln ok.dasc hard
ln -s ok.dasc soft
try 'source as output' spared ok.dasc "$DASMC" -o ok.dasc ok.dasc
try 'source as output by another path' spared ok.dasc "$DASMC" -o ./../${scratch##*/}/ok.dasc ok.dasc
try 'hard link to the source' spared ok.dasc "$DASMC" -o hard ok.dasc
try 'link to the source' spared ok.dasc "$DASMC" -o soft ok.dasc
try 'included file as output' spared part.inc "$DASMC" -o part.inc parts.dasc
try 'standard input as output' spared ok.dasc from_stdin ok.dasc
try 'source as standard output' spared ok.dasc to_itself ok.dasc
try 'source as rule' spared ok.dasc "$DASMC" -MF ok.dasc -o out.c ok.dasc
try 'rule as output' status 2 "$DASMC" -MD -o out.d ok.dasc
printf '| nop\n' >run.py
try 'Python source as output' spared run.py "$DASMC" --language=python -o run.py run.py
rm -f hard soft out.c

# ---- what the name of the output may be --------------------------------------------------------------

"$DASMC" -o wanted.c ok.dasc
through_link() # LINK TARGET: the link stays
{
  "$DASMC" -o "$1" ok.dasc && test -L "$1" && cmp wanted.c "$2"
}
mkdir -p deep/er
ln -s er/out.c deep/link.c
ln -s deep/link.c chain.c
ln -s "$scratch/absolute.c" far.c
ln -s round.c round.c
try 'link to nothing yet' through_link deep/link.c deep/er/out.c
echo old >deep/er/out.c
try 'link to a link to a file' through_link chain.c deep/er/out.c
try 'absolute link' through_link far.c absolute.c
try 'link to itself' status 2 "$DASMC" -o round.c ok.dasc
as_stdout() { "$DASMC" -o "$1" ok.dasc >stdout.c && cmp wanted.c stdout.c; }
try 'minus' as_stdout -
if test -e /dev/stdout
then
  try '/dev/stdout' as_stdout /dev/stdout
  through_pipe() { "$DASMC" -o /dev/stdout ok.dasc | cat >piped.c && cmp wanted.c piped.c; }
  try '/dev/stdout to a pipe' through_pipe
fi
appended() { { echo begin; "$DASMC" -o "$1" ok.dasc; } >appended.c && sed 1d appended.c | cmp wanted.c; }
try 'output behind other output' appended /dev/stdout
longest=$(printf '%0253d' 0).c
try 'longest name' "$DASMC" -MD -o "$longest" ok.dasc
try 'too long a name' status 2 "$DASMC" -o "0$longest" ok.dasc
if test "$(id -u)" -ne 0
then
  protected() { echo old >r.c && chmod a-w r.c && status 2 "$DASMC" -o r.c ok.dasc && same r.c old; }
  try 'file that may not be written' protected
fi
try 'nothing is left over' no_leftovers

# ---- output that is lost -----------------------------------------------------------------------------

if test -w /dev/full
then
  lost() { status 2 "$DASMC" "$@" >/dev/full; }
  try 'version to a full disk' lost -V
  try 'help to a full disk' lost -h
  try 'architecture to a full disk' lost -A x64
  try 'definitions to a full disk' lost -P -o out.c ok.dasc
  try 'rule to a full disk' lost -MF - -o out.c ok.dasc
  try 'output to a full disk' lost ok.dasc
  lost_messages() { status 2 "$DASMC" -P ok.dasc 2>/dev/full >out.c; }
  try 'definitions as lost messages' lost_messages
fi
closed() { status 2 "$DASMC" "$@" >&-; }
try 'closed standard output' closed ok.dasc
try 'version to a closed standard output' closed -V

# ---- options -------------------------------------------------------------------------------------------

cp ok.dasc ./-MD
operand() { "$DASMC" "$@" >out.c && grep 'source is "-MD"' out.c && test ! -f out.d; }
try 'operand -MD' operand -- -MD
value() { rm -f ./-MF && "$DASMC" -o -MF ok.dasc && test -s ./-MF; }
try 'value -MF' value
rm -f ./-MD ./-MF
joined() # OPTION OPTIONS: the same
{
  # shellcheck disable=SC2086
  "$DASMC" "$1" all.dasc >1 && "$DASMC" $2 all.dasc >2 && cmp 1 2
}
try 'joined -MN' joined -MN '-M -N'
try 'joined -MLC' joined -MLC '-M -L -C'
try 'joined -CML' joined -CML '-C -M -L'
try 'joined -MDX' joined -MDX '-M -D X'
try 'joined -LMDX' joined -LMDX '-L -M -D X'
try 'no file for -MF' status 2 "$DASMC" ok.dasc -MF
try 'no target for -MT' status 2 "$DASMC" ok.dasc -o out.c -MT

# ---- rules for make ------------------------------------------------------------------------------------

rule() # TEXT COMMAND...: writes out.d
{
  rm -f out.d
  text=$1
  shift
  "$@" && same out.d "$text"
}
stdin_rule() { "$DASMC" -MD -o out.c "$@" - <parts.dasc; }
try 'rule of standard input' rule 'out.c: part.inc

part.inc:' stdin_rule
for host in python lua
do
  printf '| .include part.inc\nx = 1\n| .include part.inc\n| nop\n' >"run.$host"
  try "rule of $host" rule "out.c: run.$host part.inc

part.inc:" "$DASMC" --language=$host -MD -o out.c "run.$host"
done
try 'files in their order, once' rule 'out.c: all.dasc start.inc part.inc

start.inc:

part.inc:' "$DASMC" -MD -o out.c all.dasc
mkdir -p .hidden
hidden() { "$DASMC" -MD -o .hidden/.c ok.dasc && same .hidden/.c.d '.hidden/.c: ok.dasc'; }
try 'rule of a name without ending' hidden

# Make finds each file by its name in the rule: it makes the target once, and again after a change.
# NAME is that of the target, of the source without its ending, and of the included file's folder.
make_reads() # NAME
{
  rm -rf named && mkdir named && cd named && mkdir ./"$1.d" || return 1
  printf '|.arch x64\n|.actionlist a\n|.include x.inc\n' >"./$1.dasc"
  echo '| nop' >"./$1.d/x.inc"
  "$DASMC" -I "$1.d" -MF rule -MT "$1" -o out -- "$1.dasc" || return 1
  # The goal is the target as it stands in the rule; its commands are those of the pattern for all names.
  { printf '.PHONY: all\nall: '; sed -n '1{s/: .*//;s/\\%/%/;p}' rule; cat rule
    printf '%%:\n\t@echo made >>log; cp out "./$$TARGET"\n'; } >makefile
  TARGET=$1 && export TARGET
  : >log
  builds && : >log && builds_nothing || { cat makefile make.log log; return 1; }
  for changed in "./$1.dasc" "./$1.d/x.inc"
  do
    : >log
    touch -d '+9 seconds' "$changed"
    builds || { echo "$changed changed"; cat makefile make.log log; return 1; }
    touch -d '-9 seconds' "$changed"
  done
}
build() { (unset MAKEFLAGS MFLAGS MAKELEVEL; "$MAKE" -r -f makefile) >make.log 2>&1; }
builds() { build && same log made; }
builds_nothing() { build && test ! -s log; }
# (A subshell, since a folder is entered.)
in_make() { (make_reads "$@"); }
if "$MAKE" --version 2>/dev/null | grep -q 'GNU Make [4-9]'
then
  for name in plain 'a b' 'a  b' 'a#b' 'a:b' 'a$b' 'a$$b' 'a%b' 'a=b' 'a&b' 'a*b' 'a?b' 'a[b]c' \
    'a\b' 'a\ b' 'a\\ b' "a'b" 'ä' 'a,b' 'a{b}' 'a!b' 'a`b' 'a"b' 'a@b' 'a+b' 'a^b' '-a'
  do
    try "make reads $name" in_make "$name"
  done
fi
lines='two
lines'
for name in "$lines" 'a;b' 'a|b'
do
  cp ok.dasc "$name"
  try "no rule for $name" status 2 "$DASMC" -MD -o out.c "$name"
done

# ---- names in #line ------------------------------------------------------------------------------------

# The compiler reads the name as it is, and every line has its number.
named() # FILE
{
  printf 'const char *name = __FILE__;\nint line = __LINE__;\n|.arch x64\n|.actionlist a\n' >"$1" &&
    "$DASMC" -o named.c "$1" &&
    # shellcheck disable=SC2086
    $CC $SANITIZED -std=c99 -I "$top_srcdir/include" -include dasm.h -o named_test named.c named_main.c && ./named_test "$1"
}
cat >named_main.c <<'END'
#include <string.h>
extern const char *name;
extern int line;
int main(int argc, char **argv) { return argc != 2 || strcmp(name, argv[1]) != 0 || line != 2; }
END
for name in "$lines" 'a"b' 'a\b' 'what??-' 'a??=b' 'a\n' 'ä' 'a	b' "$(printf 'a\001b')" "$(printf 'a\0337')"
do
  try "#line $name" named "$name"
done
finish
