-- The examples: what is compiled agrees with what is interpreted.
local dasm = require "dasm"
local test = require "test"
local ok, equal, raises = test.ok, test.equal, test.raises

-- Brainfuck.
local brainfuck = require "brainfuck"
local hello = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."
equal(brainfuck.compile(hello)(), "Hello World!\n")
equal(brainfuck.interpret(hello), "Hello World!\n")
equal(brainfuck.compile(">,[>,]<[.<]")("abc"), "cba") -- the tape begins with an empty cell
equal(brainfuck.compile("->++[-<->]<.")(), "\253")
raises("left the tape", brainfuck.compile("+[<+]"))
raises("left the tape", brainfuck.compile("+[>+]"))
raises("too much output", brainfuck.compile("+[.]"))
raises("[ without ]", brainfuck.compile, "[[]")
raises("] without [", brainfuck.compile, "[]]")

-- Formulas.
local formula = require "formula"
equal(formula.compile("x*x + 2*y")(3, 4), 17)
local cases = {"x + y", "x - y*2", "(x - y) * (x + y) / (1 + x*x)", "-x / 3 + 0.1", "y - (x - (y - (x - 1)))"}
for _, text in ipairs(cases) do
  local f = formula.compile(text)
  local plain = (loadstring or load)("local x, y = ... return " .. text)
  for x = -3, 3 do
    for y = -2, 2 do equal(f(x + 0.25, y), plain(x + 0.25, y)) end
  end
end
equal(formula.compile("sqrt(x)")(16, 0), 4)
equal(formula.compile("min(x, max(y, 3))")(10, 2), 3)
equal(formula.compile("a*b - c", {"a", "b", "c"})(2, 3, 4), 2)
collectgarbage() -- a function's constants stay
raises("formula", formula.compile, "x +")
raises("nested too deeply", formula.compile, ("x+("):rep(9) .. "x" .. (")"):rep(9))

-- Packet filters, against their interpreter, on random frames.
local packet = require "packet"
local function frame(protocol, from, to, sport, dport, options)
  local words = (options or 0)
  return ("\1"):rep(12) .. "\8\0" .. string.char(0x45 + words) .. ("\0"):rep(8) .. string.char(protocol) .. "\0\0" .. from ..
         to .. ("\0"):rep(4 * words) .. string.char((sport - sport % 256) / 256, sport % 256, (dport - dport % 256) / 256, dport % 256)
end
local a, b = "\10\0\0\1", "\192\168\1\2"
local accepts = packet.compile("tcp and dst port 80")
equal(accepts(frame(6, a, b, 1000, 80)), true)
equal(accepts(frame(17, a, b, 1000, 80)), false)
equal(accepts(frame(6, a, b, 80, 1000)), false)
equal(accepts(frame(6, a, b, 1000, 80, 3)), true)
equal(accepts(frame(6, a, b, 1000, 80):sub(1, -2)), false)
equal(accepts(""), false)
equal(packet.compile("src host 10.0.0.1 and not dst host 10.0.0.1")(frame(1, a, b, 0, 0)), true)
local filters = {
  "ip", "udp or icmp", "port 80", "src port 80 or dst port 256", "host 10.0.0.1", "dst host 192.168.1.2 and tcp",
  "not (udp or tcp) and greater 30", "less 36", "not ip", "not (port 80 and (tcp or less 40)) or src host 192.168.1.2",
}
local seed = 1
local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n
end
for _, text in ipairs(filters) do
  local f, tree, same = packet.compile(text), packet.parse(text), true
  for _ = 1, 300 do
    local p = frame(({1, 6, 17, 99})[1 + random(4)], random(2) == 0 and a or b, random(2) == 0 and a or b,
                    ({80, 256, 443})[1 + random(3)], ({80, 256, 443})[1 + random(3)], random(3))
    if random(4) == 0 then p = p:sub(1, random(#p + 1)) end
    if random(8) == 0 then p = ("\2"):rep(#p) end
    same = same and f(p) == packet.interpret(tree, p)
  end
  ok(same, text)
end
for _, text in ipairs {"", "tcp and", "port 70000", "host 1.2.3", "frob", "(tcp", "tcp udp", "src tcp"} do
  raises("", packet.compile, text)
end
raises("expected", packet.compile, "port x")

-- The dot product.
local dot = require "dot"
for n = 0, 17 do
  local x, y = {}, {}
  for i = 1, n do x[i], y[i] = i / 2, 3 - i end
  equal(dot.dot(dasm.array("double", x), dasm.array("double", y), n), dot.plain(x, y, n))
end

test.finish()
