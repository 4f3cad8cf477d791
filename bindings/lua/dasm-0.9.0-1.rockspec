-- For LuaRocks, in a source tree of libdasm:  luarocks make bindings/lua/dasm-0.9.0-1.rockspec
-- libdasm and libdasmc have to be installed; SWIG and libffi are needed.
rockspec_format = "3.0"
package = "dasm"
version = "0.9.0-1"
source = {url = "file://."}
description = {
  summary = "Assemble at run time, and call what comes out",
  detailed = "The dynamic assembler libdasm in Lua: text in, machine code out, functions to call.",
  license = "MIT",
}
supported_platforms = {"unix"}
dependencies = {"lua >= 5.1, < 5.5"}
external_dependencies = {
  DASM = {header = "dasmc.h", library = "dasmc"},
  FFI = {header = "ffi.h", library = "ffi"},
}
build = {
  type = "command",
  build_command = [[
    swig -lua -nomoduleglobal -Ibindings -o bindings/lua/dasm_wrap.c bindings/dasm.i && \
    $(CC) $(CFLAGS) $(LIBFLAG) -fPIC -std=gnu11 -Ibindings -I. -I$(LUA_INCDIR) -I$(DASM_INCDIR) -I$(FFI_INCDIR) \
      -o lowlevel.so bindings/lua/dasm_wrap.c bindings/lua/array.c bindings/lua/box.c bindings/lua/call.c \
      bindings/lua/ctype.c bindings/lua/native.c bindings/lua/value.c bindings/glue.c dasmc/emit_script.c \
      -L$(DASM_LIBDIR) -ldasmc -ldasm -L$(FFI_LIBDIR) -lffi]],
  install = {
    lua = {
      ["dasm"] = "bindings/lua/dasm.lua",
      ["dasm.assembler"] = "bindings/lua/dasm/assembler.lua",
      ["dasm.code"] = "bindings/lua/dasm/code.lua",
      ["dasm.errors"] = "bindings/lua/dasm/errors.lua",
      ["dasm.hook"] = "bindings/lua/dasm/hook.lua",
      ["dasm.layout"] = "bindings/lua/dasm/layout.lua",
    },
    lib = {["dasm.lowlevel"] = "lowlevel.so"},
  },
}
