-- dasm.assembler - text in, code or bytes out.

local L = require "dasm.lowlevel"
local errors = require "dasm.errors"
local codes = require "dasm.code"
local layout = require "dasm.layout"

local M = {}

-- How far a near branch reaches, less some room for the code itself.
local function reach_of(isa)
  local n = L.reach(isa)
  return n - math.floor(n / 128)
end


local methods = {}
local Assembler = {__index = methods, __name = "dasm.assembler"}

function M.is(v) return getmetatable(v) == Assembler end

local function alive(a)
  if not M.is(a) then error("an assembler is needed, not a " .. type(a) .. " (call it as a:method())", 3) end
  if a.closed then errors.raise("the assembler is closed") end
  return a
end

local function text_argument(v, what)
  if type(v) ~= "string" then error(("%s is needed, not a %s"):format(what, type(v)), 3) end
  return v
end

-- ---- labels --------------------------------------------------------------------

-- A label: =>L in a text, with {L = label}. label.address after publishing.
local Label = {__name = "dasm.label"}

function Label.__index(label, key)
  if key == "address" and rawget(label, "place") and not label.code.closed then
    return label.code.address + label.place
  end
end

Label.__tostring = function(label) return ("label =>%d"):format(label.number) end

function methods.label(a)
  alive(a)
  local label = setmetatable({assembler = a, number = errors.check(a.box, L.newlabel(a.box)), epoch = a.epoch}, Label)
  a.labels[#a.labels + 1] = label
  return label
end

-- ---- emitting ------------------------------------------------------------------

-- The integer that stands for a value in a text.
local function value(a, name, v)
  if getmetatable(v) == Label then
    if v.assembler == a and v.epoch == a.epoch then return v.number end
    if not v.address then errors.raise("parameter '%s': the label is of other code, which is not published", name) end
    a.keeps[#a.keeps + 1] = v.code
    return v.address
  end
  local n = L.integer(v)
  if not n then errors.raise("parameter '%s': an integer is needed, not a %s", name, type(v)) end
  if type(v) ~= "number" and type(v) ~= "string" then a.keeps[#a.keeps + 1] = v end
  return n
end

-- Externs that a text has named and that nobody has set: the process may have them.
local function resolve(a)
  while true do
    local name = L.externname(a.box, a.nexterns)
    if name == "" then return end
    a.nexterns = a.nexterns + 1
    if not a.externs[name] then
      local address = L.symbol((name:gsub("@.*", "")))
      if address then
        a.externs[name] = address
        a.near = a.near or address
        errors.check(a.box, L.setextern(a.box, name, address))
      end
    end
  end
end

local function arguments(a, fragment, ...)
  local given, values = (...), {}
  local named = type(given) == "table" and getmetatable(given) == nil
  local n = L.parameters(fragment)
  for i = 1, n do
    local name = L.parameter(fragment, i - 1)
    local v
    if named then v = given[name] else v = (select(i, ...)) end
    if v == nil then
      local e = errors.new(("missing parameter '%s'"):format(name))
      e.parameter = name
      error(e, 0)
    end
    values[i] = value(a, name, v)
  end
  if not named and select("#", ...) > n then
    errors.raise("%d value%s for a text with %d parameter%s", select("#", ...), select("#", ...) == 1 and "" or "s",
                 n, n == 1 and "" or "s")
  end
  return values
end

-- a:emit(text, {name = value, …}) or a:emit(text, value, …): values by name, or in order of first use.
function methods.emit(a, text, ...)
  alive(a)
  text_argument(text, "assembly text")
  local fragment = errors.check(a.box, L.fragment(a.box, text))
  resolve(a)
  local ok, result = pcall(function(...)
    return errors.check(a.box, L.put(a.box, fragment, arguments(a, fragment, ...)))
  end, ...)
  L.close(fragment)
  if not ok then error(result, 0) end
  a.empty = false
  return a
end

-- Place a label here.
function methods.place(a, label) return a:emit("=>here:", {here = label}) end

-- ---- definitions ---------------------------------------------------------------

function methods.define(a, name, text)
  alive(a)
  text_argument(name, "a name")
  errors.check(a.box, L.define(a.box, name, tostring(text == nil and 1 or text)))
  return a
end

function methods.undefine(a, name)
  alive(a)
  errors.check(a.box, L.undefine(a.box, text_argument(name, "a name")))
  return a
end

-- a:macro("addto, reg, n", [[add reg, n]])
function methods.macro(a, head, body)
  alive(a)
  errors.check(a.box, L.macro(a.box, text_argument(head, "a macro's head"), text_argument(body, "a macro's body")))
  return a
end

-- a:sections("code", "data"): then `.code` and `.data` in texts.
function methods.sections(a, ...)
  local names = {...}
  for _, name in ipairs(names) do text_argument(name, "the name of a section") end
  return a:emit(".section " .. table.concat(names, ", "))
end

-- a:type("NODE", "struct node", {{"next", "struct node *"}, {"value", "int", 4}} [, "rbx"])
function methods.type(a, name, ctype, members, register)
  alive(a)
  text_argument(name, "a name")
  text_argument(ctype, "the name of a C type")
  if members ~= nil then
    if type(members) ~= "table" then error("members are a list, not a " .. type(members), 2) end
    local ok, l = pcall(layout.of, members, L.address_size(a.isa), a.layouts)
    if not ok then errors.raise(l) end
    a.layouts[layout.name(ctype)] = l
    errors.check(a.box, L.layout(a.box, ctype, l.size))
    for _, m in ipairs(l) do
      errors.check(a.box, L.member(a.box, ctype, m.name, m.offset, m.size, m.type or ""))
    end
  end
  return a:emit((".type %s, %s%s"):format(name, ctype, register and ", " .. register or ""))
end

-- a:extern(name [, address]): an address, code, a function; by default what the process has.
function methods.extern(a, name, address)
  alive(a)
  text_argument(name, "the name of an extern")
  local n
  if address == nil then
    n = L.symbol(name)
    if not n then errors.raise("extern %s: the process has no such symbol", name) end
  else
    n = L.integer(address)
    if not n then error("an address is needed, not a " .. type(address), 2) end
    if type(address) ~= "number" then a.keeps[#a.keeps + 1] = address end
  end
  a.externs[name] = n
  a.near = a.near or n
  errors.check(a.box, L.setextern(a.box, name, n))
  return a
end

function methods.includedir(a, directory)
  alive(a)
  errors.check(a.box, L.includedir(a.box, text_argument(directory, "a directory")))
  return a
end

-- ---- results -------------------------------------------------------------------

-- Forget the code, and the labels made for it; definitions stay.
function methods.reset(a)
  alive(a)
  errors.check(a.box, L.reset(a.box))
  errors.check(a.box, L.setlines(a.box, 1))
  a.empty, a.keeps, a.labels, a.near, a.epoch = true, {}, {}, nil, a.epoch + 1
  for _, address in pairs(a.externs) do a.near = a.near or address end
  return a
end

-- Size of the code so far, in bytes.
function methods.link(a)
  alive(a)
  return errors.check(a.box, L.link(a.box))
end

-- a:bytes([address]): the code as it would run at that address.
function methods.bytes(a, address)
  local size = a:link()
  local run = L.integer(address or 0)
  if not run then error("an address is needed, not a " .. type(address), 2) end
  return errors.check(a.box, L.encode(a.box, size, run))
end

-- Names of global labels in this code, and their offsets; and set offsets of labels.
local function places(a)
  local out, number = {}, 0
  while true do
    local name = L.globalname(a.box, number)
    if name == "" then break end
    local offset = L.globaloffset(a.box, number)
    if offset >= 0 then out[name] = offset end
    number = number + 1
  end
  return out
end

local function lines(a)
  local out = {}
  for i = 0, L.lines(a.box) - 1 do
    out[i + 1] = {offset = L.line_offset(a.box, i), line = L.line_number(a.box, i), text = L.line_text(a.box, i)}
  end
  return out
end

-- Offset of a label, or of the global label of that name, once linked.
function methods.offset(a, where)
  a:link()
  if getmetatable(where) == Label and where.assembler == a and where.epoch == a.epoch then
    local n = L.labeloffset(a.box, where.number)
    if n < 0 then errors.raise("the label was not placed") end
    return n
  end
  local n = type(where) == "string" and places(a)[where]
  if not n then errors.raise("no label %s in this code", tostring(where)) end
  return n
end

-- a:publish([name]) or a:publish{name =, near =, reach =, heap =}: executable code. The assembler
-- is empty then; its definitions stay.
function methods.publish(a, options)
  alive(a)
  if type(options) ~= "table" then options = {name = options} end
  local name = options.name or "code"
  text_argument(name, "a name")
  if a.empty then errors.raise("nothing to publish: no text since the assembler was made, published or reset") end
  local near, reach = options.near, options.reach
  if near == nil then near, reach = a.near, a.near and reach_of(a.isa) or 0 end
  local around = L.integer(near or 0)
  if not around then error("near: an address is needed, not a " .. type(near), 2) end
  local heap = options.heap and options.heap.box or a.heap.box
  local box = errors.check(a.box, L.publish(heap, a.box, name, around, near and (reach or reach_of(a.isa)) or 0))
  local code = codes.new(box, heap, {
    name = name, isa = a.isa, labels = places(a), lines = lines(a), keeps = a.keeps,
  })
  for _, label in ipairs(a.labels) do
    local place = L.labeloffset(a.box, label.number)
    label.code, label.place = code, place >= 0 and place or nil
  end
  a:reset()
  return code
end

-- The listing of what was emitted so far, without publishing.
function methods.listing(a, address)
  local bytes = a:bytes(address)
  return codes.format(codes.listing(a.isa, bytes, address or 0, lines(a), places(a)))
end

function methods.close(a)
  if M.is(a) and not a.closed then
    a.closed = true
    L.close(a.box)
  end
end

Assembler.__close = methods.close
Assembler.__tostring = function(a)
  return ("assembler for %s%s"):format(a.isa, a.closed and " (closed)" or "")
end

-- new{isa =, features =, heap =}
function M.new(options, heap)
  local box = L.new(options.isa or "", options.features or "")
  if L.status(box) ~= 0 then
    local e = errors.of(box)
    L.close(box)
    e.text = e.text:match("^error: ([^\n]*)") or e.text:match("error: ([^\n]*)") or e.text
    e.text, e.id = errors.split(e.text)
    error(e, 0)
  end
  errors.check(box, L.setlines(box, 1))
  return setmetatable({
    box = box, heap = heap, isa = L.isa(box), closed = false, empty = true, epoch = 0,
    keeps = {}, labels = {}, layouts = {}, externs = {}, nexterns = 0,
  }, Assembler)
end

return M
