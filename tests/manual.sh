#!/bin/sh
# The manual is made without a warning, and says something about every exported function and
# every status; so does the man page libdasm(3) about every function. They know every option.
. "$top_srcdir/tests/lib.sh"

silent() { "$@" 2>&1 | sed -n '1,20p' >silent.out; cat silent.out; ! test -s silent.out; }

if test -n "$MAKEINFO_PROG"
then
  try "makeinfo has no complaints" silent "$MAKEINFO_PROG" -D 'VERSION test' --no-split \
    -I "$top_srcdir/doc" -I "$top_srcdir/doc/examples" -o manual.info "$top_srcdir/doc/libdasm.texi"
fi
for page in "$top_srcdir"/doc/*.[1-9]
do
  if command -v groff >/dev/null
  then try "$page" silent groff -man -Tutf8 -ww -z "$page"
  fi
done

cat "$top_srcdir"/doc/*.texi >manual.txt
# (What only the headers of include/dynasm call is described there.)
for function in $(sed -n 's/^  \([a-z_0-9]*\);$/\1/p' "$top_srcdir"/lib/*.map | grep -v '^dasm_dropin_')
do
  try "manual: $function" grep -q "^@deftypefunx\{0,1\} .*[ *]$function (" manual.txt
  try "libdasm(3): $function" grep -q "\<$function\>" "$top_srcdir/doc/libdasm.3"
done
for status in $(sed -n 's/^#define \(DASM_S_[A-Z_]*\) *0x.*/\1/p' "$top_srcdir/include/dasm.h")
do
  try "manual: $status" grep -q "$status" manual.txt
done

# Long options, and short ones that have no long form.
for option in $("$DASMC" --help | sed -n 's/^ *\(\(-[A-Za-z]*\), \)\{0,1\}\(--\{0,1\}[A-Za-z-]*\).*/\3/p')
do
  try "manual: $option" grep -q -e "^@itemx\{0,1\} $option\>" "$top_srcdir/doc/dasmc.texi"
  try "dasmc(1): $option" grep -q -e "fB$(echo "$option" | sed 's/-/.-/g')\>" "$top_srcdir/doc/dasmc.1"
done
finish
