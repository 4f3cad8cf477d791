-- A compiler for packet filters:  lua packet.lua 'tcp and dst port 80 or udp'
--
--     filter  = term { "or" term }        term = factor { "and" factor }
--     factor  = "not" factor | "(" filter ")" | test
--     test    = "ip" | "tcp" | "udp" | "icmp" | "less" n | "greater" n
--             | ["src" | "dst"] "host" a.b.c.d | ["src" | "dst"] "port" n
--
-- Each part of a filter is told where to go on success and on failure, so that `and`, `or` and `not` cost
-- nothing but branches. Frames are Ethernet with IPv4; one that is too short for a test fails it.
local dasm = require "dasm"

local M = {}
local PROTOCOLS = {icmp = 1, tcp = 6, udp = 17}

-- ---- text to tree --------------------------------------------------------------

function M.parse(text)
  local words, at = {}, 1
  for word in text:gsub("[()]", " %0 "):gmatch "%S+" do words[#words + 1] = word end
  local filter

  local function take(what)
    at = at + 1
    return words[at - 1] or error(("expected %s at the end"):format(what), 0)
  end
  local function number(most)
    local word = take "a number"
    local n = word:find "^%d+$" and tonumber(word)
    if not n or n > most then error(("expected a number, not '%s'"):format(word), 0) end
    return n
  end
  local function host()
    local word = take "an address"
    local a, b, c, d = word:match "^(%d+)%.(%d+)%.(%d+)%.(%d+)$"
    local bytes = {tonumber(a), tonumber(b), tonumber(c), tonumber(d)}
    for i = 1, 4 do
      if not bytes[i] or bytes[i] > 255 then error(("expected an address, not '%s'"):format(word), 0) end
    end
    return bytes
  end
  local function factor()
    local word = take "a test"
    if word == "not" then return {"not", factor()} end
    if word == "(" then
      local tree = filter()
      if take "')'" ~= ")" then error("expected ')'", 0) end
      return tree
    end
    if word == "ip" or PROTOCOLS[word] then return {word} end
    if word == "less" or word == "greater" then return {word, number(65535)} end
    local side = (word == "src" or word == "dst") and word or nil
    if side then word = take "host or port" end
    if word == "port" then return {word, number(65535), side} end
    if word == "host" then return {word, host(), side} end
    error(("expected a test, not '%s'"):format(word), 0)
  end
  local function chain(word, part)
    local tree = part()
    while words[at] == word do
      at = at + 1
      tree = {word, tree, part()}
    end
    return tree
  end
  function filter()
    return chain("or", function() return chain("and", factor) end)
  end

  local tree = filter()
  if words[at] then error(("unexpected '%s'"):format(words[at]), 0) end
  return tree
end

-- ---- without a compiler ----------------------------------------------------------

function M.interpret(tree, p)
  local kind = tree[1]
  if kind == "or" then return M.interpret(tree[2], p) or M.interpret(tree[3], p) end
  if kind == "and" then return M.interpret(tree[2], p) and M.interpret(tree[3], p) end
  if kind == "not" then return not M.interpret(tree[2], p) end
  if kind == "less" then return #p <= tree[2] end
  if kind == "greater" then return #p >= tree[2] end
  if #p < 34 or p:sub(13, 14) ~= "\8\0" then return false end
  if kind == "ip" then return true end
  if PROTOCOLS[kind] then return p:byte(24) == PROTOCOLS[kind] end
  if kind == "host" then
    local host = string.char(tree[2][1], tree[2][2], tree[2][3], tree[2][4])
    return tree[3] ~= "dst" and p:sub(27, 30) == host or tree[3] ~= "src" and p:sub(31, 34) == host
  end
  local ports = 14 + 4 * (p:byte(15) % 16)
  if p:byte(24) ~= 6 and p:byte(24) ~= 17 or #p < ports + 4 then return false end
  local function port(i) return p:byte(ports + i) * 256 + p:byte(ports + i + 1) == tree[2] end
  return tree[3] ~= "dst" and port(1) or tree[3] ~= "src" and port(3)
end

-- ---- tree to code ------------------------------------------------------------------

-- rdi: the frame, rsi: its length. Code that goes to yes or no.
local function emit(a, tree, yes, no)
  local kind = tree[1]
  local to = {yes = yes, no = no}
  local function is_ip() a:emit("cmp rsi, 34; jb =>no; cmp word [rdi+12], 8; jne =>no", to) end
  if kind == "and" or kind == "or" then
    local more = a:label()
    emit(a, tree[2], kind == "and" and more or yes, kind == "and" and no or more)
    a:place(more)
    emit(a, tree[3], yes, no)
  elseif kind == "not" then
    emit(a, tree[2], no, yes)
  elseif kind == "less" then
    to.n = tree[2]
    a:emit("cmp rsi, n; jbe =>yes; jmp =>no", to)
  elseif kind == "greater" then
    to.n = tree[2]
    a:emit("cmp rsi, n; jae =>yes; jmp =>no", to)
  elseif kind == "ip" then
    is_ip()
    a:emit("jmp =>yes", to)
  elseif PROTOCOLS[kind] then
    is_ip()
    to.n = PROTOCOLS[kind]
    a:emit("cmp byte [rdi+23], n; je =>yes; jmp =>no", to)
  elseif kind == "host" then
    is_ip()
    local b = tree[2]
    to.n = b[1] + 256 * (b[2] + 256 * (b[3] + 256 * b[4]))
    for i, side in ipairs {"src", "dst"} do
      if (tree[3] or side) == side then
        to.at = 22 + 4 * i
        a:emit("cmp dword [rdi+at], n; je =>yes", to)
      end
    end
    a:emit("jmp =>no", to)
  else
    is_ip()
    to.n = tree[2] % 256 * 256 + (tree[2] - tree[2] % 256) / 256
    a:emit([[
      mov al, [rdi+23]
      cmp al, 6
      je >1
      cmp al, 17
      jne =>no
    1:
      movzx eax, byte [rdi+14]
      and eax, 15
      lea eax, [rax*4+14]
      lea ecx, [rax+4]
      cmp rsi, rcx
      jb =>no
      mov edx, n
    ]], to)
    for i, side in ipairs {"src", "dst"} do
      if (tree[3] or side) == side then
        to.at = 2 * i - 2
        a:emit("cmp word [rdi+rax+at], dx; je =>yes", to)
      end
    end
    a:emit("jmp =>no", to)
  end
end

-- A function that tells whether the filter accepts a frame, a string.
function M.compile(text)
  local a = dasm.assembler()
  local yes, no = a:label(), a:label()
  emit(a, M.parse(text), yes, no)
  a:emit("=>yes: mov eax, 1; ret; =>no: xor eax, eax; ret", {yes = yes, no = no})
  local f = a:publish(text):func("bool(const char *, size_t)")
  return function(frame) return f(frame, #frame) end, f
end

if arg and arg[0] and arg[0]:find("packet%.lua$") then
  local _, f = M.compile(arg[1] or error("usage: packet.lua FILTER", 0))
  print(f)
end

return M
