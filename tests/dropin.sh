#!/bin/sh
# Programs written for DynASM build unchanged with the headers of include/dynasm: C and C++, every
# compiler here, every shape of the macros that such programs set.
. "$top_srcdir/tests/lib.sh"

src=$top_srcdir/tests/dropin
lib=$top_builddir/.libs
PATH=$(dirname "$DASMC"):$PATH
includes="-I$top_srcdir/include/dynasm -I$top_srcdir/include -I$src -I."
warnings="-Wall -Wextra -Werror"
static="$lib/libdasm.a $LIBS -lpthread"
shared=$static
if test -n "$LIBRARIES"; then shared="$lib/libdasm.so -Wl,-rpath,$lib"; fi
if ! test -f "$lib/libdasm.a"; then static=$shared; fi

run() { # PROGRAM COMPILE...
  program=$1
  shift
  "$@" -o "$program" && "./$program"
}

# Compilers that happen to be here may make programs for another processor than this build's.
fits() # COMPILER
{
  command -v "$1" >/dev/null || return 1
  test "$1" = "$CC" || test "$1" = "$CXX" || {
    echo 'int main(void) { return 0; }' >fits.c
    # shellcheck disable=SC2086
    "$1" $SANITIZED -x c -o fits fits.c -x none $shared 2>/dev/null
  }
}

# program SHAPE COMPILER OPTION...: the program of this shape
program()
{
  shape=$1
  shift
  # shellcheck disable=SC2086
  try "$shape: $*" run program "$@" $SANITIZED -O1 $warnings $includes "-DSHAPE=\"$shape.h\"" \
    "-DPROTO=\"$prefix""dasm_proto.h\"" "-DX86=\"$prefix""dasm_x86.h\"" -D_GNU_SOURCE program.c -x none $library
}

try "dasmc program.dasc" "$DASMC" -o program.c "$src/program.dasc"
prefix=dynasm/
library=$shared
for compiler in $(printf '%s\n' "$CC" gcc clang | sort -u)
do
  if ! fits "$compiler"; then continue; fi
  for shape in plain static context late renamed wrapped memory
  do program $shape "$compiler" -std=c99 -x c
  done
done
for compiler in $(printf '%s\n' "$CXX" g++ clang++ | sort -u)
do
  if ! fits "$compiler"; then continue; fi
  for shape in plain static context late renamed wrapped memory object
  do program $shape "$compiler" -std=c++98 -x c++
  done
  program memory "$compiler" -DSHAPE_REFERENCE -x c++
done
prefix=
library=$static
for shape in plain context memory
do program $shape "$CC" -std=c11 -x c
done

# Several files. With DASM_FDEF extern the program has functions with the names of the library's. (Other processors than
# x86-64 cannot publish the code.)
try "dasmc parts_body.dasc" "$DASMC" -o parts_body.c "$src/parts_body.dasc"
parts="$src/parts_main.c $src/parts_emit.c $src/parts_define.c"
for link in "$shared" "$static"
do
  for extern in "" "-DPART_EXTERN -rdynamic"
  do
    on_x64 || break 2
    # shellcheck disable=SC2086
    try "several files: $extern $link" run parts "$CC" -std=c11 $SANITIZED $warnings $includes $extern $parts $link
  done
done

try "dasmc for x64" "$DASMC" -D X64 -o isa_x64.c "$src/isa.dasc"
try "dasmc for x86" "$DASMC" -o isa_x86.c "$src/isa.dasc"
# shellcheck disable=SC2086
try "two ISAs" run isa "$CC" -std=c11 $SANITIZED $warnings $includes "$src/isa_main.c" isa_x64.c isa_x86.c $shared

# What DynASM does not look for is looked for with DASM_CHECKS.
try "dasmc twice.dasc" "$DASMC" -o twice.c "$src/twice.dasc"
for options in "" "-DDASM_CHECKS" "-DOWN" "-DOWN -DDASM_CHECKS"
do
  # shellcheck disable=SC2086
  try "a label twice: $options" run twice $CC -std=c11 $SANITIZED $warnings $includes $options twice.c $shared
done

# The same text in two dialects.
dialect() # VERSION OBJECT BYTES [-D NAME]
{
  "$DASMC" --dialect="$1" ${4+"$4" "$5"} -o dialect.c "$src/dialect.dasc" &&
    # shellcheck disable=SC2086
    run dialect "$CC" -std=c11 $SANITIZED $warnings $includes "-DOBJECT=$2" "-DBYTES=$3" dialect.c $shared
}
address='0x8b,0x04,0x25,0x56,0x34,0x12,0,0xc6,0x81,0x56,0x34,0x12,0,1,'
relative='0x8b,0x05,0x50,0x34,0x12,0,'
pointer='0x56,0x34,0x12,0,0,0,0,0,'
of_c="0x48,0xb9,${pointer}0x48,0xa1,$pointer"
try "dialect 1.4" dialect 1.4 '(*(char *)0x123456)' "$address${of_c}0,0,1,0" -D OLD
try "dialect 1.5-2021" dialect 1.5-2021 '(*(char *)0x123456)' "$address${of_c}0,0,1,0,0,0,0,0" -D OLD
try "dialect 1.5" dialect 1.5 0x123456 "$relative${of_c}0,0,1,0,0,0,0,0"

# A pointer is cut where DynASM takes an int.
cut() # COMPILER...
{
  # shellcheck disable=SC2086
  run cut "$@" $SANITIZED $warnings $includes cut.c -x none $shared
}
try "dasmc cut.dasc" "$DASMC" -o cut.c "$src/cut.dasc"
try "pointers that are cut" cut "$CC" -std=c11
if test -n "$CXX"; then try "pointers that are cut, C++" cut "$CXX" -x c++ -std=c++11; fi

# Arguments that are all int go to functions of their own, and others keep their values, too.
try "dasmc ints.dasc" "$DASMC" -o ints.c "$src/ints.dasc"
for compiler in $(printf '%s\n' "$CC" gcc clang | sort -u)
do
  if ! fits "$compiler"; then continue; fi
  for standard in c99 gnu11
  do
    # shellcheck disable=SC2086
    try "ints: $compiler -std=$standard" run ints "$compiler" -std=$standard -pedantic $SANITIZED $warnings $includes ints.c $shared
    try "ints: $compiler -std=$standard: calls" sh -c 'nm ints >symbols && for f in 1 1i 2 2i 3 3i 4 4i args; do
      grep -q "dasm_dropin_put$f\>" symbols || exit 1; done'
  done
done
# shellcheck disable=SC2086
try "ints: $CXX" run ints $CXX -x c++ $SANITIZED $warnings $includes ints.c -x none $shared

# No function of the library calls one that a program may define, nor any through the table that
# the program's definitions may have changed.
calls_none() # OPTION FILE NAMES
{
  objdump "$1" "$2" >relocations && ! grep -E "$3" relocations
}
names='\<dasm_(init|free|setupglobal|growpc|setup|put|link|encode|getpclabel|checkstep)\>'
if test -f "$lib/libdasm.a"
then
  try "libdasm.a does not call what programs define" calls_none -r "$lib/libdasm.a" "^[^.]* R_[A-Z0-9_]*(PLT|PC)[0-9]* *$names"
fi
if test -n "$LIBRARIES"
then
  try "libdasm.so binds its own functions" calls_none -R "$lib/libdasm.so" 'JUMP_SLOT.*\<dasm_'
  nm -uD "$lib/libdasmc.so" >undefined
  try "libdasmc.so does not call what programs define" sh -c "! grep -E '$names' undefined"
fi
finish
