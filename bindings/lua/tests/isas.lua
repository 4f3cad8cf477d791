-- All instruction sets, with lines of the conformance data (tests/isa): the bytes of lines, known and with values.
local dasm = require "dasm"
local test = require "test"
local ok, equal, hex = test.ok, test.equal, test.hex

local folder = (os.getenv("top_srcdir") or "../../..") .. "/tests/isa/"
local every = 11

-- The columns of every 11th row that needs nothing but its values.
local function rows(isa, name, step)
  local found, n = {}, 0
  local file = io.open(folder .. isa .. "." .. name .. ".tsv")
  if not file then return nil end
  for line in file:lines() do
    local text, second, third, own = line:match("^([^#\t][^\t]*)\t([^\t]*)\t?([^\t]*)\t?([^\t]*)")
    if text and not (text:find("extern", 1, true) or text:find("%.type") or text:find("%.section") or text:find("%.code") or text:find("=>", 1, true)) then
      n = n + 1
      if (n - 1) % (step or every) == 0 then found[#found + 1] = {(text:gsub("\\n", "\n")), second, own ~= "" and own or third} end
    end
  end
  return found
end

for _, isa in ipairs(dasm.isas()) do
  local tested = 0
  equal(dasm.assembler(isa).isa, isa)
  for _, row in ipairs(rows(isa, "libdasm")) do
    if row[2]:find("^%x+$") then
      local text = row[1]
      local bytes, e = dasm.try(dasm.assemble, text, {isa = isa, features = "all"})
      ok(bytes and hex(bytes) == row[2], ("%s: %s: %s"):format(isa, text, bytes and hex(bytes) or tostring(e)))
      tested = tested + 1
    end
  end
  ok(tested > 0, isa)
  tested = 0
  for _, row in ipairs(rows(isa, "runtime")) do
    local name, value = row[2]:match("^(%w)=(%-?%d+)$")
    if name and #value < 16 and row[3]:find("^%x+$") then -- a number of Lua 5.1 has 53 bits
      local bytes, e = dasm.try(dasm.assemble, row[1], {isa = isa, features = "all"}, {[name] = tonumber(value)})
      ok(bytes and hex(bytes) == row[3], ("%s: %s: %s"):format(isa, row[1], bytes and hex(bytes) or tostring(e)))
      tested = tested + 1
    end
  end
  ok(tested > 5, isa)
  tested = 0
  local constants = rows(isa, "constants.runtime", 1)
  for _, row in ipairs(constants or {}) do -- those that know no address
    local name, value = row[2]:match("^(%w)=(%-?%d+)$")
    if not (row[1]:find("->", 1, true) or row[1]:find("<", 1, true)) and (row[2] == "" or name and #value < 16) and row[3]:find("^%x+$") then
      local bytes, e = dasm.try(dasm.assemble, row[1], {isa = isa, features = "all"}, name and {[name] = tonumber(value)} or {})
      ok(bytes and hex(bytes) == row[3], ("%s: %s: %s"):format(isa, row[1], bytes and hex(bytes) or tostring(e)))
      tested = tested + 1
    end
  end
  ok(tested > 1 or isa == "x86" or not constants, isa) -- not all have constants in memory
end

test.finish()
