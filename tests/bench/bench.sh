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

# ---- cold -------------------------------------------------------------------------
# Many sites, each used a few times: see cold.awk. Everything is counted, from starting the program on, of which the
# sites' switch and the sum of the code are some fifty instructions a site.
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

build_cold() # dasm|dropin|dynasm
{
  awk -f "$src/cold.awk" -v headers="$1" >"$bench/cold_$1.dasc"
  if test "$1" = dynasm; then
    "$LUAJIT" "$DYNASM/dynasm.lua" -o "$bench/cold_$1.c" "$bench/cold_$1.dasc"
    $CC -O2 -w -I"$DYNASM" -o "$bench/cold_$1" "$bench/cold_$1.c"
  else
    library=$top_builddir/.libs/libdasm.a
    if ! test -f "$library"; then library="-L$top_builddir/.libs -Wl,-rpath,$(cd "$top_builddir/.libs" && pwd) -ldasm"; fi
    "$dasmc" -o "$bench/cold_$1.c" "$bench/cold_$1.dasc"
    # shellcheck disable=SC2086
    $CC -O2 -w -I"$top_srcdir/include" -o "$bench/cold_$1" "$bench/cold_$1.c" $library -lpthread
  fi
}

least_time() # PROGRAM KEEP: ns for a site, the best of some runs
{
  for i in 1 2 3 4 5 6 7; do
    "$1" 2000 50 "$2"
  done | sort -n | head -1 | cut -d ' ' -f 1
}

instructions() # PROGRAM KEEP: those of 500 functions, or nothing
{
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" 500 50 "$2" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

cold()
{
  if ! $tsv; then
    printf '\n500 functions of 50 sites out of 2000, a new state for each, and one state for all\n'
    printf '  %-16s %12s %12s %12s %12s\n' "" "ns/site" "one state" "instructions" "one state"
  fi
  sum=
  for headers in dasm dropin ${DYNASM:+dynasm}; do
    build_cold $headers
    for keep in 0 1; do
      s=$("$bench/cold_$headers" 500 50 $keep | cut -d ' ' -f 2)
      if test "${sum:=$s}" != "$s"; then echo "bench: cold: other bytes with $headers" >&2; exit 1; fi
    done
    set -- "$(least_time "$bench/cold_$headers" 0)" "$(least_time "$bench/cold_$headers" 1)" - -
    if command -v valgrind >/dev/null; then
      set -- "$1" "$2" "$(instructions "$bench/cold_$headers" 0)" "$(instructions "$bench/cold_$headers" 1)"
    fi
    if $tsv; then
      printf 'cold\t%s\t%s\t%s\t%s\t%s\n' "$headers" "$@"
    else
      printf '  %-16s %12s %12s %12s %12s\n' "$headers" "$@"
    fi
  done
}
cold

# RISC-V: DYNASM_RISCV is the dynasm folder of a LuaJIT with that port. Programs emit the code, they do not run it.
build_riscv() # dasm|dropin|dynasm SITES
{
  name=$bench/cold_riscv_$1_$2
  awk -f "$src/cold.awk" -v headers="$1" -v isa=riscv64 -v SITES="$2" >"$name.dasc"
  if test "$1" = dynasm; then
    "$LUAJIT" "$DYNASM_RISCV/dynasm.lua" -o "$name.c" "$name.dasc"
    $CC -O2 -w -I"$DYNASM_RISCV" -o "$name" "$name.c"
  else
    "$dasmc" -o "$name.c" "$name.dasc"
    # shellcheck disable=SC2086
    $CC -O2 -w -I"$top_srcdir/include" -o "$name" "$name.c" $library -lpthread
  fi
}

count() # PROGRAM ARGUMENT...: instructions
{
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

riscv()
{
  if ! $tsv; then
    printf '\nRISC-V, instructions: a fragment of six again and again; 500 functions, a new state for each, and one state for all\n'
    printf '  %-16s %12s %12s %12s\n' "" "fragment" "500" "one state"
  fi
  sum=
  for headers in dasm dropin ${DYNASM_RISCV:+dynasm}; do
    for sites in 1 2000; do
      build_riscv $headers $sites
    done
    s=$("$bench/cold_riscv_${headers}_2000" 500 50 1 | cut -d ' ' -f 2)
    if test "${sum:=$s}" != "$s"; then echo "bench: RISC-V: other bytes with $headers" >&2; exit 1; fi
    hot=$bench/cold_riscv_${headers}_1
    set -- $((($(count "$hot" 1 11000 1) - $(count "$hot" 1 1000 1)) / 10000)) \
      "$(count "$bench/cold_riscv_${headers}_2000" 500 50 0)" "$(count "$bench/cold_riscv_${headers}_2000" 500 50 1)"
    if $tsv; then
      printf 'riscv\t%s\t%s\t%s\t%s\n' "$headers" "$@"
    else
      printf '  %-16s %12s %12s %12s\n' "$headers" "$@"
    fi
  done
}
if command -v valgrind >/dev/null; then riscv; fi
if ! $tsv; then
  printf '\nbytes of lists\n  %-16s %10s %10s %10s %10s\n' "" "no lines" "lines" "texts" DynASM
fi
lists "$bench/cold_dasm.dasc"
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
