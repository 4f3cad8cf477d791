#!/bin/sh
# bench.sh - run the benches; called by make bench with its variables in the environment.
# Options are handed to the programs. With DYNASM (LuaJIT's dynasm folder) the emission bench
# is translated by its translator and compiled with its headers too.
set -e
bench=$top_builddir/tests/bench
src=$top_srcdir/tests/bench

module=
if test -n "$DYNASM"; then
  if test -z "$LUAJIT"; then
    echo "DynASM: left out, no luajit" >&2
  else
    "$LUAJIT" "$DYNASM/dynasm.lua" -D X64 -o "$bench/dynasm_emit.c" "$src/emit.dasc"
    $CC -O2 -w -fPIC -shared -DBENCH_DYNASM -I"$DYNASM" -I"$src" -o "$bench/dynasm_emit.so" "$bench/dynasm_emit.c"
    module=$(cd "$bench" && pwd)/dynasm_emit.so
  fi
fi

"$bench/bench_emit" "$@" $module
