dnl dasm.m4 - for projects that use libdasm; installed in aclocal's folder.          serial 1
dnl
dnl DASM_CHECK([VERSION], [IF-FOUND], [IF-NOT-FOUND])
dnl
dnl Looks for libdasm (at least VERSION, if given) through pkg-config, and for the translator
dnl dasmc that was installed with it. Substitutes
dnl   DASM_CFLAGS  DASM_LIBS   for the compiler and the linker
dnl   DASMC                    the command dasmc; a value set by the user is kept
dnl   DASMCFLAGS               its options; the user's
dnl Without IF-NOT-FOUND a missing libdasm ends configure with an error.
dnl
dnl Makefile.am then needs this rule; sources named *.dasc are translated and compiled:
dnl
dnl   .dasc.c:
dnl   	$(AM_V_GEN)$(DASMC) $(DASMCFLAGS) -o $@ $<
AC_DEFUN([DASM_CHECK],
[AC_REQUIRE([PKG_PROG_PKG_CONFIG])
AC_ARG_VAR([DASMC], [the translator dasmc])
AC_ARG_VAR([DASMCFLAGS], [options for dasmc])
dasm_found=no
PKG_CHECK_MODULES([DASM], [libdasm]m4_ifval([$1], [[ >= $1]]), [dasm_found=yes], [dasm_found=no])
AS_IF([test "$dasm_found" = yes],
  [AS_IF([test -z "$DASMC"], [DASMC=`$PKG_CONFIG --variable=dasmc libdasm`])
   AC_MSG_CHECKING([for dasmc])
   AS_IF([$DASMC --version >/dev/null 2>&1],
     [AC_MSG_RESULT([$DASMC])],
     [AC_MSG_RESULT([$DASMC does not run])
      dasm_found=no])])
AS_IF([test "$dasm_found" = yes], [$2],
  [m4_default([$3], [AC_MSG_ERROR([libdasm m4_ifval([$1], [>= $1 ])is needed])])])
])
