#!/bin/sh
# The Lua module in every interpreter that it was built for.
. "$top_srcdir/tests/lib.sh"

case $SANITIZED in ?*) skip "the interpreters are not built with the sanitizers" ;; esac

src=$top_srcdir/bindings/lua

# in_lua INTERPRETER FILE...: run a file with the module that was just built.
in_lua()
{
  interpreter=$1
  shift
  api=$("$interpreter" -e 'io.write((_VERSION:gsub("Lua ", "")))')
  mkdir -p "c/$api/dasm"
  ln -sf "$top_builddir/bindings/lua/$api/.libs/lowlevel.so" "c/$api/dasm/lowlevel.so"
  LUA_PATH="$src/?.lua;$src/tests/?.lua;$src/examples/?.lua;;" LUA_CPATH="$PWD/c/$api/?.so" LUA_INIT='' \
    timeout 300 "$interpreter" "$@"
}

for interpreter in $INTERPRETERS
do
  for file in "$src"/tests/*.lua
  do
    case $file in
      */test.lua) ;;
      *)
        # Each file prints what failed, and its own counts.
        in_lua "$interpreter" "$file" >out 2>&1
        status=$?
        counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' out | tail -n 1)
        p=${counts% *} f=${counts#* }
        if test -z "$counts"; then p=0 f=1; fi
        if test "$status" -ne 0 && test "$f" -eq 0; then f=1; fi
        passed=$((passed + p)) failed=$((failed + f))
        if test "$f" -ne 0; then echo "failed: $interpreter $file, status $status"; sed -n '1,60p' out; fi
        ;;
    esac
  done
done
finish
