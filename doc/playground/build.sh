#!/bin/sh
# build.sh - the playground's module: build.sh OUT.js VERSION-FLAGS... SOURCES..., run in the top of the sources. It is WebAssembly,
# as text in a script, because a page that is opened as a file may load scripts and nothing else.
set -eu

CLANG=${CLANG:-clang}
out=$1
shift
if ! echo 'int f(void) { return 0; }' | $CLANG --target=wasm32-wasi -x c - -c -o /dev/null 2>/dev/null ||
  ! echo '#include <stdlib.h>' | $CLANG --target=wasm32-wasi -x c - -E >/dev/null 2>&1 || ! command -v wasm-ld >/dev/null
then
  echo 'make playground needs clang with wasi-libc and wasm-ld (Debian: clang lld wasi-libc)' >&2
  exit 1
fi
# Nothing of the code heap, which needs mappings, threads and signals. What a source includes, but for what it does on Linux, tells
# that it is one.
for argument
do
  shift
  case $argument in
    -*) ;;
    *) if sed '/^#if defined(__linux__)/,/^#endif/d' "$argument" |
        grep -q -E '^#include ("(heap|lock|pages|pages_posix|tools)\.h"|<(dlfcn|pthread|signal|sys/mman)\.h>)'
      then continue
      fi ;;
  esac
  set -- "$@" "$argument"
done
$CLANG --target=wasm32-wasi -mexec-model=reactor -Os -std=gnu11 -mtail-call -mllvm -wasm-enable-sjlj -mexception-handling \
  -Idoc/playground -Iinclude -Ilib -Idasmc -nostartfiles -Wl,--no-entry -Wl,--gc-sections -Wl,--strip-all -Wl,-z,stack-size=1048576 \
  -o "$out.wasm" "$@" doc/playground/playground.c doc/playground/longjmp.c
{
  printf 'const PLAYGROUND_MODULE = "'
  base64 <"$out.wasm" | tr -d '\n'
  printf '";\nconst PLAYGROUND_EXAMPLES = {\n'
  sed -n 's/^example \([^ ]*\) \(.*\)/  \1: "\2",/p' doc/instructions/*.txt
  printf '};\n'
} >"$out.tmp"
rm -f "$out.wasm"
mv "$out.tmp" "$out"
