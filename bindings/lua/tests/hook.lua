-- Lua files with assembler lines.
local dasm = require "dasm"
local test = require "test"
local equal, raises, ok = test.equal, test.raises, test.ok

local source = [==[
local dasm = require "dasm"
local Dst = dasm.assembler()
local M, limit = {}, 7
| .macro twice, reg
|   add reg, reg
| .endmacro
for _, bias in ipairs {1, 2} do
  | mov eax, bias
  | lea eax, [rax+rdi*4]
  if bias == 2 then
    | twice eax
  end
  |  add eax, limit; ret
  M[bias] = Dst:publish():func("int(int)")
end
M.line = debug.getinfo(1, "l").currentline
return M
]==]

local plain = dasm.translate(source, "some.dasl")
local _, before = source:gsub("\n", "")
local _, after = plain:gsub("\n", "")
equal(after, before)
ok(plain:find("bias = bias", 1, true), plain)
local M = assert((loadstring or load)(plain))()
equal(M[1](10), 48)
equal(M[2](10), 91)
equal(M.line, 16)
equal(dasm.translate("print(1)\n"), "print(1)\n")
equal(dasm.translate(""), "")

-- Errors have the file's name and line.
local e = raises("bad.dasl:3", dasm.translate, "local Dst\n\n| bogus eax\n", "bad.dasl")
ok(dasm.iserror(e))
equal(e.line, 3)
raises("a text is needed", dasm.translate)
raises("a name is needed", dasm.translate, "", {})

-- Files, by name and by require.
local folder = os.tmpname()
os.remove(folder)
local path = folder .. "_dasl_module.dasl"
local file = assert(io.open(path, "wb"))
file:write(source)
file:close()
equal(dasm.loadfile(path)()[1](1), 12)
package.path = folder .. "_?.lua;" .. package.path
ok(not pcall(require, "dasl_module"))
dasm.install_searcher()
dasm.install_searcher()
equal(require("dasl_module")[1](2), 16)
raises("dasl_nowhere.dasl", require, "dasl_nowhere")
file = assert(io.open(path, "wb"))
file:write("| nop\nlocal = 1\n")
file:close()
raises(":2:", dasm.loadfile, path)
os.remove(path)
raises("No such file", dasm.loadfile, path)

-- The command does the same.
local dasmc = os.getenv "DASMC"
if dasmc then
  local name = os.tmpname()
  file = assert(io.open(name, "wb"))
  file:write(source)
  file:close()
  local pipe = io.popen(("'%s' --language=lua '%s'"):format(dasmc, name))
  equal(pipe:read("*a"), plain)
  pipe:close()
  os.remove(name)
end

test.finish()
