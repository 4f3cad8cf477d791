dnl python.m4 - the Python that the module is for.

dnl DASM_PYTHON(VERSION)
dnl have_python: there is a Python of at least this version, with its headers. Sets PYTHON,
dnl PYTHON_CPPFLAGS, and pymoddir, the folder of packages that the module's own folder goes to:
dnl the one below the prefix that Python searches, if there is one.
AC_DEFUN([DASM_PYTHON],
[AM_PATH_PYTHON([$1], [have_python=yes], [have_python=no])
AC_ARG_WITH([pythondir],
  [AS_HELP_STRING([--with-pythondir=DIR], [where the Python module is installed])])
AS_IF([test "$have_python" = yes],
  [dasm_save=$CPPFLAGS
   PYTHON_CPPFLAGS=-I`$PYTHON -c 'import sysconfig; print(sysconfig.get_paths()@<:@"include"@:>@)'`
   CPPFLAGS="$CPPFLAGS $PYTHON_CPPFLAGS"
   AC_CHECK_HEADER([Python.h], [], [have_python=no])
   CPPFLAGS=$dasm_save
   AS_CASE(["x$with_pythondir"], [x | xno | xyes],
     [dasm_prefix=$prefix
      AS_IF([test "x$prefix" = xNONE], [dasm_prefix=$ac_default_prefix])
      with_pythondir=`$PYTHON -c '
import site, sys
prefix = sys.argv@<:@1@:>@
for folder in site.getsitepackages():
    if folder.startswith(prefix + "/") and not folder.startswith(prefix + "/local/"):
        print("${prefix}" + folder.split(prefix, 1)@<:@1@:>@)
        break' "$dasm_prefix"`
      AS_IF([test -z "$with_pythondir"], [with_pythondir=$pyexecdir])])])
pymoddir=$with_pythondir/dasm
AC_SUBST([PYTHON_CPPFLAGS])
AC_SUBST([pymoddir])])
