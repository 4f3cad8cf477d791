# projects.sh - build and run users' projects against an installed libdasm.
# shellcheck shell=sh
#
# build_projects SYSROOT: what is installed in $prefix (with $bindir, $libdir, $datadir), below
# SYSROOT, which is empty if it was installed for real. One project needs make and pkg-config
# alone; the others are made with CMake, with Meson, with automake and dasm.m4; one is C++, and one was written for DynASM.

# On other processors than x86-64 the program says so.
right_answers()
{
  if on_x64
  then test "$(./power 10 2 -3)" = "$(printf '1024\n59049')"
  else ./power 10 2 -3 2>&1 | grep -F 'the code is for another processor than this one'
  fi
}

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

  for tool in '' -automake -cmake -meson
  do
    cp -R "$top_srcdir/doc/examples/project$tool" .
    chmod -R u+w "project$tool"
    test -f "project$tool/power.dasc" || cp project/power.dasc "project$tool"
  done
  DASMC=${DASMC:-$(pkg-config --variable=dasmc libdasm)}

  cd project || exit 99
  try "project builds with pkg-config alone" "$MAKE" -e
  try "project runs" right_answers
  cd ..

  if test -n "$CXX"
  then
    cd project || exit 99
    # shellcheck disable=SC2046
    try "project in C++" sh -c '"$1" -o power.cc power.dasc && $2 -o power power.cc $3' sh "$DASMC" \
      "$CXX${SANITIZED:+ $SANITIZED}" "$(pkg-config --cflags --libs libdasm)"
    try "C++ project runs" right_answers
    cd ..
  fi

  if command -v cmake >/dev/null
  then
    cd project-cmake || exit 99
    try "CMake finds libdasm and dasmc" cmake -S . -B . -DDASMC="$DASMC"
    try "CMake project builds" cmake --build .
    try "CMake project runs" right_answers
    cd ..
  fi

  if command -v meson >/dev/null
  then
    cd project-meson || exit 99
    try "Meson finds libdasm and dasmc" meson setup build -Ddasmc="$DASMC"
    try "Meson project builds" meson compile -C build
    cd build || exit 99
    try "Meson project runs" right_answers
    cd ../..
  fi

  cp -R "$top_srcdir/doc/examples/project-dynasm" . && chmod -R u+w project-dynasm
  cp "$top_srcdir/doc/examples/howto_dynasm.dasc" project-dynasm/program.dasc
  cd project-dynasm || exit 99
  adds() { ! on_x64 || ./program | diff - "$top_srcdir/doc/examples/howto_dynasm.expected"; }
  try "DynASM's program builds with pkg-config" "$MAKE" -e
  try "DynASM's program runs" adds
  if command -v cmake >/dev/null
  then
    rm program
    try "DynASM's program builds with CMake" sh -c 'cmake -S . -B . -DDASMC="$1" && cmake --build .' sh "$DASMC"
    try "DynASM's program of CMake runs" adds
  fi
  cd ..

  if ! command -v autoreconf >/dev/null; then return; fi
  cd project-automake || exit 99
  try "autoreconf finds DASM_CHECK" autoreconf -i
  try "configure finds libdasm and dasmc" ./configure
  try "suffix rule for .dasc" "$MAKE"
  try "automake project runs" right_answers
  cd ..
}
