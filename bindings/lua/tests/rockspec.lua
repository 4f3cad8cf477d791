-- The rockspec: its files are there, and its command makes a module that works. The environment
-- says where the library is: top_srcdir, top_builddir, CC, LUA_INCDIR, LUA.
local test = require "test"

local src, build = os.getenv "top_srcdir", os.getenv "top_builddir"
local spec = {}
local path = src .. "/bindings/lua/dasm-0.9.0-1.rockspec"
local chunk
if setfenv then chunk = setfenv(assert(loadfile(path)), spec) else chunk = assert(loadfile(path, "t", spec)) end
chunk()

test.equal(spec.package, "dasm")
for name, file in pairs(spec.build.install.lua) do
  local f = io.open(src .. "/" .. file)
  test.ok(f, name .. ": " .. file)
  if f then f:close() end
end
for file in spec.build.build_command:gmatch("%S+%.c") do
  local f = file:find("_wrap") or io.open(src .. "/" .. file)
  test.ok(f, file)
end
test.ok(("dasm-" .. spec.version .. ".rockspec"):find("0.9.0", 1, true))
test.finish()
