-- first.lua - makes a function that adds two integers, and calls it.
local dasm = require "dasm"

local add = dasm.func("int(int, int)", [[
  lea eax, [rdi+rsi]
  ret
]])
print("40 + 2 = " .. add(40, 2))

-- n is no register: it is a value that Lua gives when the code is made.
local add_seven = dasm.func("int(int)", "lea eax, [rdi+n]; ret", {n = 7})
print("40 + 7 = " .. add_seven(40))
