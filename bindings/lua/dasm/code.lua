-- dasm.code - published code: functions of it, its labels, patching, and how it reads.

local L = require "dasm.lowlevel"
local errors = require "dasm.errors"

local M = {}

local Code = {}
M.Code = Code

-- What a function needs, as long as the function is there.
local anchors = setmetatable({}, {__mode = "k"})

function M.is(v) return getmetatable(v) == Code end

-- The box of the code that v is or belongs to, or nil.
function M.box(v)
  if M.is(v) then return v.box end
  local code = (type(v) == "userdata" or type(v) == "function") and anchors[v]
  return code and code.box
end

local function alive(code)
  if not M.is(code) then error("code is needed, not a " .. type(code) .. " (call it as code:method())", 3) end
  if code.closed then errors.raise("the code is closed") end
  return code
end

-- new(box, heap, t): t has name, isa, labels, lines, keeps.
function M.new(box, heap, t)
  t.box, t.heap, t.closed, t.targets = box, heap, false, {}
  t.address, t.size = L.code_address(box), L.code_size(box)
  for _, object in ipairs(t.keeps) do
    local other = M.box(object)
    if other then L.code_keep(box, other) end
  end
  return setmetatable(t, Code)
end

local methods = {}

Code.__index = methods
Code.__name = "dasm.code"
Code.__len = function(code) return code.size end

-- Offset of a place: an offset, a name, or a label.
local function offset(code, where)
  local n
  if type(where) == "string" then
    n = code.labels[where]
    if not n then
      local names = {}
      for name in pairs(code.labels) do names[#names + 1] = "->" .. name end
      table.sort(names)
      errors.raise("no label ->%s in this code; it has %s", where, #names > 0 and table.concat(names, ", ") or "none")
    end
  elseif type(where) == "table" and where.assembler then
    if where.code ~= code then errors.raise("the label is not of this code") end
    n = where.place
    if not n then errors.raise("the label was not placed") end
  else
    n = where == nil and 0 or L.integer(where)
    if not n then error("a place is an offset, a name or a label, not a " .. type(where), 3) end
    if n < 0 or n >= code.size then errors.raise("offset %d is outside of the code (%d bytes)", n, code.size) end
  end
  return n
end

function methods.offset(code, where) return offset(alive(code), where) end
function methods.at(code, where) return code.address + offset(alive(code), where) end

-- code:func([place,] signature)
function methods.func(code, where, signature)
  alive(code)
  if signature == nil then where, signature = nil, where end
  if type(signature) ~= "string" then error("a signature is needed, like \"int(int, double)\"", 2) end
  local ok, f = pcall(L.callable, signature, code.address + offset(code, where), code.box)
  if not ok then errors.raise(f) end
  anchors[f] = code
  return f
end

-- code:bytes([from [, count]])
function methods.bytes(code, from, count)
  alive(code)
  from = from == nil and 0 or offset(code, from)
  count = count or code.size - from
  if type(count) ~= "number" or count < 0 or from + count > code.size then errors.raise("the bytes are outside of the code") end
  return L.code_bytes(code.box, from, count)
end

local function patched(code, result)
  if result < 0 then errors.raise(L.strerror(L.heap_status(code.heap))) end
  return code
end

-- Write an integer of count bytes (default 4) over what is there; other threads see the old one
-- or the new one.
function methods.patch(code, where, value, count)
  alive(code)
  local n = L.integer(value)
  if not n then error("an integer is needed, not a " .. type(value), 2) end
  count = count or 4
  if count ~= 1 and count ~= 2 and count ~= 4 and count ~= 8 then errors.raise("1, 2, 4 or 8 bytes can be patched") end
  if count < 8 and (n < -2 ^ (8 * count - 1) or n >= 2 ^ (8 * count)) then
    errors.raise("%s does not fit in %d bytes", tostring(value), count)
  end
  local at = offset(code, where)
  if (code.address + at) % count ~= 0 then
    errors.raise("%d bytes are patched at a multiple of %d; use write if no thread runs them", count, count)
  end
  return patched(code, L.code_patch(code.box, at, n, count))
end

-- Write bytes over what is there.
function methods.write(code, where, bytes)
  alive(code)
  if type(bytes) ~= "string" then error("a string is needed, not a " .. type(bytes), 2) end
  return patched(code, L.code_write(code.box, offset(code, where), bytes))
end

-- Make the branch of length bytes that stands there go to target: an address, code or function. Its
-- displacement has to be aligned: put `.align 4` and nops in front.
function methods.branch(code, where, length, target)
  alive(code)
  local address = L.integer(target)
  if not address or type(length) ~= "number" then error("a length and a target are needed", 2) end
  local other = M.box(target)
  if other then
    L.code_keep(code.box, other)
    code.targets[target] = true
  end
  return patched(code, L.code_branch(code.box, offset(code, where), length, address))
end

-- Give the memory back. Functions made from the code raise errors from then on.
function methods.close(code)
  if M.is(code) and not code.closed then
    code.closed = true
    L.close(code.box)
  end
end

Code.__close = methods.close

-- Listing: rows of {offset =, bytes =, text =, source =, label =}.
function M.listing(isa, bytes, address, lines, labels)
  local names, rows, at, line = {}, {}, 0, 1
  for name, place in pairs(labels) do
    names[place] = names[place] or {}
    table.insert(names[place], name)
  end
  local able = L.can_disassemble(isa) ~= 0
  local starts = {}
  for i, l in ipairs(lines) do starts[l.offset] = i end -- the last one: labels make no code
  while at < #bytes do
    local length, text = 0, nil
    if able then
      length = L.disassemble(isa, bytes, at, address)
      text = length > 0 and L.disassembly() or nil
    end
    if length == 0 then
      -- Up to the next line or label; 8 bytes at most.
      length = 1
      while length < 8 and at + length < #bytes and not starts[at + length] and not names[at + length]
            and not able do
        length = length + 1
      end
    end
    local row = {offset = at, bytes = bytes:sub(at + 1, at + length), text = text, labels = names[at]}
    line = starts[at]
    if line then
      row.line, row.source = lines[line].line, lines[line].text
    end
    if row.labels then table.sort(row.labels) end
    rows[#rows + 1] = row
    at = at + length
  end
  return rows
end

function M.format(rows)
  local out = {}
  for _, row in ipairs(rows) do
    for _, name in ipairs(row.labels or {}) do out[#out + 1] = ("->%s:"):format(name) end
    local hex = row.bytes:gsub(".", function(c) return ("%02x "):format(c:byte()) end)
    local text = ("%6x  %-24s %s"):format(row.offset, hex, row.text or (row.source and "" or "(data)"))
    if row.source and row.source ~= "" then text = ("%-64s ; %s"):format(text, row.source:match("^%s*(.-)%s*$")) end
    out[#out + 1] = (text:gsub("%s+$", ""))
  end
  return table.concat(out, "\n")
end

-- code:listing(): the rows of tostring(code).
function methods.listing(code)
  alive(code)
  return M.listing(code.isa, code:bytes(), code.address, code.lines, code.labels)
end

Code.__tostring = function(code)
  if code.closed then return ("code %s (closed)"):format(code.name) end
  return ("%s %s at 0x%x, %d bytes\n%s"):format(code.isa, code.name, code.address, code.size, M.format(code:listing()))
end

return M
