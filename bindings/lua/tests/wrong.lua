-- Everything that can be wrong is an error, with a message that says what.
local dasm = require "dasm"
local test = require "test"
local ok, equal, raises = test.ok, test.equal, test.raises

local a = dasm.assembler()

-- Texts: line, column, caret.
local e = raises("unknown", function() a:emit("nop\n  bogus eax, 1\n") end)
ok(dasm.iserror(e))
equal(e.line, 2)
equal(e.column, 3)
equal(e.id, "unknown-statement")
ok(e.source:find("bogus", 1, true) and e.caret:find("^", 1, true) == 3, e.caret)
equal(e.messages[1].level, "error")
ok(e.text ~= "" and not e.text:find("\n"))
ok(tostring(e):find("error", 1, true) and ("x" .. e):find("xtext", 1, true) or ("x" .. e) ~= "")
raises("", a.emit, a, "mov eax, [rdi")
raises("", a.emit, a, ".macro open\nnop")
a:emit("nop")
equal(#a:bytes(), 1)

-- Parameters.
e = raises("missing parameter 'n'", a.emit, a, "mov eax, n")
equal(e.parameter, "n")
raises("missing parameter 'n'", a.emit, a, "mov eax, n", {m = 1})
raises("parameter 'n': an integer is needed, not a table", a.emit, a, "mov eax, n", {n = {}})
raises("parameter 'n': an integer is needed, not a boolean", a.emit, a, "mov eax, n", true)
raises("an integer is needed", a.emit, a, "mov eax, n", {n = 1.5})
raises("2 values for a text with 1 parameter", a.emit, a, "mov eax, n", 1, 2)
raises("assembly text is needed, not a nil", a.emit, a)
raises("assembly text is needed, not a table", a.emit, a, {})
raises("an assembler is needed", a.emit, "nop")
raises("an assembler is needed", a.emit, nil)

-- Ranges and labels.
a:reset()
raises("", a.emit, a, "add al, n", {n = 100000})
a:reset()
local lost = a:label()
a:emit("jmp =>l", {l = lost})
raises("", a.publish, a)
a:reset()
raises("the label is of other code", a.emit, a, "jmp =>l", {l = lost})
raises("the label is of other code", a.emit, dasm.assembler(), "jmp =>l", {l = a:label()})
raises("not placed", a:emit("nop").offset, a, a:label())
raises("no label nothere", a.offset, a, "nothere")
a:reset()
raises("", function() a:emit("call extern no_such_function_anywhere") a:publish() end)
a:reset()
raises("no such symbol", a.extern, a, "no_such_function_anywhere")
raises("an address is needed", a.extern, a, "f", {})

-- Published twice; closed.
a:emit("ret")
local code = a:publish()
raises("nothing to publish", a.publish, a)
local f = code:func("void()")
f()
code:close()
code:close()
raises("closed", f)
raises("closed", code.func, code, "void()")
raises("closed", code.bytes, code)
raises("closed", code.patch, code, 0, 0)
ok(tostring(code):find("closed", 1, true))
raises("closed", function() dasm.assembler():extern("f", code):emit("call extern f"):publish() end)
local closed = dasm.assembler()
closed:close()
closed:close()
for _, name in ipairs {"emit", "publish", "link", "bytes", "reset", "label", "define", "listing", "macro", "type", "extern"} do
  raises("closed", closed[name], closed, "nop", "nop", {})
end
ok(tostring(closed):find("closed", 1, true))

-- Calls.
f = dasm.func("int(int, int)", "ret")
raises("takes 2 arguments, not 1", f, 1)
raises("takes 2 arguments, not 3", f, 1, 2, 3)
raises("argument 2", f, 1, {})
raises("argument 1", f, nil, 1)

-- Places and patches.
code = dasm.assembler():emit("->here: mov eax, 1; ret"):publish()
raises("no label ->there in this code; it has ->here", code.func, code, "there", "int()")
raises("outside", code.func, code, 6, "int()")
raises("outside", code.func, code, -1, "int()")
raises("outside", code.bytes, code, 1, 6)
raises("outside", code.patch, code, 6, 1)
raises("multiple of 4", code.patch, code, 1, 1)
raises("invalid argument", code.branch, code, 0, 5, code)
raises("", code.write, code, 5, "12")
raises("does not fit", code.patch, code, 0, 2 ^ 40)
raises("1, 2, 4 or 8", code.patch, code, 1, 1, 3)
raises("an integer is needed", code.patch, code, 1, {})
raises("not of this code", code.offset, code, lost)
raises("a place is", code.offset, code, true)
raises("code is needed", code.bytes)
raises("a string is needed", code.write, code, 0, 1)

-- A value that does not fit has a line, and the message is in words of this module.
do
  local b = dasm.assembler("x64")
  local _, e = dasm.try(b.emit, b, "nop\nmov al, n", {n = 300})
  equal(e.line, 2)
  ok(e.text:find("^[^:]*300"), e.text)
  b:reset()
  _, e = dasm.try(b.emit, b, "nop\njmp =>n", {n = 5})
  equal(e.line, 2)
  ok(e.text:find("PC label 5 was not made by label()", 1, true), e.text)
  _, e = dasm.try(dasm.assembler, {isa = "x64", features = "avx3"})
  equal(e.text, "unknown feature 'avx3'")
  equal(e.id, "unknown-feature")
  ok(tostring(e):find("amx-tile", 1, true))
end

-- Metamethods of arguments can do anything, close the code for example; so can callbacks while it runs.
do
  local c = dasm.assembler("x64"):emit("mov rax, rdi; ret"):publish()
  local f = c:func("int64(int64)")
  local function closes() c:close() collectgarbage() return 7 end
  raises("is closed", f, setmetatable({}, {__index = closes}))
  raises("is closed", f, 1)
end
if type(jit) == "table" then
  local ffi = require "ffi"
  local c, closed
  local callback = ffi.cast("void (*)(void)", function() c:close() closed = true end)
  c = dasm.assembler("x64"):emit("push rbx; call rdi; mov eax, 7; pop rbx; ret"):publish()
  local f = c:func("int(void *)")
  jit.off(true, true)
  equal(f(callback), 7)
  ok(closed)
  raises("is closed", f, callback)
  callback:free()
end

-- Integers of C functions are not cut to size.
do
  local c = dasm.assembler("x64"):emit("nop; nop; nop; jmp >1; nop; 1: ret"):publish()
  raises("out of range", c.branch, c, 3, 2 ^ 32 + 5, c)
  raises("out of range", c.branch, c, 3, -1, c)
  raises("integer is needed", c.branch, c, 3, 5.5, c)
end
raises("an address is needed", dasm.disassemble, "\144", "x64", {})

-- Options.
raises("unknown architecture 'z80': there are x86, x64", dasm.assembler, "z80")
raises("unknown option 'iso'", dasm.assembler, {iso = "x64"})
raises("option isa", dasm.assembler, {isa = 1})
raises("not a heap", dasm.assembler, {heap = {}})
raises("options are", dasm.assembler, 1)
raises("unknown strategy", dasm.heap, {strategy = "x"})
raises("unknown option", dasm.heap, {x = true})
raises("a name is needed", a.define, a, 1)
raises("", a.define, a, "not a name", 1)
raises("members are a list", a.type, a, "T", "t", 1)
raises("unknown type 'frob'", a.type, a, "T", "t", {{"x", "frob"}})
raises("member 1", a.type, a, "T", "t", {1})
raises("member 1", a.type, a, "T", "t", {{}})
raises("member 1", a.type, a, "T", "t", {{offset = 1}})
raises("signature is needed", dasm.func, 1, "ret")
raises("assembly text", dasm.func, "int()")
raises("address 0", dasm.callable, "int()", 0)
raises("an address is needed", dasm.callable, "int()", {})

-- Other errors pass through try.
ok(not pcall(dasm.try, function() error("x") end))

test.finish()
