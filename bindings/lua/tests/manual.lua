-- The manual's chapter: its examples print what it says, and its reference has every name that there is.
local dasm = require "dasm"
local test = require "test"

local file = assert(io.open((os.getenv("top_srcdir") or "../../..") .. "/doc/lua.texi"))
local chapter = file:read("*a")
file:close()

-- ---- examples, as one program ----------------------------------------------------

local program, wanted, printed = {}, {}, {}
for example in chapter:gmatch("@example\n(.-)@end example") do
  example = example:gsub("@([@{}])", "%1")
  program[#program + 1] = example
  for line in example:gmatch("[^\n]+") do
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
local run = assert((loadstring or load)(table.concat(program, "\n"), "=doc/lua.texi"))
local ok, message = pcall(run)
print = real
test.ok(ok, tostring(message))
test.ok(#wanted > 10)
test.equal(#printed, #wanted)
for i, text in ipairs(wanted) do test.equal(printed[i], text) end

-- ---- reference --------------------------------------------------------------------

local described = {}
for kind, rest in chapter:gmatch("@def(%a+) ([^\n]*)") do
  if kind == "un" or kind == "unx" or kind == "var" then
    described[rest:match("^%S+")] = true
  else
    local class, name = rest:match("^(%S+) (%S+)")
    described[class .. ":" .. name] = true
  end
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
