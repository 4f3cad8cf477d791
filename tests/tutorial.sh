#!/bin/sh
# The programs of the tutorial. Each step prints what its page shows, all of them do what the interpreter
# does, and the transcripts of gdb and perf are what these tools say.
. "$top_srcdir/tests/lib.sh"

src=$top_srcdir/doc/examples/tutorial
bin=$top_builddir/doc/examples/tutorial

on_x64 || skip "the examples make x86-64 code for the System V calling convention"

prints() # EXPECTED COMMAND...
{
  expected=$1
  shift
  "$@" >out 2>err
  cat err
  diff -u "$expected" out
}

steps='01 02 03 04 05 06 07 08 09 10'
for n in $steps
do try "step $n" prints "$src/step$n.expected" "$bin/step$n" "$src/demo.aba"
done

# all FUNCTION ARGUMENT... with the lines that it has to print on the standard input.
all()
{
  cat >expected
  for n in $steps
  do try "step $n: $*" prints expected "$bin/step$n" -q "$src/faults.aba" "$@"
  done
}
all zero 5 <<END
line 5: division by zero
END
all zero_rest 5 <<END
line 10: division by zero
END
for n in -1 131072 -9223372036854775808
do
  all cell $n <<END
line 16: there is no such cell of mem
END
done
all cell 0 <<END
7
END
all store -1 <<END
line 21: there is no such cell of mem
END
all store 131071 <<END
131071
END
all deep 1 <<END
line 27: calls are nested too deep
END
# -2^63, by -1 and times -1, stays what it is in 64 bits; C's division rounds towards zero.
all smallest -1 <<END
-9223372036854775808 -9223372036854775808 0 -9223372036854775808 -9223372036854775807 -9223372036854775808
-29
END
all smallest 2 <<END
-9223372036854775808 -4611686018427387904 0 0 9223372036854775806 -9223372036854775808
-29
END
all compare 0 <<END
0 1 0 1 1 0
3
END
all compare 5 <<END
0 0 1 1 0 1
3
END
all compare -3 <<END
1 1 0 0 0 1
3
END
# g is 1+2*(3+4*(5+6)) = 95; 95 - 1*(2+4*6) is 69.
all six 1 2 3 4 5 6 <<END
69
END
all roots 49 <<END
7 49 0 22
7
END

# Wrong programs are refused, with the line.
refused() # TEXT PROGRAM
{
  printf '%s\n' "$2" >wrong.aba
  "$bin/step10" wrong.aba >out 2>&1
  test $? -eq 1 && grep -F "$1" out
}
try "no bracket" refused "wrong.aba:2: '}' is expected" "fn main() { return 1;"
try "no name" refused "a name is expected, not '1'" 'fn 1() { }'
try "no variable" refused "there is no variable 'x'" 'fn main() { print(x); }'
try "no function" refused "there is no function 'f'" 'fn main() { f(); }'
try "arguments" refused "another number of arguments than before for 'f'" 'fn f(a) { } fn main() { f(); }'
try "too many values" refused "1 to 8 values are expected" 'fn main() { print(1,2,3,4,5,6,7,8,9); }'

# The compiler goes on without memory.
try "no memory for code" prints "$src/limit.expected" "$bin/step10" -l 12288 "$src/demo.aba"
try "no heap at all" sh -c '"$1" -l 1 "$2" | grep -q "^main *interpreted: .*limit"' sh "$bin/step10" "$src/demo.aba"

# What gdb prints, without addresses and folders; compared where gdb is the one of the transcript.
gdb_transcript()
{
  "$DASMC" -o step10.c "$src/step10.dasc" &&
  "$top_builddir/libtool" --silent --tag=CC --mode=link $CC -g -O0 -std=gnu11 -I "$top_srcdir/include" \
    -I "$top_builddir/include" -I "$src" -o traced step10.c "$src/main.c" "$src/parse.c" "$src/interpret.c" \
    "$top_builddir/libdasm.la" -lm || return 1
  cp "$src/demo.aba" "$src/faults.aba" . || return 1
  {
    echo 'set style enabled off'
    echo 'set breakpoint pending on'
    echo 'set confirm off'
    echo 'set width 0'
    echo "directory $src"
    echo 'set trace-commands on'
    cat "$src/gdb.commands"
  } >commands
  timeout 60 "$top_builddir/libtool" --mode=execute gdb -batch -nx -x commands ./traced </dev/null 2>&1 |
    sed -e '/libthread_db/d' -e 's/^+/(gdb) /' -e 's,0x[0-9a-f]\{4\,\},0x...,g' -e 's, /[^ ]*/\([a-z0-9]*\.[a-z]*\), \1,g' \
      -e '/^\[Inferior/d' -e '/^$/d' -e '/^(gdb) kill/d' -e '/Source directories searched/d' >transcript
  diff -u "$src/gdb.transcript" transcript
}
if test -z "$SANITIZED" && gdb --version 2>/dev/null | grep -q ' 13\.'
then
  unset DEBUGINFOD_URLS
  try "what gdb says" gdb_transcript
fi

# The pages about gdb and perf name this line.
division() { sed -n 183p "$src/step10.dasc" | grep '| idiv'; }
try "the line of the division" division

# The map for perf names each function with its size, as the report does.
mapped()
{
  sh -c 'echo $$ >pid; exec "$@"' sh "$bin/step10" -m "$src/demo.aba" >out || return 1
  map=/tmp/perf-$(cat pid).map
  sed -n 's/^\([a-z]*\)  *\([0-9]*\) bytes$/\1 \2/p' out | sort >report
  while read -r _ size name; do echo "$name $((0x$size))"; done <"$map" | sort >mapped
  rm -f "$map"
  diff report mapped
}
case $(uname -s) in Linux) try "the map for perf" mapped ;; esac

# The commands of the page about perf, where perf may look at processes: its reports name the function, its instructions and lines.
perf_commands()
{
  cp "$src/demo.aba" . && sed -n 's/^   \$ perf /perf /p' "$top_srcdir/doc/tutorial/perf.rst" >commands || return 1
  test "$(wc -l <commands)" -eq 5 || return 1
  while read -r command; do (PATH=$bin:$PATH; eval "$command" </dev/null) || return 1; done <commands >reports 2>errors
  rm -f /tmp/perf-"$(perf script -i map.data -F pid 2>/dev/null | sed -n '1s/[^0-9]//gp')".map
  grep -q '\[\.\] gcd' reports && grep -q 'idiv  *rsi' reports && grep -q '// step10\.dasc:' reports || { cat errors reports; return 1; }
}
if test -z "$SANITIZED" && perf record -q -o probe true >/dev/null 2>&1
then try "the commands about perf" perf_commands
fi
finish
