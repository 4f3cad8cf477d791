dnl parts.m4 - optional parts of the package, and the summary that configure prints.

dnl DASM_PART(NAME, LEFT OUT, TEST)
dnl Run TEST, which sets have_NAME to yes or no, unless the user gave --without-NAME. Sets the
dnl conditional HAVE_NAME and adds to $dasm_summary and $dasm_missing.
AC_DEFUN([DASM_PART],
[AC_ARG_WITH([$1],
  [AS_HELP_STRING([--without-$1], [leave out: $2])], [], [with_$1=auto])
have_$1=no
AS_IF([test "x$with_$1" != xno], [$3])
AS_IF([test "x$have_$1" = xyes],
  [dasm_summary="$dasm_summary
  m4_format([%-12s], [$1]) yes"],
  [AS_IF([test "x$with_$1" = xyes], [AC_MSG_ERROR([--with-$1, but it was not found])])
   AS_IF([test "x$with_$1" != xno], [dasm_missing="$dasm_missing $1"])
   dasm_summary="$dasm_summary
  m4_format([%-12s], [$1]) no    left out: $2"])
AM_CONDITIONAL([HAVE_]m4_toupper([$1]), [test "x$have_$1" = xyes])])

dnl DASM_PART_PROG(NAME, VARIABLE, PROGRAMS): the part needs one of these programs.
AC_DEFUN([DASM_PART_PROG],
[AC_CHECK_PROGS([$2], [$3])
AS_IF([test -n "$$2"], [have_$1=yes])])

dnl DASM_PROG_ALSO(NAME, VARIABLE, PROGRAMS): the part was found, but needs a program too.
AC_DEFUN([DASM_PROG_ALSO],
[AC_CHECK_PROGS([$2], [$3])
AS_IF([test -z "$$2"], [have_$1=no])])

dnl DASM_CXX_HEADER(NAME, HEADER): the part is a C++ header.
AC_DEFUN([DASM_CXX_HEADER],
[AC_LANG_PUSH([C++])
AC_CHECK_HEADER([$2], [have_$1=yes])
AC_LANG_POP([C++])])
