# lib.sh - what test scripts share. A script runs in a scratch folder of its own, in the build
# tree, removed at the end unless something failed. Sourced as: . "$top_srcdir/tests/lib.sh"
# shellcheck shell=sh

set -u
LC_ALL=C
export LC_ALL
passed=0
failed=0
scratch=$top_builddir/tests/scratch.$(basename "$0" .sh)
chmod -R u+w "$scratch" 2>/dev/null
rm -rf "$scratch"
mkdir -p "$scratch" && cd "$scratch" || exit 99

# A compiler of several words, as in CC="ccache gcc", is one word here: a script that calls it.
one_word() # NAME COMMAND
{
  case $2 in
    *" "*)
      printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$scratch/$1"
      chmod +x "$scratch/$1"
      echo "$scratch/$1" ;;
    *) echo "$2" ;;
  esac
}
CC=$(one_word .cc "${CC-}")
CXX=$(one_word .cxx "${CXX-}")
# CXX=false: there is none.
if ! ${CXX:-false} --version >/dev/null 2>&1; then CXX=; fi

# Does the compiler make x86-64 code for the System V calling convention, as the tests' programs do at run time?
on_x64()
{
  printf '#if defined(__x86_64__) && !defined(__ILP32__) && !defined(_WIN32)\nnative\n#endif\n' | $CC -E - 2>/dev/null |
    grep -q native
}

# try NAME COMMAND...: one case, passed if the command succeeds.
try()
{
  name=$1
  shift
  if "$@" >"$scratch/.out" 2>&1
  then passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $name: $*"
    sed -n '1,40s/^/  | /p' "$scratch/.out"
  fi
}

skip() # REASON
{
  echo "$1"
  cd / && rm -rf "$scratch"
  exit 77
}

finish()
{
  echo "$passed passed, $failed failed"
  if test "$failed" -ne 0 || test "$passed" -eq 0; then exit 1; fi
  cd / && rm -rf "$scratch"
  exit 0
}
