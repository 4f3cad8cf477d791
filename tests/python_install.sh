#!/bin/sh
# The Python module as make install puts it, and the wheel that is built from the tree with what is
# installed: both can be imported and make functions.
. "$top_srcdir/tests/lib.sh"

test -n "$PYTHON_MODULE" || skip "no Python module: it needs Python 3.9 with headers, SWIG, and shared libraries"
test -z "$SANITIZED" || skip "an interpreter without sanitizers cannot load a module with them"
case $("$CC" -dumpmachine 2>/dev/null) in
  x86_64*) ;;
  *) skip "the tests make x86-64 code for the System V calling convention" ;;
esac

dest=$scratch/dest
in_build_tree() { (cd "$top_builddir" && unset MAKEFLAGS MFLAGS MAKELEVEL && "$MAKE" "$@"); }
works() # FOLDER OF PACKAGES
{
  LD_LIBRARY_PATH=$dest$libdir PYTHONPATH=$1 "$PYTHON" -c '
import sys, dasm
assert dasm.__file__.startswith(sys.argv[1]), dasm.__file__
assert dasm.function("int(int, int)", "lea eax, [rdi+rsi]; ret")(40, 2) == 42' "$1"
}

try "make install" in_build_tree install DESTDIR="$dest"
packages=$dest$(dirname "$pymoddir")
try "the installed module" works "$packages"
for file in __main__.py py.typed _lowlevel.pyi
do try "installs $file" test -f "$packages/dasm/$file"
done

if ! "$PYTHON" -c 'import setuptools, wheel, pip' 2>/dev/null
then echo "no pip, setuptools and wheel: the wheel is not tested"
elif "$PYTHON" -c 'import pip; raise SystemExit(tuple(map(int, pip.__version__.split(".")[:2])) >= (21, 3))'
then echo "pip is older than 21.3 and builds in a copy of the folder alone: the wheel is not tested"
else
  # pip wants to write beside the sources.
  mkdir tree && cp -R "$top_srcdir/bindings" "$top_srcdir/dasmc" tree && chmod -R u+w tree
  PKG_CONFIG_PATH=$dest$libdir/pkgconfig
  PKG_CONFIG_SYSROOT_DIR=$dest
  export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
  try "pip wheel" "$PYTHON" -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-index --no-deps \
    -w wheels tree/bindings/python
  try "unpack the wheel" "$PYTHON" -m zipfile -e wheels/dasm-*.whl unpacked
  try "the wheel's module" works "$scratch/unpacked"
fi
finish
