-- Brainfuck, compiled:  lua brainfuck.lua FILE <input
--
-- A run of equal commands becomes one instruction; brackets are labels. It runs on x86-64 and AArch64.
local dasm = require "dasm"

local M = {}

-- {{command, count}, …}; brackets have the index of their partner instead.
function M.parse(text)
  local code, open = {}, {}
  for c in text:gmatch "[-+<>%[%].,]" do
    local last = code[#code]
    if c == "[" then
      code[#code + 1] = {c}
      open[#open + 1] = #code
    elseif c == "]" then
      local start = table.remove(open) or error("] without [", 0)
      code[#code + 1] = {c, start}
      code[start][2] = #code
    elseif last and last[1] == c then
      last[2] = last[2] + 1
    else
      code[#code + 1] = {c, 1}
    end
  end
  if #open > 0 then error("[ without ]", 0) end
  return code
end

-- What the program prints; the same without a compiler, for comparison.
function M.interpret(text, input, size)
  local code, tape, at, pc, from, out = M.parse(text), {}, 1, 1, 1, {}
  while code[pc] do
    local c, n = code[pc][1], code[pc][2]
    local v = tape[at] or 0
    if c == "+" then tape[at] = (v + n) % 256
    elseif c == "-" then tape[at] = (v - n) % 256
    elseif c == ">" then at = at + n
    elseif c == "<" then at = at - n
    elseif c == "." then for _ = 1, n do out[#out + 1] = string.char(v) end
    elseif c == "," then
      for _ = 1, n do tape[at] = (input or ""):byte(from) or 0 from = from + 1 end
    elseif c == "[" and v == 0 or c == "]" and v ~= 0 then pc = n end
    if at < 1 or at > (size or 30000) then error("left the tape", 0) end
    pc = pc + 1
  end
  return table.concat(out)
end

-- What the commands are, on each processor that this knows.
local TEXT = {}
-- rbx is the place on the tape, r8 and r9 its ends, rsi and rdx input and its end, rcx and r10 output and its end.
TEXT.x64 = {
  start = "push rbx; mov rbx, rdi; mov r8, rdi; lea r9, [rdi+size]; lea r10, [rcx+most]",
  ["+"] = "add byte [rbx], n",
  ["-"] = "sub byte [rbx], n",
  [">"] = "add rbx, n; cmp rbx, r9; jae ->left",
  ["<"] = "sub rbx, n; cmp rbx, r8; jb ->left",
  ["["] = "cmp byte [rbx], 0; je =>past; =>here:",
  ["]"] = "cmp byte [rbx], 0; jne =>again; =>here:",
  ["."] = [[
    mov r11d, n
  1:
    cmp rcx, r10
    jae ->full
    mov al, [rbx]
    mov [rcx], al
    inc rcx
    dec r11d
    jnz <1]],
  [","] = [[
    mov r11d, n
  1:
    xor eax, eax
    cmp rsi, rdx
    jae >2
    mov al, [rsi]
    inc rsi
  2:
    mov [rbx], al
    dec r11d
    jnz <1]],
  finish = [[
    mov rax, rcx
    pop rbx
    ret
  ->left:
    mov rax, -1
    pop rbx
    ret
  ->full:
    mov rax, -2
    pop rbx
    ret
  ]],
}
-- x9 is the place on the tape, x0 and x10 its ends, x1 and x2 input and its end, x3 and x11 output and its end.
TEXT.arm64 = {
  start = "mov x9, x0; mov64 x12, size; add x10, x0, x12; mov64 x12, most; add x11, x3, x12",
  ["+"] = "ldrb w12, [x9]; add w12, w12, #n; strb w12, [x9]",
  ["-"] = "ldrb w12, [x9]; sub w12, w12, #n; strb w12, [x9]",
  [">"] = "mov64 x12, n; add x9, x9, x12; cmp x9, x10; bhs ->left",
  ["<"] = "mov64 x12, n; sub x9, x9, x12; cmp x9, x0; blo ->left",
  ["["] = "ldrb w12, [x9]; cbz w12, =>past; =>here:",
  ["]"] = "ldrb w12, [x9]; cbnz w12, =>again; =>here:",
  ["."] = [[
    mov64 x12, n
  1:
    cmp x3, x11
    bhs ->full
    ldrb w13, [x9]
    strb w13, [x3], #1
    subs x12, x12, #1
    bne <1]],
  [","] = [[
    mov64 x12, n
  1:
    mov w13, #0
    cmp x1, x2
    bhs >2
    ldrb w13, [x1], #1
  2:
    strb w13, [x9]
    subs x12, x12, #1
    bne <1]],
  finish = [[
    mov x0, x3
    ret
  ->left:
    mov x0, #-1
    ret
  ->full:
    mov x0, #-2
    ret
  ]],
}

-- A function of the input that returns what the program prints.
function M.compile(text, size, most)
  local code, labels = M.parse(text), {}
  local a = dasm.assembler()
  local what = TEXT[a.isa] or error("this is for x64 and arm64", 0)
  size, most = size or 30000, most or 65536
  a:emit(what.start, {size = size, most = most})
  for i, command in ipairs(code) do
    local c, n = command[1], command[2]
    if c == "[" then
      labels[i], labels[n] = a:label(), a:label()
      a:emit(what[c], {past = labels[n], here = labels[i]})
    elseif c == "]" then
      a:emit(what[c], {again = labels[n], here = labels[i]})
    else
      a:emit(what[c], {n = (c == "+" or c == "-") and n % 256 or n})
    end
  end
  a:emit(what.finish)
  local f = a:publish("brainfuck"):func("int64(uint8 *, const char *, const char *, uint8 *)")
  local output = dasm.array("uint8", most)
  return function(input)
    local tape = dasm.array("uint8", size)
    local text = dasm.array("uint8", {(input or ""):byte(1, -1)})
    local finish = f(tape, text.address, text.address + #text, output)
    if finish == -1 then error("left the tape", 0) end
    if finish == -2 then error("too much output", 0) end
    return output:string():sub(1, finish - output.address)
  end
end

if arg and arg[0] and arg[0]:find("brainfuck%.lua$") then
  local file = assert(io.open(arg[1] or error("usage: brainfuck.lua FILE", 0), "rb"))
  io.write(M.compile(file:read("*a"))(io.read("*a")))
  file:close()
end

return M
