#!/bin/sh
# bench.sh - run the benches; called by make bench with its variables in the environment.
# Options are handed to the programs. With DYNASM (LuaJIT's dynasm folder) the emission bench
# is translated by its translator and compiled with its headers too, and the translators are
# compared. With FADEC (a checkout of aengelke/fadec) its second API emits the same instructions.
set -e
bench=$(cd "$top_builddir/tests/bench" && pwd)
src=$top_srcdir/tests/bench
dasmc=$(cd "$top_builddir/dasmc" && pwd)/dasmc

if test -n "$DYNASM" && test -z "$LUAJIT"; then
  echo "DynASM: left out, no luajit" >&2
  DYNASM=
fi

module=
if test -n "$DYNASM"; then
  DYNASM=$(cd "$DYNASM" && pwd)
  "$LUAJIT" "$DYNASM/dynasm.lua" -D X64 -o "$bench/dynasm_emit.c" "$src/emit.dasc"
  $CC -O2 -w -fPIC -shared -DBENCH_DYNASM -I"$DYNASM" -I"$src" -o "$bench/dynasm_emit.so" "$bench/dynasm_emit.c"
  module=$bench/dynasm_emit.so
fi
if test -n "$FADEC"; then # its functions for all instructions take minutes to compile
  FADEC=$(cd "$FADEC" && pwd)
  fadec=$bench/fadec_emit.so
  if ! test "$fadec" -nt "$FADEC/encode2.c"; then
    python3 "$FADEC/parseinstrs.py" encode2 "$FADEC/instrs.txt" "$bench/fadec-encode2-public.inc" \
      "$bench/fadec-encode2-private.inc" --32 --64
    $CC -O2 -w -fPIC -shared -I"$FADEC" -I"$bench" -I"$src" -o "$fadec" "$src/emit_fadec.c" "$FADEC/encode2.c"
  fi
  module="$module $fadec"
fi
# shellcheck disable=SC2086
GLIBC_TUNABLES=glibc.malloc.tcache_count=0 "$bench/bench_emit" -m "$@" $module
# shellcheck disable=SC2086
"$bench/bench_emit" "$@" $module
case " $* " in
*" -t "*) "$bench/bench_heap" -t ;;
*) "$bench/bench_heap" ;;
esac
# Lines of each instruction set, as text and as a file for the translators: those of the conformance data that stand alone.
isas=$("$dasmc" --list=isas | cut -f 1)
for isa in $isas; do
  for data in "$top_srcdir/tests/isa/$isa.tsv" "$top_srcdir/tests/isa/$isa.libdasm.tsv"; do
    awk -F '\t' '!/^[#.]/ && $2 ~ /^[0-9a-f]+$/ && $1 !~ /[:;<>]/ { print $1 }' "$data" >"$bench/lines_$isa.txt" 2>/dev/null || continue
    { printf '|.arch %s\n|.actionlist actions\n' "$isa"; sed 's/^/| /' "$bench/lines_$isa.txt"; } >"$bench/lines_$isa.dasc"
    test ! -s "$bench/lines_$isa.txt" || break
  done
done
case " $* " in
*" -t "*) "$bench/bench_text" -t "$bench" ;;
*) "$bench/bench_text" "$bench" ;;
esac

# ---- cold and hot -------------------------------------------------------------------
# Of each instruction set whose facts (tests/isa) say what to emit: many sites, each used a few times, and one that is used again
# and again: see cold.awk. Everything is counted, from starting the program on, of which the sites' switch and the sum of the code
# are some fifty instructions a site. Programs emit the code, in the byte order of this machine; they do not run it.
tsv=false
case " $* " in
*" -t "*) tsv=true ;;
esac

size_of() # C file: bytes of its list
{
  sed -n 's/^static const unsigned char [A-Za-z0-9_]*\[\([0-9]*\)\].*/\1/p' "$1" | head -1
}

lists() # .dasc: the sizes of its list; both translators get BENCH_DEFINES
{
  name=$(basename "$1" .dasc)
  sizes=
  for options in "--lines=no" "" "--texts=yes"; do
    # shellcheck disable=SC2086
    "$dasmc" $options $BENCH_DEFINES -o "$bench/list.c" "$1" 2>/dev/null || return 0
    sizes="$sizes $(size_of "$bench/list.c")"
  done
  theirs=
  # shellcheck disable=SC2086
  if test -n "$DYNASM" && "$LUAJIT" "$DYNASM/dynasm.lua" $BENCH_DEFINES -o "$bench/list.c" "$1" 2>/dev/null; then
    theirs=$(size_of "$bench/list.c")
  fi
  # shellcheck disable=SC2086
  set -- $sizes
  if $tsv; then
    printf 'list\t%s\t%s\t%s\t%s\t%s\n' "$name" "$1" "$2" "$3" "$theirs"
  else
    printf '  %-16s %10s %10s %10s %10s\n' "$name" "$1" "$2" "$3" "${theirs:--}"
  fi
}

library=$top_builddir/.libs/libdasm.a
if ! test -f "$library"; then library="-L$top_builddir/.libs -Wl,-rpath,$(cd "$top_builddir/.libs" && pwd) -ldasm"; fi

# DynASM for RISC-V is in a fork of LuaJIT, whose dynasm folder is DYNASM_RISCV.
dynasm_for() # HEADER: the folder of DynASM that has it, or nothing
{
  for d in "$DYNASM" "$DYNASM_RISCV"; do
    if test -n "$d" && test -f "$d/$1" && test -n "$LUAJIT"; then echo "$d"; return; fi
  done
}

