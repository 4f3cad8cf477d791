-- dasm.layout - where the members of a C structure are.
--
-- A member is {"name", "type"} or {"name", "type", count} and comes where C would put it, or it is
-- {name = , offset = , size = , type = } and comes where that says.

local M = {}

local SIZES = {
  char = 1, bool = 1, _Bool = 1, short = 2, int = 4, float = 4, double = 8, ["long long"] = 8,
}
for bits = 8, 64, 8 do
  for _, sign in ipairs {"", "u"} do
    SIZES[sign .. "int" .. bits] = bits / 8
    SIZES[sign .. "int" .. bits .. "_t"] = bits / 8
  end
end
for _, name in ipairs {"long", "size_t", "ssize_t", "intptr_t", "uintptr_t", "ptrdiff_t"} do SIZES[name] = "pointer" end

local function normal(ctype)
  local name = ctype:gsub("%f[%w_]const%f[^%w_]", ""):gsub("%f[%w_]struct%f[^%w_]", "")
  name = name:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  if name:find("*", 1, true) then return "*" end
  if name:find("^unsigned") or name:find("^signed") then
    name = name:gsub("^%a+ ?", "")
    if name == "" then name = "int" end
  end
  return (name:gsub("^(%a+) int$", "%1"):gsub("^long long int$", "long long"))
end

-- Size and alignment of a type, or nil. known: layouts made before.
local function measure(ctype, pointer, known)
  local name = normal(ctype)
  if known[name] then return known[name].size, known[name].alignment, name end
  local size = name == "*" and "pointer" or SIZES[name]
  if size == "pointer" then size = pointer end
  if size and pointer == 4 and size == 8 then return size, 4 end
  return size, size
end

local function up(n, alignment) return n + (alignment - n % alignment) % alignment end

-- The layout of a list of members: {size = , alignment = , {name = , offset = , size = , type = }, …}.
function M.of(members, pointer, known)
  local out = {size = 0, alignment = 1}
  for i, m in ipairs(members) do
    local member
    if type(m) ~= "table" then error(("member %d is a %s, not a table"):format(i, type(m)), 0) end
    if m.offset then
      member = {name = m.name, offset = m.offset, size = m.size, type = m.type}
      if type(m.name) ~= "string" or type(m.offset) ~= "number" or type(m.size) ~= "number" then
        error(("member %d needs name, offset and size"):format(i), 0)
      end
      out.size = math.max(out.size, m.offset + m.size * (m.count or 1))
    else
      local name, ctype, count = m[1], m[2], m[3] or 1
      if type(name) ~= "string" or type(ctype) ~= "string" or type(count) ~= "number" then
        error(("member %d is not {\"name\", \"type\"} or {\"name\", \"type\", count}"):format(i), 0)
      end
      local size, alignment, nested = measure(ctype, pointer, known)
      if not size then error(("member '%s': unknown type '%s'"):format(name, ctype), 0) end
      member = {name = name, offset = up(out.size, alignment), size = size, type = nested}
      out.size = member.offset + size * count
      out.alignment = math.max(out.alignment, alignment)
    end
    out[#out + 1] = member
  end
  out.size = members.size or up(out.size, out.alignment)
  return out
end

M.name = normal

return M
