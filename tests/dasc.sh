#!/bin/sh
# dasc.sh - the command dasmc on the folders of tests/dasc. A folder has input.dasc, and
#   options       the command line's options (default: none)
#   expected.c    the output of DynASM 1.5 for this input, after normalize.sed, which makes equal what is
#                 different by design. With DYNASM=DIR (a folder with DynASM) that is run again.
# The messages are marks in the input, below the places that they are about (dasc/marks.awk). With an
# error the exit status is 1 and there is no output.
. "$top_srcdir/tests/lib.sh"

dasc=$top_srcdir/tests/dasc

normalize()
{
  sed -E -f "$dasc/normalize.sed"
}

translate() # STATUS: of dasmc, for input.dasc, with its messages as they should be
{
  # shellcheck disable=SC2086
  "$DASMC" $options -o output.c input.dasc 2>messages
  test $? -eq "$1" || { cat messages; return 1; }
  awk -f "$dasc/marks.awk" input.dasc $(find . -name '*.inc' | sed 's,^\./,,') messages
}

folder() # NAME
{
  work=$scratch/$1
  cp -R "$dasc/$1" "$work" && chmod -R u+w "$work" && cd "$work" || return 1
  options=
  if test -f options; then options=$(cat options); fi
  case $1 in
    errors-*) translate 1 && test ! -f output.c ;;
    *) translate 0 && test -s output.c ;;
  esac || return 1
  test -z "$(find . -name ".dasmc*")" || return 1
  test -f expected.c || return 0
  normalize <output.c | diff expected.c - || return 1
  test -n "${DYNASM-}" || return 0
  # shellcheck disable=SC2086
  luajit "$DYNASM/dynasm.lua" $options input.dasc | normalize | diff expected.c -
}

