-- Random calls with random values: errors and results, no crash. Nothing that was made is run.
local dasm = require "dasm"
local test = require "test"

local seed = tonumber(os.getenv "SEED") or 1
local function random(n)
  seed = (seed * 16807) % 2147483647
  return 1 + (seed - seed % 7) / 7 % n
end
local function pick(list) return list[math.floor(random(#list))] end

local texts = {
  "nop", "ret", "mov eax, n", "lea rax, [rdi+n]", "jmp =>l", "=>l:", "->g: nop", "jmp ->g", "call extern strlen",
  "call extern nowhere", ".align 16", ".byte 1, 2, n", "bogus", "mov eax", "mov eax, [", ".macro m\nnop\n.endmacro", "m",
  ".macro", ".if 1\nnop", ".section a, b", ".a", ".b", "1: jmp <1", "jmp >1", "", "\0", "\255\254", "->:", "=>", ";;;",
  "mov eax, 1/0", "mov eax, 1/n", "mov eax, 1<<n", ".type T, struct t", "mov eax, T:rdi->x", "mov xmm(n), eax",
  "movaps xmm(n), xmm(m)", ("nop;"):rep(200), ("("):rep(500), "mov eax, " .. ("("):rep(300) .. "1" .. (")"):rep(300),
  "int", "int(int)", "double(const char *, int)", "void(", "g", "l", "n", "x64", "x86",
}
local objects = {}
local function value()
  local kind = random(12)
  if kind <= 4 then return pick(texts) end
  if kind <= 6 then return pick {0, 1, -1, 2, 3, 4, 8, 127, 128, 255, 256, 65535, 2 ^ 31, -2 ^ 31, 2 ^ 53, 0.5, 1 / 0, 0 / 0} end
  if kind == 7 then return nil end
  if kind == 8 then return true end
  if kind == 9 then return {n = pick {0, 1, 7, 2 ^ 40, "x"}, l = pick(objects), m = 1, name = pick(texts), near = pick(objects)} end
  if kind == 10 then return {{"x", pick {"int", "frob", "char *"}}, pick {1, {"y", "double", 3}, {}}} end
  return pick(objects)
end

local methods = {}
local a = dasm.assembler()
for _, object in ipairs {a, a:emit("ret"):publish(), dasm.heap()} do
  for name in pairs(getmetatable(object).__index) do methods[#methods + 1] = name end
end
local functions = {}
for name, f in pairs(dasm) do
  -- (install_searcher would change what this program requires, try calls what it is given.)
  if type(f) == "function" and name ~= "try" and name ~= "install_searcher" then functions[#functions + 1] = f end
end
table.sort(methods)

local answers, refusals = 0, 0
local function count(ok, ...)
  if not ok then
    refusals = refusals + 1
    tostring((...))
    return
  end
  answers = answers + 1
  local result = ...
  if result ~= nil and #objects < 40 then objects[#objects + 1] = result end
  if result ~= nil and random(3) == 1 then objects[math.floor(random(#objects))] = result end
end

for round = 1, 6000 do
  local object = pick(objects)
  local f
  if random(4) == 1 or object == nil then
    f = pick(functions)
    count(pcall(f, value(), value(), value()))
  elseif random(3) == 1 then
    count(true, dasm.assembler())
  elseif type(object) == "table" then
    local ok, method = pcall(function() return object[pick(methods)] end)
    if ok and method then count(pcall(method, object, value(), value(), value())) end
    if ok and method and random(20) == 1 then count(pcall(method, value(), value())) end
  end
  if random(50) == 1 then objects[math.floor(random(#objects))] = false end
  if random(200) == 1 then collectgarbage() end
  pcall(tostring, object)
end
test.ok(answers > 500, "too few calls succeed: " .. answers)
test.ok(refusals > 500, "too few calls fail: " .. refusals)
test.equal(dasm.func("int()", "mov eax, 5; ret")(), 5)
test.finish()
