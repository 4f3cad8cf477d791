#!/bin/sh
# The binary interface is that of the committed baseline, tests/abi/*.abi, or more: no symbol and no public type is
# changed or removed. What is added passes. A wanted change is a decision about the soname (see lib/local.mk):
# after it, and with each release, `make abi-baseline` writes the baseline anew.
. "$top_srcdir/tests/lib.sh"

if test -z "$LIBRARIES"; then skip "configured without shared libraries"; fi
test -n "$ABIDIFF" && command -v "$ABIDIFF" >/dev/null || skip "abidiff is not installed"
"$ABIDIFF" --help 2>&1 | grep -q -e --exported-interfaces-only || skip "abidiff is too old: it has no --exported-interfaces-only"
test -z "$SANITIZED" || skip "sanitizers add symbols"
case $(printf '#if defined(__x86_64__) && defined(__LP64__) && defined(__linux__)\nyes\n#endif\n' | $CC -E -) in
  *yes*) ;;
  *) skip "the baseline is that of x86-64 Linux" ;;
esac

compare() # BASELINE LIBRARY HEADERS
{
  "$ABIDIFF" --drop-private-types --exported-interfaces-only --no-added-syms --hd2 "$3" "$1" "$2"
}

for entry in $LIBRARIES
do
  so=${entry%%:*}
  if ! readelf -S "$top_builddir/.libs/$so" | grep -q '\.debug_info'
  then skip "the libraries have no debug information: configure with -g in CFLAGS"
  fi
  try "$so: the same interface, or more (else see the head of tests/abi.sh)" \
    compare "$top_srcdir/tests/abi/${so%.so}.abi" "$top_builddir/.libs/$so" "$top_srcdir/include"
done

# The comparison notices: a function that is gone, a parameter and a public struct that have changed.
library() # NAME: from NAME/t.h and NAME/t.c
{
  $CC -g -O0 -fPIC -shared -Wl,-soname,libt.so -I "$1" -o "$1.so" "$1/t.c"
}
changed() # NAME SED-SCRIPT
{
  mkdir "$1" && sed "$2" first/t.h >"$1/t.h" && sed "$2" first/t.c >"$1/t.c" && library "$1"
}
refused() # NAME: not an error of abidiff, but a difference
{
  compare t.abi "$1.so" "$1"
  test $? -ge 4
}

mkdir first
cat >first/t.h <<'END'
struct options { unsigned long size; int flag; };
int t_one(struct options *options);
int t_two(int n);
END
cat >first/t.c <<'END'
#include "t.h"
int t_one(struct options *options) { return options->flag; }
int t_two(int n) { return n; }
END
if command -v abidw >/dev/null
then
  try "a small library" library first
  try "its baseline" abidw --drop-private-types --exported-interfaces-only --headers-dir first --out-file t.abi first.so
  changed more '/t_two/{p;s/t_two/t_three/;}'
  changed less '/t_two/d'
  changed parameter '/t_two/s/int n/long n/'
  changed member 's/int flag/long flag/'
  try "the same passes" compare t.abi first.so first
  try "an addition passes" compare t.abi more.so more
  for case in less parameter member
  do try "$case is noticed" refused "$case"
  done
fi
finish
