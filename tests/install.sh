#!/bin/sh
# make install DESTDIR= installs below DESTDIR and nowhere else, users' projects build with it, and
# make uninstall leaves nothing behind.
. "$top_srcdir/tests/lib.sh"
. "$top_srcdir/tests/projects.sh"

dest=$scratch/dest
in_build_tree() { (cd "$top_builddir" && unset MAKEFLAGS MFLAGS MAKELEVEL && "$MAKE" "$@"); }
is_empty() { test -z "$(find "$1" ! -type d)"; }
only_below() { test -z "$(find "$1" ! -type d | grep -v "^$1$prefix/")"; }

try "make install" in_build_tree install DESTDIR="$dest"
if test -n "$LIBRARIES"; then library=libdasm.so; else library=libdasm.a; fi
for file in "$bindir/dasmc" "$includedir/dasm.h" "$libdir/$library" \
            "$libdir/pkgconfig/libdasm.pc" \
            "$includedir/dynasm/dasm_proto.h" "$libdir/pkgconfig/libdasm-dynasm.pc" "$datadir/aclocal/dasm.m4" "$mandir/man1/dasmc.1"
do
  try "installs $file" test -s "$dest$file"
done
for folders in $LUA_FOLDERS
do
  if test "$folders" != :
  then
    try "installs $folders" test -s "$dest${folders%%:*}/lowlevel.so" -a -s "$dest${folders#*:}/dasm.lua" \
      -a -s "$dest${folders#*:}/dasm/code.lua"
  fi
done
try "installs below the prefix only" only_below "$dest"
build_projects "$dest"
try "make uninstall" in_build_tree uninstall DESTDIR="$dest"
try "uninstall leaves nothing" is_empty "$dest"
finish
