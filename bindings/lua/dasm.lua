--- dasm - assemble at run time, and call what comes out.
--
--     local dasm = require "dasm"
--     local add = dasm.func("int(int, int)", "lea eax, [rdi+rsi]; ret")
--     print(add(40, 2))
--
--     local a = dasm.assembler()
--     a:emit([[
--       ->add_n:
--         lea rax, [rdi + n]
--         ret
--     ]], {n = 42})
--     local code = a:publish()
--     print(code:func("add_n", "int64(int64)")(1), code)

local L = require "dasm.lowlevel"
local errors = require "dasm.errors"
local codes = require "dasm.code"
local assemblers = require "dasm.assembler"
local hook = require "dasm.hook"

local dasm = {version = L.version(), try = errors.try, iserror = errors.is, array = L.array, symbol = L.symbol}

if L.hostisa() ~= "" then dasm.hostisa = L.hostisa() end

-- LuaJIT: 64-bit integers and pointers are cdata.
local jit_ok, ffi = pcall(require, "ffi")
if jit_ok and type(jit) == "table" then
  local int64, uint64 = ffi.typeof("int64_t"), ffi.typeof("uint64_t")
  local function bits(v) return ffi.string(ffi.new("int64_t[1]", v), 8) end
  local function pointer(v) return ffi.cast("intptr_t", ffi.cast("const void *", v)) end
  L.set_cdata(
    function(v)
      if ffi.istype(int64, v) then return bits(v) end
      if ffi.istype(uint64, v) then return bits(ffi.cast(int64, v)) end
      local ok, address = pcall(pointer, v)
      return ok and bits(ffi.cast(int64, address)) or nil
    end,
    function(bytes, negative)
      local wide = ffi.new("int64_t[1]")
      ffi.copy(wide, bytes, 8)
      if wide[0] < 0 and not negative then return ffi.cast(uint64, wide[0]) end
      return wide[0]
    end)
end

-- Names of the ISAs that can be assembled.
function dasm.isas()
  local names = {}
  while L.isaname(#names) ~= "" do names[#names + 1] = L.isaname(#names) end
  return names
end

-- ---- heaps ---------------------------------------------------------------------

local Heap = {__name = "dasm.heap"}
Heap.__index = Heap
local STRATEGIES = {auto = 0, dual = 1, single = 2, flip = 3}
local FLAGS = {huge = 0x1, low = 0x2, landing = 0x4, fork_share = 0x8, keep = 0x10, pkey = 0x20,
               gdb = 0x100, perfmap = 0x200, jitdump = 0x400, unwind = 0x800}

-- heap{strategy = "dual", gdb = true, …}: memory for code, apart from the one that is the default.
function dasm.heap(options)
  local strategy, flags = 0, 0
  for key, v in pairs(options or {}) do
    if key == "strategy" then
      strategy = STRATEGIES[v] or error(("unknown strategy '%s'"):format(tostring(v)), 2)
    elseif FLAGS[key] then
      if v then flags = flags + FLAGS[key] end
    else
      error(("unknown option '%s'"):format(tostring(key)), 2)
    end
  end
  local ok, box = pcall(L.heap_new, strategy, flags)
  if not ok then errors.raise(box) end
  return setmetatable({box = box}, Heap)
end

-- Bytes of code in use.
function Heap:used() return L.heap_used(self.box) end

local default_heap
local function the_heap()
  default_heap = default_heap or dasm.heap()
  return default_heap
end

-- ---- assemblers ----------------------------------------------------------------

local OPTIONS = {isa = "string", features = "string", heap = "table"}

local function options_of(options)
  if type(options) == "string" then return {isa = options} end
  if options == nil then return {} end
  if type(options) ~= "table" then error("options are a table or the name of an ISA, not a " .. type(options), 3) end
  for key, v in pairs(options) do
    if not OPTIONS[key] then error(("unknown option '%s'"):format(tostring(key)), 3) end
    if type(v) ~= OPTIONS[key] then error(("option %s: a %s is needed, not a %s"):format(key, OPTIONS[key], type(v)), 3) end
  end
  if options.heap and getmetatable(options.heap) ~= Heap then error("option heap: not a heap", 3) end
  return options
end

-- assembler(), assembler("x86"), assembler{isa =, features =, heap =}
function dasm.assembler(options)
  options = options_of(options)
  return assemblers.new(options, options.heap or the_heap())
end

-- func(signature, text, …): assemble, publish, and a function that calls the start of it. What
-- follows is passed to emit.
function dasm.func(signature, text, ...)
  if type(signature) ~= "string" then error("a signature is needed, like \"int(int, double)\"", 2) end
  local a = dasm.assembler()
  local ok, result = pcall(function(...) return a:emit(text, ...):publish():func(signature) end, ...)
  a:close()
  if not ok then error(result, 0) end
  return result
end

-- assemble(text [, options [, values]]): the bytes. options as assembler(), and address.
function dasm.assemble(text, options, ...)
  local address = 0
  if type(options) == "table" and options.address then
    local rest = {}
    for key, v in pairs(options) do
      if key == "address" then address = v else rest[key] = v end
    end
    options = rest
  end
  local a = assemblers.new(options_of(options), nil)
  local ok, result = pcall(function(...) return a:emit(text, ...):bytes(address) end, ...)
  a:close()
  if not ok then error(result, 0) end
  return result
end

-- callable(signature, address): a function that the process has anyway.
function dasm.callable(signature, address)
  if type(signature) ~= "string" then error("a signature is needed, like \"int(int, double)\"", 2) end
  local n = L.integer(address)
  if not n then error("an address is needed, not a " .. type(address), 2) end
  local ok, f = pcall(L.callable, signature, n)
  if not ok then errors.raise(f) end
  return f
end

-- disassemble(bytes [, isa [, address]]): text, one instruction a line.
function dasm.disassemble(bytes, isa, address)
  if type(bytes) ~= "string" then error("a string is needed, not a " .. type(bytes), 2) end
  isa = isa or dasm.hostisa
  if type(isa) ~= "string" then error("the name of an ISA is needed", 2) end
  address = L.integer(address or 0) or error("an address is needed, not a " .. type(address), 2)
  return codes.format(codes.listing(isa, bytes, address, {}, {}))
end

-- Lua files with assembler lines.
dasm.translate, dasm.loadfile, dasm.install_searcher = hook.translate, hook.loadfile, hook.install_searcher

return dasm
