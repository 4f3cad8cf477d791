#!/bin/sh
# A shared library exports what its map names, no more and no less; the map names what the header
# declares; each function is called in a test; and the library needs libc alone (unless SANITIZED).
# LIBRARIES="library:map:header,header... ..." names what to look at.
. "$top_srcdir/tests/lib.sh"

if test -z "$LIBRARIES"; then skip "configured without shared libraries"; fi
same() { diff -u "$1" "$2"; }

# Functions of a list that no suite calls. (dasm_dropin_*: tests/dropin.sh does, through the headers
# that call them.)
all_called()
{
  while read -r function
  do case $function in dasm_dropin_*) continue ;; esac
     grep -qw "$function" "$top_srcdir"/tests/*.c || echo "$function is not called in a test"
  done <"$1" >not_called.txt
  cat not_called.txt
  test ! -s not_called.txt
}

for entry in $LIBRARIES
do
  IFS=: read -r so map header <<END
$entry
END
  so=$top_builddir/.libs/$so
  sed -n 's/^  \([a-z_0-9]*\);$/\1/p' "$top_srcdir/$map" | sort >map.txt
  # __jit_debug_*: names that GDB looks for, no interface for programs.
  nm -D --defined-only "$so" |
    awk '$2 != "A" && $3 !~ /^__jit_debug_/ { sub(/@.*/, "", $3); print $3 }' | sort >so.txt
  (cd "$top_srcdir" && cat $(echo "$header" | tr , ' ')) |
    sed -n 's/^DASM\(C\)\{0,1\}_API .*[ *]\(dasmc\{0,1\}_[a-z_0-9]*\)(.*/\2/p' | sort >header.txt
  try "$so exports what $map names" same map.txt so.txt
  try "$map names what $header declares" same header.txt map.txt
  try "what $header declares is called in tests" all_called header.txt
  try "$map is sorted and names each symbol once" sort -c -u map.txt
  if test -z "$SANITIZED"
  then
    # (Before glibc 2.34 parts of libc were files of their own.)
    readelf -d "$so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
      grep -v -e '^libdasm\.so' -e '^libdl\.so' -e '^libpthread\.so' >needed.txt
    echo libc.so.6 >libc.txt
    try "$so needs libc alone" same libc.txt needed.txt
  fi
done
finish