for input in "$dasc"/*/input.dasc; do
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
for dialect in new 0.1 1.6 1.5.0 1.5- 1.4-2021 1. 2.0 ''
do try "no dialect '$dialect'" status 2 "$DASMC" --dialect="$dialect" ok.dasc
done
try 'no DynASM for Python' status 2 "$DASMC" --language=python --dialect=1.5 ok.dasc
for dialect in 1.0 1.1 1.2 1.3 1.4 1.5-2021 1.5 libdasm
do try "dialect $dialect" status 0 "$DASMC" --dialect="$dialect" -o dialect.c ok.dasc
done
try 'bad limit' status 2 "$DASMC" --max-errors=few ok.dasc
try 'no such input' status 1 "$DASMC" none.dasc
try 'no such output' status 2 "$DASMC" -o none/out.c ok.dasc
try 'help' status 0 "$DASMC" --help
try 'help -?' status 0 "$DASMC" '-?'
try 'version' status 0 "$DASMC" -V
try 'dump of an architecture' status 0 "$DASMC" -A x64
try 'dump of none' status 2 "$DASMC" --dumparch pdp11
try 'no such form' status 2 "$DASMC" -A x64 mova
try 'no such form of 32 bits' status 2 "$DASMC" -A x86 movsxd
try 'no such list' status 2 "$DASMC" -A x64 --list=words
try 'list of no architecture' status 2 "$DASMC" --list=registers
try 'list of architectures' status 0 "$DASMC" --list=isas

# Lists, for programs: columns and tabs.
forms() # ISA MNEMONIC ...: they are those of the file "forms"
{
  "$DASMC" -A "$@" >out && cmp out forms
}
printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
  bswap r32 O '0F C8+rd' BASE register both \
  bswap r64 O 'REX.W 0F C8+ro' BASE register both \
  jecxz rel8 D '67 E3 cb' BASE label both \
  ud2 - - '0F 0B' BASE - both \
  vpextrd 'r/m32, xmm, imm8' MRI 'VEX.128.66.0F3A.W0 16 /r ib' AVX 'register/address, register, value' both \
  vpextrd 'r/m32, xmm, imm8' 'MRI T1S' 'EVEX.128.66.0F3A.W0 16 /r ib' AVX512DQ \
  'register/address, register, value' both >forms
try 'forms of some instructions' forms x64 bswap jecxz ud2 vpextrd
printf 'bswap\tr32\tO\t0F C8+rd\tBASE\tregister\tboth\n' >forms
try 'forms of 32 bits' forms x86 bswap
long_option() { "$DASMC" -A x64 >1 && "$DASMC" --dumparch=x64 >2 && cmp 1 2; }
try 'option -A has a long form' long_option
seven_columns() { "$DASMC" -A "$1" >out && awk -F '\t' 'NF != 7 || /\t\t/ || $1 !~ /^[A-Za-z0-9_.+-]+$/ { bad = 1 } END { exit bad || NR < 500 }' out; }
for isa in $("$DASMC" --list=isas | cut -f 1); do try "columns of $isa" seven_columns "$isa"; done
no_64_bits() { ! "$DASMC" -A x86 | grep -E '\t(r64|r/m64|rax|tmm)\t|APXF'; }
try 'x86 has no forms of 64 bits' no_64_bits
has_row() # LIST ISA COLUMN ...
{
  list=$1 isa=$2
  shift 2
  "$DASMC" -A "$isa" "--list=$list" >out && grep -q "^$(printf '%s\t' "$@" | sed 's/.$//')\$" out
}
fails() { ! "$@"; }
try 'a register' has_row registers x64 r9d r32 9 'Rd(n)'
try 'a register of 32 bits' has_row registers x86 xmm7 xmm 7 'xmm(n)'
try 'no register of 64 bits' fails has_row registers x86 rax r64 0 'Rq(n)'
try 'a feature' has_row features x64 AVX2 AVX '[0-9]*'
try 'a feature with hyphens' has_row features x64 AMX-INT8 AMX-TILE 4
try 'no feature of 64 bits' fails has_row features x86 AMX-INT8 AMX-TILE 0
try 'a directive' has_row directives x64 .type 'name, C type \[, register\]' both
try 'dump of definitions' status 0 "$DASMC" -PP -o dump.c ok.dasc
try 'options behind the file' status 0 "$DASMC" ok.dasc -LN -o last.c
try 'end of options' status 0 "$DASMC" -o dash.c -- -dash.dasc
try 'device as output' status 0 "$DASMC" -o /dev/null ok.dasc
to_standard_output() { "$DASMC" ok.dasc >"$1"; }
if test -w /dev/full
then
  try 'full device' status 2 "$DASMC" -o /dev/full ok.dasc
  try 'full device as standard output' status 2 to_standard_output /dev/full
fi

# What is echoed joins no line, whatever the C compiler reads as a backslash: each put is still there.
echoed()
{
  "$DASMC" -o echo.c "$dasc/quotes/input.dasc" || return 1
  $CC -std=c99 -E -w echo.c >echo.i 2>/dev/null # (dasm.h is not included)
  test "$(grep -c 'dasm_put(Dst' echo.c)" = 4 && test "$(grep -c 'dasm_put(Dst' echo.i)" = 4
}
try 'trigraphs and backslashes' echoed

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

# Options in all their spellings.
mkdir -p inc sub
echo 'int in_inc;' >inc/there.inc
printf '|.arch x64\n|.actionlist a\n|.include there.inc\n|.macro m\n| mov eax, n\n|.endmacro\n|| X; Y;\n| m\n| nop\n' >all.dasc
alike() # OPTIONS OPTIONS: the same output, other than without any
{
  # shellcheck disable=SC2086
  "$DASMC" -Iinc all.dasc >0 && "$DASMC" -Iinc $1 all.dasc >1 && "$DASMC" -Iinc $2 all.dasc >2 && cmp 1 2 &&
    { test "$1" = -C || ! cmp -s 0 1; }
}
same_output() # OPTIONS OPTIONS
{
  # shellcheck disable=SC2086
  "$DASMC" -Iinc $1 all.dasc >1 2>&1 && "$DASMC" -Iinc $2 all.dasc >2 2>&1 && test -s 1 && cmp 1 2
}
for pair in -c:--ccomment -C:--cppcomment -N:--nocomment -M:--maccomment -L:--nolineno -F:--flushline \
            '-D X=1:-DX' '-DX=y:-D X=y' '-D X -D Y -U X:-DY' -P:--dumpdef -msse2:--features=sse2
do
  case $pair in
    -[Pm]*) check=same_output ;;
    *) check=alike ;;
  esac
  try "options $pair" $check "${pair%%:*}" "${pair#*:}"
done
# What the list has beyond what is put; the C code is the same.
lists()
{
  "$DASMC" -Iinc all.dasc >0 && "$DASMC" -Iinc --lines=no all.dasc >1 && "$DASMC" -Iinc --texts=yes all.dasc >2 &&
    "$DASMC" -Iinc --lines=yes --texts=no all.dasc >3 && cmp 0 3 &&
    test $(wc -c <1) -lt $(wc -c <0) && test $(wc -c <0) -lt $(wc -c <2) &&
    for i in 0 1 2; do sed '/^static const unsigned char/,/^};/d' $i >$i.c; done && cmp 0.c 1.c && cmp 0.c 2.c
}
try 'lines and texts of lists' lists
# Where no lines are, puts that are equal begin at one place; data of another unit are not equal (mips: in either byte order).
numbers() # FILE: how many numbers its puts have
{
  grep -o 'dasm_put(Dst, [0-9]*' "$1" | sort -u | wc -l
}
shared_sites()
{
  printf '|.arch x64\n|.actionlist a\n| mov eax, n; jz >1\nx;\n| mov eax, m+1; jz >1\nx;\n| mov eax, n; jz >2\n' >thrice.dasc
  printf '|.arch mips\n|.actionlist a\n| .long 0x04030201\nx;\n| .byte 1, 2, 3, 4\nx;\n| .long 0x04030201\n' >units.dasc
  "$DASMC" thrice.dasc >0 && "$DASMC" --lines=no thrice.dasc >1 && "$DASMC" --lines=no units.dasc >2 &&
    test "$(numbers 0)" -eq 3 && test "$(numbers 1)" -eq 2 && test "$(numbers 2)" -eq 2
}
try 'equal sites' shared_sites
try '--lines=maybe is refused' status 2 "$DASMC" --lines=maybe all.dasc
include_folders()
{
  "$DASMC" -Iinc -o 1 all.dasc && "$DASMC" --include=inc --outfile=2 all.dasc && "$DASMC" -I inc -o3 all.dasc &&
    cmp 1 2 && cmp 1 3 && ! "$DASMC" all.dasc 2>messages && grep 'there.inc' messages
}
try 'include folders' include_folders

# The folder of the including file is searched, too, after all others.
own_folder()
{
  printf '|.arch x64\n|.actionlist a\n|.include near.inc\n' >sub/main.dasc
  echo 'int near;' >sub/near.inc
  "$DASMC" sub/main.dasc | grep 'int near;' && echo 'int nearer;' >near.inc &&
    "$DASMC" sub/main.dasc | grep 'int nearer;'
}
try "include from the file's own folder" own_folder

keeps_old_output()
{
  echo old >kept.c
  "$DASMC" -o kept.c bad.dasc
  test $? -eq 1 && test "$(cat kept.c)" = old && test -z "$(find . -name ".dasmc*")"
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

# Every line of the output has the number it has in the source: the compiler says so itself.
numbered='  |.arch x64
  |.actionlist actions
  |.macro load, to
  | mov to, n
  || f(0, 0);
  | nop
  |.endmacro
void f(dasm_State **Dst, int n) {
  assert_line(__LINE__ == 9);
  | nop
  | mov eax, 1; mov ecx, n
  | load eax
  || f(0, 0);
  assert_line(__LINE__ == 14);

  |.if 0
  | skipped
  |.endif
  assert_line(__LINE__ == 19);
  |.include part.h
  assert_line(__LINE__ == 21);
  |.capture late
  assert_line(__LINE__ == 23);
  |.endcapture
  assert_line(__LINE__ == 25);
  |.dumpcapture late
  assert_line(__LINE__ == 27);
}'
line_numbers() # OPTIONS
{
  printf '%s\n' '#include <dasm.h>' '#define assert_line(x) _Static_assert(x, #x)' >lines.h
  printf '%s\n' "$numbered" >numbered.dasc
  printf 'assert_line(__LINE__ == 1);\n| nop\nassert_line(__LINE__ == 3);' >part.h
  # shellcheck disable=SC2086
  "$DASMC" $1 -o numbered.c numbered.dasc && grep -c __LINE__ numbered.c | grep -x 9 &&
    $CC -fsyntax-only -I "$top_srcdir/include" -include ./lines.h numbered.c
}
for options in '' -c -C -N -M -F '-c -M' '-N -F'
do try "line numbers $options" line_numbers "$options"
done

# Comments of either kind stay comments, whatever is in the line.
comments() # OPTION
{
  printf '%s\n' '|.arch x64' '|.actionlist a' '||void f(dasm_State **Dst, int n) {' \
    '| nop // */ text' '| mov eax, /* x */ n' '| nop // \' '||//' '| nop' '||}' >comments.dasc
  "$DASMC" "$1" -o comments.c comments.dasc && grep -c 'dasm_put(Dst' comments.c | grep -x 2 &&
    $CC -fsyntax-only -I "$top_srcdir/include" -include dasm.h comments.c
}
for option in -c -C -N
do try "comments $option" comments $option
done

# A define of the command line may have the name of a register.
define_register()
{
  mkdir -p with without
  printf '|.arch x64\n|.actionlist a\n| mov eax, [rax]\n' >with/t.dasc
  printf '|.arch x64\n|.actionlist a\n| mov ecx, [rax]\n' >without/t.dasc
  (cd with && "$DASMC" -N -o ../1 -D eax=ecx t.dasc) && (cd without && "$DASMC" -N -o ../2 t.dasc) && cmp 1 2
}
try 'define of a register' define_register

line_ends() # CRLF and no final newline: the same code
{
  printf '|.arch x64\r\n|.actionlist a\r\n  | mov eax, n\r\n|.if X\r\n|.endif\r\n  | ret' >crlf.dasc
  printf '|.arch x64\n|.actionlist a\n  | mov eax, n\n|.if X\n|.endif\n  | ret\n' >lf.dasc
  "$DASMC" -LN crlf.dasc | tr -d '\r' | sed s/crlf/lf/g | normalize >1
  "$DASMC" -LN lf.dasc | normalize >2
  grep 'N, n)' 1 && cmp 1 2
}
try 'ends of lines' line_ends

finish
