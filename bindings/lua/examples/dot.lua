-- The dot product of two arrays of doubles, four numbers at a time:  lua dot.lua
local dasm = require "dasm"

local M = {}

-- SSE2 is on every x86-64: two registers with two sums each.
M.dot = dasm.func("double(const double *, const double *, size_t)", [[
    xorps xmm0, xmm0
    xorps xmm1, xmm1
    mov rcx, rdx
    shr rcx, 2
    jz >2
  1:
    movupd xmm2, [rdi]
    movupd xmm3, [rdi+16]
    movupd xmm4, [rsi]
    movupd xmm5, [rsi+16]
    mulpd xmm2, xmm4
    mulpd xmm3, xmm5
    addpd xmm0, xmm2
    addpd xmm1, xmm3
    add rdi, 32
    add rsi, 32
    dec rcx
    jnz <1
  2:
    addpd xmm0, xmm1
    movapd xmm1, xmm0
    unpckhpd xmm1, xmm1
    addsd xmm0, xmm1
    and edx, 3
    jz >4
  3:
    movsd xmm2, [rdi]
    mulsd xmm2, [rsi]
    addsd xmm0, xmm2
    add rdi, 8
    add rsi, 8
    dec edx
    jnz <3
  4:
    ret
]])

-- The same in Lua.
function M.plain(a, b, n)
  local sum = 0.0
  for i = 1, n do sum = sum + a[i] * b[i] end
  return sum
end

if arg and arg[0] and arg[0]:find("dot%.lua$") then
  local n, list = 100000, {}
  for i = 1, n do list[i] = i % 10 + 0.5 end
  local a, b = dasm.array("double", list), dasm.array("double", list)
  local function time(f, x, y, rounds)
    local start = os.clock()
    for _ = 1, rounds do f(x, y, n) end
    return (os.clock() - start) / rounds * 1e6
  end
  local plain, fast = time(M.plain, list, list, 10), time(M.dot, a, b, 1000)
  print(("%d numbers: %.0f us in Lua, %.1f us compiled, %.0f times as fast"):format(n, plain, fast, plain / fast))
end

return M
