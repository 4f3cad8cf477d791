#!/bin/sh
# The conformance data of values at run time, through C: dasmc translates functions made of the
# rows, the compiler compiles them, and they give the bytes that tests/conform gives in memory.
. "$top_srcdir/tests/lib.sh"

tests=$top_srcdir/tests
library=$top_builddir/.libs/libdasm.a
test -f "$library" || library="$top_builddir/.libs/libdasm.so -Wl,-rpath,$top_builddir/.libs"

# Rows shift negative numbers (n<<3), which every compiler does as DynASM's programs expect.
test -z "$SANITIZED" || SANITIZED="$SANITIZED -fno-sanitize=shift"

# batch ISA TYPES OPTION...: the rows with these .type lines
batch()
{
  isa=$1
  types=$2
  shift 2
  program=$isa.$(echo "$types" | cksum | cut -d' ' -f1)
  (cd "$tests/isa" && awk -v isa="$isa" -v types="$types" -f "$tests/compiled.awk" "$isa"*.runtime.tsv) >"$program.dasc" &&
    "$DASMC" -o "$program.c" "$program.dasc" 2>/dev/null &&
    # shellcheck disable=SC2086
    $CC $SANITIZED -w -O0 "$@" -I"$tests" -I"$top_srcdir/include" -o "$program" "$program.c" $library $LIBS -lpthread &&
    "./$program"
}

# The rows say what a struct of a 64-bit processor is like: 32-bit ones align its members otherwise.
foo='.type FOO, struct foo, rbx\n'
if printf '__SIZEOF_POINTER__\n' | $CC -E - | grep -q '^4'; then foo=; fi

for types in '' '.type BAR, struct bar\n' ${foo:+"$foo"}
do try "x64, types '$types'" batch x64 "$types"
done
for types in '' '.type BAR, struct bar\n' '.type FOO, struct foo, ebx\n'
do try "x86, types '$types'" batch x86 "$types" -DTARGET32
done
finish
