-- Assemblers, labels, sections, types, bytes, published code.
local dasm = require "dasm"
local test = require "test"
local ok, equal, hex = test.ok, test.equal, test.hex

-- One line.
equal(dasm.func("int(int,int)", "lea eax, [rdi+rsi]; ret")(40, 2), 42)

-- Values by name, and in order; long brackets.
local a = dasm.assembler()
equal(a.isa, "x64")
a:emit([[
  ->add_n:
    lea rax, [rdi + n]
    ret
]], {n = 42})
local code = a:publish("adder")
local f = code:func("add_n", "int64(int64)")
equal(f(1), 43)
equal(f.address, code.address)
equal(f.signature, "int64(int64)")
equal(hex(code:bytes()), "488d472ac3")
equal(#code:bytes(), code.size)
equal(code:offset("add_n"), 0)
ok(tostring(code):find("adder", 1, true) and tostring(code):find("48 8d 47 2a", 1, true), tostring(code))
ok(tostring(code):find("->add_n:", 1, true) and tostring(code):find("lea rax, [rdi + n]", 1, true), tostring(code))
equal(dasm.func("int()", "mov eax, a; add eax, b; ret", 40, 2)(), 42)

-- The assembler goes on after publishing; definitions stay.
a:define("RESULT", "eax"):macro("give, n", "mov RESULT, n\nret")
equal(a:emit("give 7"):publish():func("int()")(), 7)
equal(a:emit("give 8"):publish():func("int()")(), 8)
a:undefine("RESULT"):define("RESULT", "edx")
equal(hex(a:emit("give 9"):bytes()), "ba09000000c3")
a:reset()

-- A label has one place.
do
  local twice = dasm.assembler()
  local good, message = pcall(function() twice:emit("nop\n->here: nop"):emit("->here: ret"):bytes() end)
  ok(not good and tostring(message):find("has a place already", 1, true), tostring(message))
end

-- Labels as objects, forward and backward, in a loop of fragments.
local top, done = a:label(), a:label()
a:emit("xor eax, eax"):place(top):emit("test edi, edi; jz =>done", {done = done})
for i = 1, 3 do a:emit("add eax, i", {i = i}) end
a:emit("dec edi; jmp =>top; =>done: ret", {top = top, done = done})
equal(a:offset(top), 2)
code = a:publish()
equal(code:func("int(int)")(10), 60)
equal(code:at(done), code.address + code.size - 1)
equal(done.address, code.address + code.size - 1)
equal(code:func(done, "void()")(), nil)

-- Sections, data, and a global in it.
local s = dasm.assembler()
s:sections("code", "data")
s:emit([[
  .data
  .align 4
  ->table:
    .dword 10, 20, 30
  .code
  ->get:
    lea rax, [->table]
    mov eax, [rax+rdi*4]
    ret
]])
code = s:publish{name = "sections"}
local get = code:func("get", "int(int64)")
equal(get(0) + get(1) + get(2), 60)
code:patch("table", 40)
equal(get(0), 40)
code:write(code:offset("table") + 4, "\5\0\0\0")
equal(get(1), 5)
ok(code:offset("table") > code:offset("get"))

-- Types by a table of their members.
local t = dasm.assembler()
t:type("POINT", "struct point", {{"tag", "char"}, {"x", "int"}, {"y", "double"}, {"next", "struct point *"}, {"a", "short", 4}})
equal(hex(t:emit("mov eax, POINT:rdi->x"):bytes()), hex(dasm.assemble("mov eax, [rdi+4]")))
equal(hex(t:reset():emit("mov rax, POINT:rdi->next"):bytes()), hex(dasm.assemble("mov rax, [rdi+16]")))
equal(hex(t:reset():emit("mov eax, #POINT"):bytes()), hex(dasm.assemble("mov eax, 32")))
t:reset():type("RECT", "struct rect", {{"from", "struct point"}, {"to", "struct point"}, {name = "far", offset = 100, size = 4}})
equal(hex(t:emit("mov eax, RECT:rdi->to.x; mov eax, RECT:rdi->far"):bytes()), hex(dasm.assemble("mov eax, [rdi+36]; mov eax, [rdi+100]")))

-- Externs: by name, and other code. The callee stays as long as the caller.
local e = dasm.assembler()
e:emit("sub rsp, 8; call extern strlen; add rsp, 8; ret")
equal(e:publish():func("size_t(const char *)")("twelve chars"), 12)
local callee = dasm.func("int(int)", "lea eax, [rdi+1]; ret")
e:extern("callee", callee):emit("sub rsp, 8; call extern callee; add rsp, 8; add eax, eax; ret")
local caller = e:publish():func("int(int)")
callee = nil
for _ = 1, 4 do collectgarbage() end
equal(caller(20), 42)

-- Near placement.
local near = dasm.assembler():emit("ret"):publish{near = caller.address, reach = 0x7fff0000}
ok(math.abs(near.address - caller.address) < 0x7fff0000)

-- Patching a branch.
local b = dasm.assembler():emit("->jump: jmp ->one; ->one: mov eax, 1; ret; ->two: mov eax, 2; ret; .space 300")
b = b:emit(".align 4; nop; nop; nop; jmp ->one; ->end: ret"):publish()
local jump = b.size - 6
equal(b:func(jump, "int()")(), 1)
b:branch(jump, 5, b:at("two"))
equal(b:func(jump, "int()")(), 2)

-- Bytes for other ISAs, at an address, and back to text.
equal(hex(dasm.assemble("inc eax", "x86")), "40")
equal(hex(dasm.assemble("inc eax")), "ffc0")
equal(hex(dasm.assemble("mov eax, n", {isa = "x86"}, {n = 5})), "b805000000")
equal(dasm.assemble(".aword ->l; ->l:", {address = 0x1000}):byte(2), 0x10)
equal(hex(dasm.assemble("addi a0, a0, 5; ret", "riscv64")), "1305550067800000")
ok(not pcall(function() return dasm.assembler("riscv64"):emit("ret"):publish() end))
local names = table.concat(dasm.isas(), " ")
ok(names:find("x64", 1, true) and names:find("x86", 1, true), names)
ok(dasm.disassemble("\195"):find("c3", 1, true))
local listing = dasm.disassemble(dasm.assemble("orr x1, xzr, x2; subs wzr, w3, #4; 1: add v0.4s, v1.4s, v2.4s; b <1", {isa = "arm64", address = 4096}), "arm64", 4096)
ok(listing:find("e10302aa", 1, true) or listing:find("e1 03 02 aa", 1, true), listing)
if listing:find("mov", 1, true) then -- the module has capstone, which prefers the manual's names
  for _, words in ipairs {"mov%s+x1, x2", "cmp%s+w3, #4", "add%s+v0%.4s, v1%.4s, v2%.4s", "b%s+#0x1008"} do ok(listing:find(words), listing) end
end
ok(dasm.assembler():emit("->l: nop"):listing():find("->l:", 1, true))

-- try: nil and the error.
local v, err = dasm.try(dasm.assemble, "bogus eax")
equal(v, nil)
ok(dasm.iserror(err) and err.line == 1)
equal(hex((dasm.try(dasm.assemble, "nop"))), "90")

-- A heap of one's own gives its memory back.
local heap = dasm.heap{strategy = "single"}
local own = dasm.assembler{heap = heap}:emit("ret"):publish()
ok(heap:used() > 0)
own:close()
equal(heap:used(), 0)
own = dasm.assembler{heap = heap}:emit("mov eax, 5; ret"):publish():func("int()")
for _ = 1, 4 do collectgarbage() end
ok(heap:used() > 0)
equal(own(), 5)
own = nil
for _ = 1, 4 do collectgarbage() end
equal(heap:used(), 0)

-- <close>, where there is one.
local closing = (loadstring or load)([[
  local dasm = ...
  local kept
  do
    local a <close> = dasm.assembler()
    local code <close> = a:emit("ret"):publish()
    kept = code:func("void()")
  end
  return pcall(kept)
]])
if closing then
  local okay, message = closing(dasm)
  ok(not okay and message:find("closed", 1, true), tostring(message))
end

-- Collection in any order, at any time.
for round = 1, 200 do
  local objects = {dasm.assembler(), dasm.heap()}
  local own = dasm.assembler{heap = objects[2]}:emit("mov eax, n; ret", {n = round}):publish()
  objects[3], objects[4] = own, own:func("int()")
  objects[5] = dasm.assembler{heap = objects[2]}:extern("f", own):emit("call extern f; ret"):publish()
  objects[6] = dasm.array("int", 10)
  own = nil
  local last = objects[4]
  for i = 6, 1, -1 do
    objects[(i * round) % 6 + 1] = nil
    if i % 3 == 0 then collectgarbage("step", 20) end
  end
  collectgarbage()
  if last() ~= round then ok(false, "function lost its code") break end
end
ok(true)
-- What is left is collected by the interpreter's end.
KEPT = {dasm.func("int()", "ret"), dasm.assembler(), dasm.heap()}
test.finish()
