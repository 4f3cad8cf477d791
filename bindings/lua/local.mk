# The Lua module dasm: dasm.lowlevel, C of which SWIG makes a part, once for each version of Lua's
# C interface, and Lua above it.

lua_c_sources = \
	bindings/lua/array.c \
	bindings/lua/array.h \
	bindings/lua/box.c \
	bindings/lua/box.h \
	bindings/lua/call.c \
	bindings/lua/call.h \
	bindings/lua/compat.h \
	bindings/lua/ctype.c \
	bindings/lua/ctype.h \
	bindings/lua/native.c \
	bindings/lua/native.h \
	bindings/lua/value.c \
	bindings/lua/value.h

lua_sources = bindings/lua/dasm.lua
lua_parts = \
	bindings/lua/dasm/assembler.lua \
	bindings/lua/dasm/code.lua \
	bindings/lua/dasm/errors.lua \
	bindings/lua/dasm/hook.lua \
	bindings/lua/dasm/layout.lua

lua_examples = \
	bindings/lua/examples/brainfuck.lua \
	bindings/lua/examples/dot.lua \
	bindings/lua/examples/formula.lua \
	bindings/lua/examples/packet.lua

lua_tests = \
	bindings/lua/tests/calls.lua \
	bindings/lua/tests/core.lua \
	bindings/lua/tests/examples.lua \
	bindings/lua/tests/fuzz.lua \
	bindings/lua/tests/hook.lua \
	bindings/lua/tests/isas.lua \
	bindings/lua/tests/manual.lua \
	bindings/lua/tests/rockspec.lua \
	bindings/lua/tests/test.lua \
	bindings/lua/tests/wrong.lua

EXTRA_DIST += bindings/lua/dasm-0.9.0-1.rockspec bindings/lua/lua.i $(lua_c_sources) $(lua_sources) $(lua_parts) $(lua_examples) $(lua_tests)

lua_c_flags = $(AM_CFLAGS) $(HIDE_CFLAGS) -Wno-cast-qual
lua_cppflags = $(AM_CPPFLAGS) -I$(srcdir)/bindings $(LIBFFI_CFLAGS)
lua_ldflags = $(AM_LDFLAGS) -module -avoid-version -shared -export-symbols-regex '^luaopen_dasm_lowlevel$$'
lua_libs = bindings/libglue.la libdasmc.la libdasm.la $(LIBFFI_LIBS) $(DL_LIBS)

# The wrapper has warnings, none of them ours: a library of its own, without the flags.
lua_wrapper_flags = $(SANITIZE_FLAGS) $(HIDE_CFLAGS) -w

if LUA_MODULE
bindings/lua/dasm_wrap.c: bindings/dasm.i bindings/glue.h bindings/lua/lua.i
	$(AM_V_GEN)$(MKDIR_P) bindings/lua && $(SWIG) -lua -nomoduleglobal -I$(srcdir)/bindings -o $@ $(srcdir)/bindings/dasm.i
MOSTLYCLEANFILES += bindings/lua/dasm_wrap.c

TESTS += bindings/lua/tests/lua.sh
dist_check_SCRIPTS += bindings/lua/tests/lua.sh
else
EXTRA_DIST += bindings/lua/tests/lua.sh
endif

if LUA54_MODULE
lua54_interpreters = $(LUA)
install_lua54 = install-lua54cmodLTLIBRARIES
lua54cmod_LTLIBRARIES = bindings/lua/5.4/lowlevel.la
lua54cmoddir = $(LUA54_CMOD)/dasm
lua54lmoddir = $(LUA54_LMOD)
lua54lmod_DATA = $(lua_sources)
lua54partsdir = $(LUA54_LMOD)/dasm
lua54parts_DATA = $(lua_parts)
noinst_LTLIBRARIES += bindings/lua/5.4/libwrapper.la
nodist_bindings_lua_5_4_libwrapper_la_SOURCES = bindings/lua/dasm_wrap.c
bindings_lua_5_4_libwrapper_la_CPPFLAGS = $(lua_cppflags) $(LUA54_CPPFLAGS)
bindings_lua_5_4_libwrapper_la_CFLAGS = $(lua_wrapper_flags)
bindings_lua_5_4_lowlevel_la_SOURCES = $(lua_c_sources)
bindings_lua_5_4_lowlevel_la_CPPFLAGS = $(lua_cppflags) $(LUA54_CPPFLAGS)
bindings_lua_5_4_lowlevel_la_CFLAGS = $(lua_c_flags)
bindings_lua_5_4_lowlevel_la_LDFLAGS = $(lua_ldflags)
bindings_lua_5_4_lowlevel_la_LIBADD = bindings/lua/5.4/libwrapper.la $(lua_libs)
endif

