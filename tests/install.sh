#!/bin/sh
# make install DESTDIR= installs below DESTDIR and nowhere else, users' projects build with it, and
# make uninstall leaves nothing behind.
. "$top_srcdir/tests/lib.sh"
. "$top_srcdir/tests/projects.sh"

dest=$scratch/dest
in_build_tree() { (cd "$top_builddir" && unset MAKEFLAGS MFLAGS MAKELEVEL && "$MAKE" "$@"); }
is_empty() { test -z "$(find "$1" ! -type d ! -path "*/info/dir")"; } # (the index of all programs)
only_below() { test -z "$(find "$1" ! -type d | grep -v "^$1$prefix/")"; }

try "make install" in_build_tree install DESTDIR="$dest"
if test -n "$LIBRARIES"; then library=libdasm.so; else library=libdasm.a; fi
for file in "$bindir/dasmc" "$includedir/dasm.h" "$libdir/$library" \
            "$libdir/pkgconfig/libdasm.pc" \
            "$includedir/dynasm/dasm_proto.h" "$libdir/pkgconfig/libdasm-dynasm.pc" "$datadir/aclocal/dasm.m4" "$mandir/man1/dasmc.1" \
            "$datadir/vim/vimfiles/syntax/dasc.vim" "$datadir/emacs/site-lisp/dasc-mode.el" \
            "$datadir/libdasm/vscode/dasc.tmLanguage.json"
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

# The same with a prefix that configure was not told.
configured=$prefix
prefix=$scratch/elsewhere
in_prefix() { printf '%s\n' "$1" | sed "s|^$configured|$prefix|"; }
bindir=$(in_prefix "$bindir")
libdir=$(in_prefix "$libdir")
datadir=$(in_prefix "$datadir")
names_it() { ! grep "^prefix=" "$@" | grep -v "=$prefix\$"; }
try "make install prefix=" in_build_tree install prefix="$prefix"
try "files name that prefix" names_it "$libdir"/pkgconfig/libdasm*.pc "$bindir/dasmc-compare"
try "what is linked is for that prefix" grep "^libdir='$libdir'" "$libdir/libdasmc.la"
cd "$scratch" && rm -rf project project-automake project-cmake project-dynasm project-meson
unset PKG_CONFIG_SYSROOT_DIR DASMC
build_projects ""
try "make uninstall prefix=" in_build_tree uninstall prefix="$prefix"
try "uninstall leaves nothing there" is_empty "$prefix"
try "the build tree is as before" in_build_tree all
finish
