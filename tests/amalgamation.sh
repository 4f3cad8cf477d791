#!/bin/sh
# The files that `make amalgamation` writes: each compiles alone, without warnings, and together they do what
# libdasm and dasmc do. Nothing here sees a header or a library of the tree.
. "$top_srcdir/tests/lib.sh"

copies=$top_builddir/amalgamation
if ! test -f "$copies/dasm.c"; then copies=$top_srcdir/amalgamation; fi
cp -R "$copies" copied || exit 99
src=$top_srcdir/doc/examples

silent() # COMMAND... succeeds, and prints nothing
{
  "$@" >said 2>&1 || { cat said; return 1; }
  if test -s said; then cat said; return 1; fi
}

for compiler in $(printf '%s\n' "$CC" gcc clang | sort -u)
do
  if ! command -v "$compiler" >/dev/null; then continue; fi
  strict='-std=c11 -Wall -Wextra -Werror'
  # shellcheck disable=SC2086
  try "$compiler dasm.c" silent "$compiler" $strict -O1 -c -o dasm.o copied/dasm.c
  # shellcheck disable=SC2086
  try "$compiler dasmc.c" silent "$compiler" $strict -o dasmc copied/dasmc.c
  for header in dasm.h $(cd copied && ls dynasm/*.h)
  do
    printf '#include "%s"\nint main(void) { return 0; }\n' "$header" >header.c
    try "$compiler $header" silent "$compiler" -std=c11 -Wall -Wextra -Werror -Icopied -c -o header.o header.c
  done
done

try "$CC alone, dasm.c" silent "$CC" -c -o dasm.o copied/dasm.c
try "$CC alone, dasmc.c" silent "$CC" -o dasmc copied/dasmc.c

# No name that a program could have (GDB wants those with __jit).
own_names()
{
  nm -P -g dasm.o | awk '$2 ~ /^[BCDGRSTVW]$/ && $1 !~ /^(dasm_|__jit_debug|__x86\.get_pc_thunk)/ { print; bad = 1 } END { exit bad }'
}
try "names" own_names

# A program that tells GDB of code itself has these names already.
printf 'int __jit_debug_descriptor[8];\nvoid __jit_debug_register_code(void) {}\nint main(void) { return 0; }\n' >gdb.c
try "GDB's names" "$CC" -o gdb gdb.c dasm.o -lpthread

# The translator is the one of this build.
translates_alike() # FILE
{
  (cd "$(dirname "$1")" && "$DASMC" "$(basename "$1")") >theirs 2>theirs.messages
  status=$?
  (cd "$(dirname "$1")" && "$scratch/dasmc" "$(basename "$1")") >ours 2>ours.messages
  test $? -eq $status && cmp ours theirs && diff ours.messages theirs.messages
}
for file in "$src"/*.dasc "$top_srcdir"/tests/dasc/*/*.dasc "$top_srcdir"/tests/dropin/*.dasc
do try "dasmc $(basename "$(dirname "$file")")/$(basename "$file")" translates_alike "$file"
done

builds() # PROGRAM [DASMC'S OPTION...]
{
  program=$1
  shift
  ./dasmc "$@" -o "$program.c" "$src/$program.dasc" &&
    $CC -Icopied -o "$program" "$program.c" copied/dasm.c -lpthread
}
prints() # PROGRAM
{
  "./$1" >out || return 1
  sed 's,^[^ ]*/\([^/ ]*\.dasc:\),\1,' out | diff -u "$src/$1.expected" -
}

if on_x64
then
  for example in call_c errors heap inline_cache structs
  do
    try "build $example" builds "$example" --texts=yes
    try "$example" prints "$example"
  done
  # The Makefile of the manual.
  mkdir project && cp -R copied project/vendor && cp "$src/project-vendored/Makefile" project && cp "$src/hello.dasc" project/program.dasc
  try "the manual's Makefile" env -u MAKEFLAGS "$MAKE" -C project CC="$CC"
  vendored() { project/program | diff - "$src/hello.expected"; }
  try "its program" vendored
  # Hosts that were written for DynASM.
  try "dasmc program.dasc" ./dasmc -o program.c "$top_srcdir/tests/dropin/program.dasc"
  for shape in plain static context memory
  do
    try "drop-in, $shape" $CC -Icopied -Icopied/dynasm -I"$top_srcdir/tests/dropin" "-DSHAPE=\"$shape.h\"" \
      '-DPROTO="dynasm/dasm_proto.h"' '-DX86="dynasm/dasm_x86.h"' -D_GNU_SOURCE -o program program.c copied/dasm.c -lpthread
    try "drop-in, $shape, runs" ./program
  done
fi

# A suite of the public interface.
if test -n "$CHECK_LIBS"; then
  # shellcheck disable=SC2086
  try "suite of statuses" $CC -Icopied $CHECK_CFLAGS -DPACKAGE_VERSION="\"$VERSION\"" \
    -o check_status "$top_srcdir/tests/check_status.c" copied/dasm.c $CHECK_LIBS -lpthread
  try "suite of statuses runs" ./check_status
fi
finish
