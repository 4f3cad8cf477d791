#!/bin/sh
# The Python module: its unit tests (bindings/python/tests), its examples, and the manual's snippets.
. "$top_srcdir/tests/lib.sh"

if test -z "$PYTHON_MODULE"
then skip "no Python module: it needs Python 3.9 with headers, SWIG, and shared libraries"
fi
if test -n "$SANITIZED"
then skip "an interpreter without sanitizers cannot load a module with them"
fi
case $("$CC" -dumpmachine 2>/dev/null) in
  x86_64*) ;;
  *) skip "the tests make x86-64 code for the System V calling convention" ;;
esac

LD_LIBRARY_PATH=$top_builddir/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
PYTHONPATH=$PYTHON_MODULE
PYTHONDONTWRITEBYTECODE=1
export LD_LIBRARY_PATH PYTHONPATH PYTHONDONTWRITEBYTECODE
"$PYTHON" "$top_srcdir/bindings/python/tests/run.py" "$@"
status=$?
cd / && rm -rf "$scratch"
exit $status
