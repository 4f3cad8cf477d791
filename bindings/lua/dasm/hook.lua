-- dasm.hook - Lua files with assembler lines: translating, loading, and finding them.

local L = require "dasm.lowlevel"
local errors = require "dasm.errors"

local M = {}

-- Plain Lua of Lua whose assembler lines begin with a bar, as `dasmc --language=lua` makes it.
function M.translate(source, name)
  if type(source) ~= "string" then error("a text is needed, not a " .. type(source), 2) end
  name = name or "(text)"
  if type(name) ~= "string" then error("a name is needed, not a " .. type(name), 2) end
  local status = L.host("lua", name, source)
  if status == 0 then return L.host_text() end
  if status < 0 then errors.raise("%s: no memory, or .arch names an unknown ISA", name) end
  local e = errors.new(L.host_text())
  local line, column, text = e.message:match(":(%d+):(%d+): error: ([^\n]*)")
  if not line then line, text = e.message:match(":(%d+): error: ([^\n]*)") end
  e.line, e.column = tonumber(line), tonumber(column)
  e.text, e.id = errors.split(text or e.text)
  error(e, 0)
end

-- The chunk in a .dasl file, as a function.
function M.loadfile(path)
  if type(path) ~= "string" then error("a file's name is needed, not a " .. type(path), 2) end
  local file, message = io.open(path, "rb")
  if not file then errors.raise(message) end
  local source = file:read("*a")
  file:close()
  local chunk
  chunk, message = (loadstring or load)(M.translate(source, path), "@" .. path)
  if not chunk then errors.raise(message) end
  return chunk
end

local function search(name)
  local tried = {}
  for template in package.path:gmatch("[^;]+") do
    local path = template:gsub("%.lua$", ".dasl"):gsub("%?", (name:gsub("%.", "/")))
    if path:find("%.dasl$") then
      local file = io.open(path, "rb")
      if file then
        file:close()
        return M.loadfile(path), path
      end
      tried[#tried + 1] = "\n\tno file '" .. path .. "'"
    end
  end
  return table.concat(tried)
end

-- Let require find .dasl files along package.path, after .lua files. Calling it again changes nothing.
function M.install_searcher()
  local searchers = package.searchers or package.loaders
  for _, f in ipairs(searchers) do
    if f == search then return end
  end
  table.insert(searchers, 3, search)
end

return M