build() # ISA HEADER dasm|dropin|dynasm SITES
{
  name=$bench/cold_$1_$3_$4
  awk -f "$src/cold.awk" -v headers="$3" -v isa="$1" -v header="$2" -v SITES="$4" "$top_srcdir"/tests/isa/*.facts >"$name.dasc"
  if test "$3" = dynasm; then
    d=$(dynasm_for "$2")
    "$LUAJIT" "$d/dynasm.lua" -o "$name.c" "$name.dasc"
    $CC -O2 -w -I"$d" -o "$name" "$name.c"
  else
    "$dasmc" -o "$name.c" "$name.dasc"
    # shellcheck disable=SC2086
    $CC -O2 -w -I"$top_srcdir/include" -o "$name" "$name.c" $library -lpthread
  fi
}

least_time() # PROGRAM KEEP: ns for a site, the best of some runs
{
  for i in 1 2 3 4 5 6 7; do
    "$1" 2000 50 "$2"
  done | sort -n | head -1 | cut -d ' ' -f 1
}

valgrind=$(command -v valgrind || true)

count() # PROGRAM ARGUMENT...: instructions
{
  if test -z "$valgrind"; then echo -; return; fi
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

sum_of() # PROGRAM ARGUMENT...: of the code
{
  "$@" | cut -d ' ' -f 2
}

hot_count() # PROGRAM: instructions for one fragment
{
  if test -z "$valgrind"; then echo -; return; fi
  echo $((($(count "$1" 1 11000 1) - $(count "$1" 1 1000 1)) / 10000))
}

line() # ISA WHO NS-PER-SITE IN-ONE-STATE FRAGMENT NEW-STATES ONE-STATE
{
  if $tsv; then
    printf 'cold\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@"
  else
    printf '  %-9s %-8s %12s %12s %12s %12s %12s\n' "$@"
  fi
}

same_sum() # ISA WHO SUM EXPECTED
{
  if test "$3" != "$4"; then echo "bench: $1: other bytes with $2" >&2; exit 1; fi
}

cold() # ISA HEADER
{
  sum=
  for headers in dasm dropin $(test -z "$(dynasm_for "$2")" || echo dynasm); do
    for sites in 1 2000; do
      build "$1" "$2" $headers $sites
    done
    many=$bench/cold_$1_${headers}_2000 one=$bench/cold_$1_${headers}_1
    s="$(sum_of "$many" 500 50 0) $(sum_of "$many" 500 50 1) $(sum_of "$one" 1 1000 1)"
    same_sum "$1" $headers "$s" "${sum:=$s}"
    line "$1" $headers "$(least_time "$many" 0)" "$(least_time "$many" 1)" "$(hot_count "$one")" "$(count "$many" 500 50 0)" \
      "$(count "$many" 500 50 1)"
  done
}

# AsmJit emits the AArch64 fragment, too, if it is there: ASMJIT is where it is installed, unless the compiler knows. Two kinds are
# told apart by how they are linked: that of Debian is a static library.
asmjit()
{
  program=$bench/emit_asmjit_arm64
  # shellcheck disable=SC2086
  if ! ${CXX:-c++} -std=c++17 -O2 -w ${ASMJIT:+-I"$ASMJIT/include" -L"$ASMJIT/lib" -Wl,-rpath,"$ASMJIT/lib"} -o "$program" \
    "$src/emit_asmjit_arm64.cc" -no-pie -lasmjit 2>/dev/null; then
    echo "AsmJit for AArch64: left out" >&2
    return 0
  fi
  same_sum arm64 AsmJit "$(sum_of "$program" 1 1000)" "$(sum_of "$bench/cold_arm64_dasm_1" 1 1000 1)"
  line arm64 AsmJit - - "$(hot_count "$program")" - -
}

if ! $tsv; then
  printf '\n500 functions of 50 sites out of 2000, a new state for each, and one state for all: ns for a site, and instructions;\n'
  printf 'instructions for a fragment of six that is emitted again and again\n'
  printf '  %-9s %-8s %12s %12s %12s %12s %12s\n' "" "" "ns/site" "one state" "fragment" "instructions" "one state"
fi
"$dasmc" --list=isas | while read -r isa bytes header order; do
  if ! grep -q "^bench $isa " "$top_srcdir"/tests/isa/*.facts; then continue; fi
  cold "$isa" "$header"
  if test "$isa" = arm64; then asmjit; fi
done

if ! $tsv; then
  printf '\nbytes of lists\n  %-16s %10s %10s %10s %10s\n' "" "no lines" "lines" "texts" DynASM
fi
lists "$bench/cold_x64_dasm_2000.dasc"
lists "$src/emit.dasc"
for file in $BENCH_FILES; do
  lists "$file"
done

for file in $BENCH_FILES; do
  set -- "$@" -f "$(cd "$(dirname "$file")" && pwd)/$(basename "$file")"
done
for isa in $isas; do
  set -- "$@" -f "$bench/lines_$isa.dasc"
done
cd "$bench"
if test -n "$DYNASM"; then
  ./bench_translate "$@" "$dasmc" "$LUAJIT" "$DYNASM/dynasm.lua"
else
  ./bench_translate "$@" "$dasmc"
fi
