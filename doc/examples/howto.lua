-- howto.lua - what some of the how-to pages do in C, in Lua.
local dasm = require "dasm"

-- ---- constants ----
local a = dasm.assembler()
a:emit [[
  mulsd xmm0, [->half]
  ret
  .align 8
->half:
  .double 0.5
]]
local halve = a:publish():func("double(double)")
print(halve(3.0))
-- ---- jump table ----
a = dasm.assembler()
local cases = {a:label(), a:label(), a:label()}
a:emit([[
  cmp edi, n
  jae >9
  mov edi, edi
  lea rax, [->table]
  jmp aword [rax+rdi*8]
9:
  mov eax, -1
  ret
]], {n = #cases})
for number, case in ipairs(cases) do
  a:emit("=>case: mov eax, value; ret", {case = case, value = 10 * (number - 1)})
end
a:emit ".align 8; ->table:"
for _, case in ipairs(cases) do a:emit(".aword =>case", {case = case}) end
local choose = a:publish():func("int(unsigned)")
print(choose(0) .. " " .. choose(1) .. " " .. choose(2) .. " " .. choose(3))
-- ---- patching ----
a = dasm.assembler()
a:emit("nop; nop; nop; mov eax, n; ret", {n = 1}) -- the number is at offset 4
local code = a:publish()
local get = code:func("int()")
local before = get()
code:patch(4, 2)
print(before .. " " .. get())
-- ---- cross ----
local function hex(bytes) return (bytes:gsub(".", function(c) return ("%02x "):format(c:byte()) end):sub(1, -2)) end
print(hex(dasm.assemble("push ebx; mov ebx, n", "x86", {n = 5})))
print(hex(dasm.assemble("addi a0, a0, n", "riscv64", {n = 5})))
-- ---- testing ----
local numbers = {0, 1, -1, 127, 128, -128, -129, 2147483647, -2147483648}
for _ = 1, 200 do
  local n, x = numbers[math.random(#numbers)], math.random(1000000)
  local add = dasm.func("int64(int64)", "lea rax, [rdi+n]; ret", {n = n})
  assert(add(x) == x + n)
end
print("200 functions are right")
-- ---- end ----
