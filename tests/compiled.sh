#!/bin/sh
# The conformance data of values at run time, through C: dasmc translates functions made of the
# rows, the compiler compiles them, and they give the bytes that tests/conform gives in memory.
. "$top_srcdir/tests/lib.sh"

tests=$top_srcdir/tests
library=$top_builddir/.libs/libdasm.a
test -f "$library" || library="$top_builddir/.libs/libdasm.so -Wl,-rpath,$top_builddir/.libs"

# Rows shift negative numbers (n<<3), which every compiler does as DynASM's programs expect.
test -z "$SANITIZED" || SANITIZED="$SANITIZED -fno-sanitize=shift"

# program FILE OPTION...: what compiled.awk has made
program()
{
  name=${1%.dasc}
  shift
  "$DASMC" -o "$name.c" "$name.dasc" 2>/dev/null &&
    # shellcheck disable=SC2086
    $CC $SANITIZED -w -O0 "$@" -I"$tests" -I"$top_srcdir/include" -o "$name" "$name.c" $library $LIBS -lpthread &&
    "./$name"
}

# The rows of x86 say what a struct of a 64-bit processor is like: 32-bit ones align its members otherwise.
if printf '__SIZEOF_POINTER__\n' | $CC -E - | grep -q '^4'; then host32=1; else host32=; fi

"$DASMC" --list=isas >isas
while read -r isa bytes header order
do
  test -f "$top_srcdir/include/dynasm/$header" || continue
  (cd "$tests/isa" && awk -v isa="$isa" -v to="$OLDPWD/$isa" -f "$tests/compiled.awk" "$isa".*runtime.tsv) || exit 1
  for file in "$isa".*.dasc
  do
    if test "$bytes" -eq 8 && test -n "$host32" && grep -q '^|.type.*struct foo' "$file"; then continue; fi
    try "$isa, $(grep -c '^static void row' "$file") rows, $(grep '^|.type' "$file" | tr '\n' ' ')" \
      program "$file" "-DHEADER=\"dynasm/$header\"" "-DADDRESS_SIZE=$bytes" "-DDASM_ORDER=$(test "$order" = big && echo 1 || echo 0)"
  done
done <isas
finish