if LUA53_MODULE
lua53_interpreters = $(LUA53)
install_lua53 = install-lua53cmodLTLIBRARIES
lua53cmod_LTLIBRARIES = bindings/lua/5.3/lowlevel.la
lua53cmoddir = $(LUA53_CMOD)/dasm
lua53lmoddir = $(LUA53_LMOD)
lua53lmod_DATA = $(lua_sources)
lua53partsdir = $(LUA53_LMOD)/dasm
lua53parts_DATA = $(lua_parts)
noinst_LTLIBRARIES += bindings/lua/5.3/libwrapper.la
nodist_bindings_lua_5_3_libwrapper_la_SOURCES = bindings/lua/dasm_wrap.c
bindings_lua_5_3_libwrapper_la_CPPFLAGS = $(lua_cppflags) $(LUA53_CPPFLAGS)
bindings_lua_5_3_libwrapper_la_CFLAGS = $(lua_wrapper_flags)
bindings_lua_5_3_lowlevel_la_SOURCES = $(lua_c_sources)
bindings_lua_5_3_lowlevel_la_CPPFLAGS = $(lua_cppflags) $(LUA53_CPPFLAGS)
bindings_lua_5_3_lowlevel_la_CFLAGS = $(lua_c_flags)
bindings_lua_5_3_lowlevel_la_LDFLAGS = $(lua_ldflags)
bindings_lua_5_3_lowlevel_la_LIBADD = bindings/lua/5.3/libwrapper.la $(lua_libs)
endif

if LUA51_MODULE
lua51_interpreters = $(LUAJIT_PROG) $(LUA51)
install_lua51 = install-lua51cmodLTLIBRARIES
lua51cmod_LTLIBRARIES = bindings/lua/5.1/lowlevel.la
lua51cmoddir = $(LUA51_CMOD)/dasm
lua51lmoddir = $(LUA51_LMOD)
lua51lmod_DATA = $(lua_sources)
lua51partsdir = $(LUA51_LMOD)/dasm
lua51parts_DATA = $(lua_parts)
noinst_LTLIBRARIES += bindings/lua/5.1/libwrapper.la
nodist_bindings_lua_5_1_libwrapper_la_SOURCES = bindings/lua/dasm_wrap.c
bindings_lua_5_1_libwrapper_la_CPPFLAGS = $(lua_cppflags) $(LUA51_CPPFLAGS)
bindings_lua_5_1_libwrapper_la_CFLAGS = $(lua_wrapper_flags)
bindings_lua_5_1_lowlevel_la_SOURCES = $(lua_c_sources)
bindings_lua_5_1_lowlevel_la_CPPFLAGS = $(lua_cppflags) $(LUA51_CPPFLAGS)
bindings_lua_5_1_lowlevel_la_CFLAGS = $(lua_c_flags)
bindings_lua_5_1_lowlevel_la_LDFLAGS = $(lua_ldflags)
bindings_lua_5_1_lowlevel_la_LIBADD = bindings/lua/5.1/libwrapper.la $(lua_libs)
endif

# Linked again when they are installed: the libraries have to be there. (By their names, Automake
# would take this rule for a replacement of its own.)
lua_installs = $(install_lua54) $(install_lua53) $(install_lua51)
if LUA_MODULE
$(lua_installs): install-libLTLIBRARIES
endif

lua_environment = \
	INTERPRETERS="$(lua_interpreters)"; export INTERPRETERS; \
	LUA_FOLDERS="$(lua_folders)"; export LUA_FOLDERS;
lua_interpreters = $(lua54_interpreters) $(lua53_interpreters) $(lua51_interpreters)

# Where the C and Lua modules are installed, for tests/install.sh.
lua_folders = $(lua54cmoddir):$(lua54lmoddir) $(lua53cmoddir):$(lua53lmoddir) $(lua51cmoddir):$(lua51lmoddir)
