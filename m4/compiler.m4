dnl compiler.m4 - what configure asks the compiler and linker.

dnl DASM_CC_FLAGS(VARIABLE, FLAGS)
dnl Append to VARIABLE each flag that the C compiler knows.
AC_DEFUN([DASM_CC_FLAGS],
[for dasm_flag in m4_normalize([$2])
do
  AS_VAR_PUSHDEF([cache], [dasm_cv_cc_$dasm_flag])
  AC_CACHE_CHECK([whether $CC accepts $dasm_flag], [cache],
    [dasm_save=$CFLAGS
     CFLAGS="$CFLAGS -Werror $dasm_flag"
     AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
       [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
     CFLAGS=$dasm_save])
  AS_VAR_IF([cache], [yes], [$1="$$1 $dasm_flag"])
  AS_VAR_POPDEF([cache])
done])

dnl DASM_LD_SYMBOLIC
dnl SYMBOLIC_LDFLAGS: the linker's option that binds a library's calls of its own functions to
dnl these, if the linker has one.
AC_DEFUN([DASM_LD_SYMBOLIC],
[AC_CACHE_CHECK([whether the linker takes -Bsymbolic-functions], [dasm_cv_ld_symbolic],
  [dasm_save=$LDFLAGS
   LDFLAGS="$LDFLAGS -Wl,-Bsymbolic-functions"
   AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [dasm_cv_ld_symbolic=yes], [dasm_cv_ld_symbolic=no])
   LDFLAGS=$dasm_save])
SYMBOLIC_LDFLAGS=
AS_IF([test "x$dasm_cv_ld_symbolic" = xyes], [SYMBOLIC_LDFLAGS=-Wl,-Bsymbolic-functions])
AC_SUBST([SYMBOLIC_LDFLAGS])])

dnl DASM_LD_HARDEN
dnl HARDEN_LDFLAGS: the linker's options for a library whose tables of addresses are read-only once
dnl it is loaded (full RELRO), and whose stack is not executable; those of them that it has.
AC_DEFUN([DASM_LD_HARDEN],
[HARDEN_LDFLAGS=
for dasm_flag in relro now noexecstack
do
  AS_VAR_PUSHDEF([cache], [dasm_cv_ld_z_$dasm_flag])
  AC_CACHE_CHECK([whether the linker takes -z $dasm_flag], [cache],
    [dasm_save=$LDFLAGS
     LDFLAGS="$LDFLAGS -Wl,-z,$dasm_flag"
     AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
     LDFLAGS=$dasm_save])
  AS_VAR_IF([cache], [yes], [HARDEN_LDFLAGS="$HARDEN_LDFLAGS -Wl,-z,$dasm_flag"])
  AS_VAR_POPDEF([cache])
done
AC_SUBST([HARDEN_LDFLAGS])])

dnl DASM_HIDE_STATIC
dnl HIDE_OBJCOPY: an objcopy that can rename the symbols of what the compiler makes, or nothing. (It
dnl cannot where that is no machine code yet, as with -flto.)
AC_DEFUN([DASM_HIDE_STATIC],
[AC_CHECK_TOOL([OBJCOPY], [objcopy])
AC_CACHE_CHECK([whether objcopy can rename symbols], [dasm_cv_objcopy_renames],
  [dasm_cv_objcopy_renames=no
   AC_COMPILE_IFELSE([AC_LANG_SOURCE([int dasm_old_name(void); int dasm_old_name(void) { return 1; }])],
     [AS_IF([test -n "$OBJCOPY" && $OBJCOPY --redefine-sym dasm_old_name=dasm_new_name conftest.$OBJEXT 2>/dev/null &&
             $NM conftest.$OBJEXT 2>/dev/null | grep dasm_new_name >/dev/null &&
             ! $NM conftest.$OBJEXT 2>/dev/null | grep dasm_old_name >/dev/null],
       [dasm_cv_objcopy_renames=yes])])])
HIDE_OBJCOPY=
AS_IF([test "x$dasm_cv_objcopy_renames" = xyes], [HIDE_OBJCOPY=$OBJCOPY])
AC_SUBST([HIDE_OBJCOPY])])

dnl DASM_LD_VERSION_SCRIPT
dnl Conditional HAVE_VERSION_SCRIPT: the linker takes --version-script.
AC_DEFUN([DASM_LD_VERSION_SCRIPT],
[AC_CACHE_CHECK([whether the linker takes a version script], [dasm_cv_ld_version_script],
  [echo 'V { global: main; local: *; };' >conftest.map
   dasm_save=$LDFLAGS
   LDFLAGS="$LDFLAGS -Wl,--version-script=conftest.map"
   AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
     [dasm_cv_ld_version_script=yes], [dasm_cv_ld_version_script=no])
   LDFLAGS=$dasm_save
   rm -f conftest.map])
AM_CONDITIONAL([HAVE_VERSION_SCRIPT], [test "x$dasm_cv_ld_version_script" = xyes])])

dnl DASM_AS_FP16
dnl HAVE_AS_FP16: the C compiler's assembler knows AVX512-FP16, which binutils before 2.38 do not.
AC_DEFUN([DASM_AS_FP16],
[AC_CACHE_CHECK([whether the assembler knows AVX512-FP16], [dasm_cv_as_fp16],
  [AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [[__asm__("vaddph %zmm0, %zmm1, %zmm2");]])],
     [dasm_cv_as_fp16=yes], [dasm_cv_as_fp16=no])])
AS_IF([test "x$dasm_cv_as_fp16" = xyes],
  [AC_DEFINE([HAVE_AS_FP16], [1], [The compiler's assembler knows AVX512-FP16.])])])
