# projects.sh - build and run users' projects against an installed libdasm.
# shellcheck shell=sh
#
# build_projects SYSROOT: what is installed in $prefix (with $bindir, $libdir, $datadir), below
# SYSROOT, which is empty if it was installed for real. One project needs make and pkg-config
# alone, the other one is made with automake and dasm.m4.

right_answers() { test "$(./power 10 2 -3)" = "$(printf '1024\n59049')"; }

build_projects()
{
  sysroot=$1
  PKG_CONFIG_PATH=$sysroot$libdir/pkgconfig
  LD_LIBRARY_PATH=$sysroot$libdir
  ACLOCAL_PATH=$sysroot$datadir/aclocal
  export PKG_CONFIG_PATH LD_LIBRARY_PATH ACLOCAL_PATH
  unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS CPPFLAGS LDFLAGS DASMC DASMCFLAGS
  CC="$CC${SANITIZED:+ $SANITIZED}"
  if test -n "$sysroot"
  then
    PKG_CONFIG_SYSROOT_DIR=$sysroot
    DASMC=$sysroot$bindir/dasmc
    export PKG_CONFIG_SYSROOT_DIR DASMC
  fi
  export CC

  cp -R "$top_srcdir/doc/examples/project" "$top_srcdir/doc/examples/project-automake" .
  chmod -R u+w project project-automake
  cp project/power.dasc project-automake

  cd project || exit 99
  try "project builds with pkg-config alone" "$MAKE" -e
  try "project runs" right_answers
  cd ..

  if ! command -v autoreconf >/dev/null; then return; fi
  cd project-automake || exit 99
  try "autoreconf finds DASM_CHECK" autoreconf -i
  try "configure finds libdasm and dasmc" ./configure
  try "suffix rule for .dasc" "$MAKE"
  try "automake project runs" right_answers
  cd ..
}
