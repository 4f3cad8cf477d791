-- Formulas, compiled:  lua formula.lua 'x*x + 2*y' 3 4
--
-- A tracing toy: the formula is run once with objects that stand for values; their metamethods note
-- what is done to them. What was noted becomes machine code: the value of an expression of depth n
-- is in xmm(8+n), so that nothing is kept in memory.
local dasm = require "dasm"

local M = {}

local Trace = {}
local function trace(op)
  return function(a, b) return setmetatable({op, a, b}, Trace) end
end
Trace.__add, Trace.__sub, Trace.__mul, Trace.__div = trace "addsd", trace "subsd", trace "mulsd", trace "divsd"
Trace.__unm = function(a) return setmetatable({"subsd", 0, a}, Trace) end

local function call(op) return function(a, b) return setmetatable({op, a, b}, Trace) end end
local FUNCTIONS = {sqrt = call "sqrtsd", min = call "minsd", max = call "maxsd"}
local DEEPEST = 8

-- Code that leaves the value of tree in xmm(8+n).
local function emit(a, tree, n)
  if n >= DEEPEST then error("the formula is nested too deeply", 0) end
  if type(tree) == "number" then
    a:emit("mov64 rax, where; movsd xmm(8+n), [rax]", {where = dasm.array("double", {tree}), n = n})
  elseif tree.parameter then
    a:emit("movaps xmm(8+n), xmm(p)", {n = n, p = tree.parameter})
  elseif tree[3] == nil then
    emit(a, tree[2], n)
    a:emit(tree[1] .. " xmm(8+n), xmm(8+n)", {n = n})
  else
    emit(a, tree[2], n)
    emit(a, tree[3], n + 1)
    a:emit(tree[1] .. " xmm(8+n), xmm(9+n)", {n = n})
  end
end

local loader = setfenv and function(text, env)
  local f, message = loadstring(text, "=formula")
  return f and setfenv(f, env), message
end or function(text, env) return load(text, "=formula", "t", env) end

-- A function of the parameters (default: x, y) that gives the formula's value.
function M.compile(text, parameters)
  parameters = parameters or {"x", "y"}
  local env = {}
  for name, f in pairs(FUNCTIONS) do env[name] = f end
  for i, name in ipairs(parameters) do env[name] = setmetatable({parameter = i - 1}, Trace) end
  local f, message = loader("return " .. text, env)
  if not f then error(message, 0) end
  local a = dasm.assembler()
  emit(a, f(), 0)
  a:emit "movaps xmm0, xmm8; ret"
  local doubles = {}
  for i = 1, #parameters do doubles[i] = "double" end
  return a:publish(text):func("double(" .. table.concat(doubles, ", ") .. ")")
end

if arg and arg[0] and arg[0]:find("formula%.lua$") then
  local f = M.compile(arg[1] or error("usage: formula.lua FORMULA X Y", 0))
  print(f(tonumber(arg[2] or 0), tonumber(arg[3] or 0)))
end

return M
