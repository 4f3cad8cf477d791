dnl lua.m4 - the Lua interpreters that the module is for.

dnl DASM_LUA(PART, VERSION, VARIABLES, PROGRAM, PROGRAMS, PACKAGES)
dnl have_PART: there is an interpreter, one of PROGRAMS, and one of the pkg-config PACKAGES has its
dnl headers. Sets PROGRAM, VARIABLES_CPPFLAGS, and, unless given, VARIABLES_CMOD and
dnl VARIABLES_LMOD, where C modules and Lua modules go: the folders below the prefix that the
dnl interpreter searches, if there are such.
AC_DEFUN([DASM_LUA],
[AC_CHECK_PROGS([$4], [$5])
dasm_found=
for dasm_package in $6
do
  AS_IF([test -n "$$4" && test -z "$dasm_found" && test -n "$PKG_CONFIG" && $PKG_CONFIG --exists "$dasm_package"],
    [dasm_found=$dasm_package])
done
AS_IF([test -n "$dasm_found"],
  [have_$1=yes
   $3_CPPFLAGS=`$PKG_CONFIG --cflags "$dasm_found"`
   dasm_prefix=$prefix
   AS_IF([test "x$prefix" = xNONE], [dasm_prefix=$ac_default_prefix])
   AS_IF([test -z "$$3_CMOD"], [DASM_LUA_FOLDER([$3_CMOD], [$4], [cpath], [so], [${libdir}/lua/$2])])
   AS_IF([test -z "$$3_LMOD"], [DASM_LUA_FOLDER([$3_LMOD], [$4], [path], [lua], [${datadir}/lua/$2])])])
AC_SUBST([$3_CPPFLAGS])
AC_SUBST([$3_CMOD])
AC_SUBST([$3_LMOD])])

dnl DASM_LUA_FOLDER(VARIABLE, PROGRAM, PATH, ENDING, OTHERWISE)
AC_DEFUN([DASM_LUA_FOLDER],
[$1=`unset LUA_PATH LUA_CPATH LUA_INIT; $$2 -e '
  local prefix = "'$dasm_prefix'"
  for folder in package.$3:gmatch("(@<:@^;@:>@+)/%?%.$4") do
    local rest = folder:sub(#prefix + 1)
    if folder:sub(1, #prefix + 1) == prefix .. "/" and rest:find("/lua/", 1, true)
       and not rest:find("^/local/") then
      print("${prefix}" .. rest)
      break
    end
  end'`
AS_IF([test -z "$$1"], [$1='$5'])])
