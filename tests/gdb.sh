#!/bin/sh
# GDB sees published code: its name and .dasc line in a backtrace through it, a breakpoint on a
# .dasc line, stepping by lines, and nothing of it any more when the heap is gone.
. "$top_srcdir/tests/lib.sh"

command -v "${GDB:-gdb}" >/dev/null || skip "gdb is not installed"
on_x64 || skip "the program is for x86-64"
test -z "$SANITIZED" || skip "sanitizers and gdb disturb each other"
unset DEBUGINFOD_URLS

source=$top_srcdir/tests/traced.dasc
line() { grep -n "$1" "$source" | head -n 1 | cut -d : -f 1; }
call=$(line '| call rsi')
sub=$(line '| sub rsp, 8')

# A program of its own, with debug information and unoptimized, whatever CFLAGS say.
"$top_builddir/dasmc/dasmc" -o traced.c "$source" &&
"$top_builddir/libtool" --silent --tag=CC --mode=link $CC -g -O0 -I "$top_srcdir/include" \
  -I "$top_builddir/include" -o traced traced.c "$top_builddir/libdasm.la" ||
  { echo "0 passed, 1 failed"; exit 1; }

gdb()
{
  timeout 60 "$top_builddir/libtool" --mode=execute "${GDB:-gdb}" -batch -nx -x commands \
    ./traced >"$1" 2>&1
}

cat >commands <<END
set breakpoint pending on
directory $top_srcdir/tests
break callback
run gdb
backtrace
tbreak traced.dasc:$((call + 1))
continue
next
info registers rax
up
info symbol \$pc
continue
END
try "gdb runs" gdb transcript
echo "--- transcript"; cat transcript; echo "---"

try "a breakpoint in the called function" grep -q "^#0 .*callback (n=5)" transcript
try "backtrace names function and line" \
  grep -q "^#1 .* in triple_add () at .*traced\.dasc:$call\$" transcript
try "backtrace goes on behind it" grep -q "^#2 .* in main (" transcript
try "a breakpoint on a line of assembly" \
  grep -q "triple_add () at .*traced\.dasc:$((call + 1))\$" transcript
try "next is one line" grep -q "^$((call + 2))[[:space:]]*| add rax, constant\$" transcript
try "which has been executed" grep -q "^rax .* 15\$" transcript
try "the caller is found from there" grep -q "^main .* in section .text" transcript
try "the program ends as usual" grep -q "exited normally" transcript

# In the middle of the prologue, the unwind rules given by the program.
cat >commands <<END
directory $top_srcdir/tests
break emit_loop
run gdb
tbreak *(char *)&triple_add
continue
backtrace
stepi
backtrace
stepi
backtrace
stepi
backtrace
stepi
backtrace
next
backtrace
END
try "gdb runs through the prologue" gdb prologue
echo "--- prologue"; cat prologue; echo "---"
try "main is the caller at every step" test "$(grep -c '^#1 .* in main (' prologue)" = 6
try "the prologue's last line is reached" grep -q "^#0 .*triple_add () at .*:$((sub + 2))\$" prologue

# GDB takes functions at a rate that does not fall with their number. (Hundreds a second; ten times as
# slow passes, because machines are busy. It was twelve.)
"$top_builddir/libtool" --silent --tag=CC --mode=link $CC -g -O1 -I "$top_srcdir/include" \
  -I "$top_builddir/include" -o many "$top_srcdir/tests/heap_gdb.c" "$top_builddir/libdasm.la"
many()
{
  timeout 100 "$top_builddir/libtool" --mode=execute "${GDB:-gdb}" -batch -nx -ex "run 1500" ./many >many.out 2>&1
  cat many.out
  test "$(sed -n 's/^300 functions in \([0-9]*\) ms$/\1/p' many.out)" -lt 10000
}
try "1800 functions" many
finish
