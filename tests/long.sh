#!/bin/sh
# long.sh - long inputs take time and memory in proportion to their length. The limits are many times what
# is needed, and what grows with the square of the length needs many times the limits.
. "$top_srcdir/tests/lib.sh"

lines() # N FORMAT...: with the numbers from 1 to N
{
  awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) for (k = 2; k < ARGC; k++) printf(ARGV[k] "\n", i) }' "$@"
}

# Each of them has two places: a line of the body and the invocation.
errors_in_macros()
{
  { printf '|.arch x64\n|.macro wrong\n'; lines 200000 '| ret eax'; printf '|.endmacro\n| wrong\n'; } >errors.dasc
  timeout 60 "$DASMC" -o errors.c errors.dasc 2>messages
  test $? -eq 1 && tail -n 1 messages && tail -n 1 messages | grep -q '200000 errors'
}

many_captures()
{
  { printf '|.arch x64\n'; lines 100000 '|.capture c%d' '| ret 300' '|.endcapture'; lines 100000 '|.dumpcapture c%d'; } >captures.dasc
  # shellcheck disable=SC3045
  (test -n "$SANITIZED" || ulimit -v 400000 && timeout 60 "$DASMC" -o captures.c captures.dasc) &&
  test "$(grep -c "^dasm_put(" captures.c)" -eq 100000
}

DASMC=$top_builddir/dasmc/dasmc
try "errors in macros" errors_in_macros
try "captures" many_captures
finish
