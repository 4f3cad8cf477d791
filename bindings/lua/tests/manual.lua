-- The manual's chapter: its examples print what it says, and its reference has every name that there is.
local dasm = require "dasm"
local test = require "test"

local file = assert(io.open((os.getenv("top_srcdir") or "../../..") .. "/doc/reference/lua.rst"))
local chapter = file:read("*a")
file:close()

-- ---- examples, as one program ----------------------------------------------------

local program, wanted, printed = {}, {}, {}
local inside = false
for line in chapter:gmatch("([^\n]*)\n") do
  if line:find("^ *%.%. code%-block:: lua") then inside = true
  elseif line:find("^%S") then inside = false
  elseif inside then
    program[#program + 1] = line
    local output = line:match("%-%-> (.*)$")
    if output then wanted[#wanted + 1] = output end
  end
end
local real = print
function print(...)
  local words = {}
  for i = 1, select("#", ...) do words[i] = tostring((select(i, ...))) end
  printed[#printed + 1] = table.concat(words, "\t")
end
local run = assert((loadstring or load)(table.concat(program, "\n"), "=doc/reference/lua.rst"))
local ok, message = pcall(run)
print = real
test.ok(ok, tostring(message))
test.ok(#wanted > 10)
test.equal(#printed, #wanted)
-- A page has no tabs.
local function spaced(text) return text and (text:gsub("%s+", " ")) end
for i, text in ipairs(wanted) do test.equal(spaced(printed[i]), spaced(text)) end

-- ---- reference --------------------------------------------------------------------

local described = {}
for names in chapter:gmatch("%.%. lua:%a+:: (.-)\n\n") do
  for name in names:gmatch("[^\n]+") do described[name:match("%S+")] = true end
end

local existing = {}
for name in pairs(dasm) do existing["dasm." .. name] = true end
local function methods(class, object)
  for name in pairs(getmetatable(object).__index) do
    if not name:find("^__") then existing[class .. ":" .. name] = true end
  end
end
local a = dasm.assembler()
methods("assembler", a)
methods("code", a:emit("ret"):publish())
methods("heap", dasm.heap())
for name in pairs(existing) do test.ok(described[name], name .. " is not in the manual") end
for name in pairs(described) do test.ok(existing[name], name .. " is in the manual, but not in the module") end

test.finish()
