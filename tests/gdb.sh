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
loop=$(line '| dec rdi')

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

# Many functions share a file: lines, frames and breakpoints are as before. What is gone has no name, and its neighbours
# have theirs. Of 202, ten have files of their own.
cat >commands <<END
directory $top_srcdir/tests
break callback
run gdb . 1 200
backtrace
info symbol goes
info symbol stays
info symbol last
info line *stays
tbreak traced.dasc:$((call + 1))
tbreak *stays
continue
next
info registers rax
backtrace
END
try "gdb runs with many functions" gdb shared
echo "--- shared"; cat shared; echo "---"
try "backtrace names function and line in a shared file" \
  grep -q "^#1 .* in triple_add () at .*traced\.dasc:$call\$" shared
try "backtrace goes on behind it, too" test "$(grep -c "^#2 .* in main (" shared)" = 1
try "what is gone has no name" test "$(grep -c '^No symbol matches goes' shared)" = 1
try "its neighbour has its name" test "$(grep -c '^spin in section .text of <in-memory' shared)" = 2
try "and its lines" grep -q "^Line $loop of .*traced\.dasc.* starts at address .*<spin>" shared
try "a breakpoint on a line in a shared file" \
  grep -q "triple_add () at .*traced\.dasc:$((call + 1))\$" shared
try "next is one line there" grep -q "^$((call + 2))[[:space:]]*| add rax, constant\$" shared
try "which has been executed, too" grep -q "^rax .* 15\$" shared

# GDB takes functions at a rate that does not fall with their number, because its time grows with the number of files
# and 64 functions share one. (A thousand a second. With a file each it is a tenth of that at 4,000, and falls on.)
"$top_builddir/libtool" --silent --tag=CC --mode=link $CC -g -O1 -I "$top_srcdir/include" \
  -I "$top_builddir/include" -o many "$top_srcdir/tests/heap_gdb.c" "$top_builddir/libdasm.la"
many()
{
  timeout 200 "$top_builddir/libtool" --mode=execute "${GDB:-gdb}" -batch -nx -ex "run 4000" ./many >many.out 2>&1
  cat many.out
  awk '/^functions 4000 files/ { seen = $4 > 0; many = $4 > 100 } END { exit !seen || many }' many.out
}
try "4000 functions" many
finish
