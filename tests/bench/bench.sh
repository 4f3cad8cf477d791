#!/bin/sh
# bench.sh - run the benches; called by make bench with its variables in the environment.
# Options are handed to the programs. With DYNASM (LuaJIT's dynasm folder) the emission bench
# is translated by its translator and compiled with its headers too, and the translators are
# compared.
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
GLIBC_TUNABLES=glibc.malloc.tcache_count=0 "$bench/bench_emit" -m "$@" $module
"$bench/bench_emit" "$@" $module
case " $* " in
*" -t "*) "$bench/bench_heap" -t ;;
*) "$bench/bench_heap" ;;
esac
case " $* " in
*" -t "*) "$bench/bench_text" -t "$bench" ;;
*) "$bench/bench_text" "$bench" ;;
esac

for file in $BENCH_FILES; do
  set -- "$@" -f "$(cd "$(dirname "$file")" && pwd)/$(basename "$file")"
done
cd "$bench"
if test -n "$DYNASM"; then
  ./bench_translate "$@" "$dasmc" "$LUAJIT" "$DYNASM/dynasm.lua"
else
  ./bench_translate "$@" "$dasmc"
fi
