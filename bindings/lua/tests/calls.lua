-- Calls: every kind of argument and result, and arrays.
local dasm = require "dasm"
local test = require "test"
local ok, equal, raises = test.ok, test.equal, test.raises

local function first(signature) return dasm.func(signature, "mov rax, rdi; ret") end

-- Integers of all widths, at their limits.
for _, bits in ipairs {8, 16, 32} do
  local s, u = first(("int%d(int%d)"):format(bits, bits)), first(("uint%d_t(uint%d_t)"):format(bits, bits))
  local top = 2 ^ (bits - 1)
  equal(s(top - 1), top - 1)
  equal(s(-top), -top)
  equal(u(2 * top - 1), 2 * top - 1)
  equal(s(2 * top - 1), -1)
  raises("does not fit", s, 2 * top)
  raises("does not fit", u, -top - 1)
end
equal(first("int64(int64)")(1 - 2 ^ 53), 1 - 2 ^ 53)
equal(first("int64(int64)")("-0x1fffffffffffff"), 1 - 2 ^ 53)
equal(first("long long(unsigned long long)")(5), 5)
equal(first("char(char)")(65), 65)
equal(first("unsigned char(unsigned char)")(255), 255)
equal(first("signed char(signed char)")(-1), -1)
equal(first("size_t(size_t)")(12345678901), 12345678901)
equal(first("bool(bool)")(true), true)
equal(first("bool(bool)")(false), false)
equal(first("bool(bool)")(0), false)
raises("an integer is needed", first("int(int)"), true)
raises("an integer is needed", first("int(int)"), 1.5)
raises("an integer is needed", first("int(int)"), {})
raises("an integer is needed", first("int(int)"), "x")
raises("an integer is needed", first("int(int)"), "0x")
equal(first("int(int)")("0x10"), 16)
equal(first("int(int)")(3.0), 3)

-- 64 bits, where the interpreter has them.
if math.type then
  local f = first("int64(int64)")
  equal(f(math.maxinteger), math.maxinteger)
  equal(f(math.mininteger), math.mininteger)
  equal(math.type(f(1)), "integer")
elseif jit then
  assert(loadstring([[
  local dasm, first, equal = ...
  local ffi = require "ffi"
  local f = first("uint64(uint64)")
  equal(f(0xfedcba9876543210ULL), 0xfedcba9876543210ULL)
  equal(first("int64(int64)")(-0x7edcba9876543210LL), -0x7edcba9876543210LL)
  local memory = ffi.new("int[4]", 1, 2, 3, 4)
  equal(dasm.func("int(int *)", "mov eax, [rdi+8]; ret")(memory), 3)
  equal(dasm.func("int(int *)", "mov eax, [rdi]; ret")(memory + 1), 2)
  equal(tonumber(ffi.cast("int(*)()", dasm.func("int()", "mov eax, 9; ret").address)()) ~= nil, true)
  ]]))(dasm, first, equal)
end

-- Floating point.
equal(dasm.func("double(double, double)", "addsd xmm0, xmm1; ret")(1.5, 2.25), 3.75)
equal(dasm.func("float(float)", "addss xmm0, xmm0; ret")(1.5), 3)
equal(dasm.func("double(int64, double)", "cvtsi2sd xmm1, rdi; addsd xmm0, xmm1; ret")(2, 0.5), 2.5)
raises("a number is needed", dasm.func("double(double)", "ret"), "1")
raises("argument 1: the value does not fit", dasm.func("float(float)", "ret"), 1e39)
equal(dasm.func("float(float)", "ret")(-math.huge), -math.huge)

-- More arguments than registers.
local many = dasm.func("int64(int64,int64,int64,int64,int64,int64,int64,int64)",
  "lea rax, [rdi+rsi]; add rax, rdx; add rax, rcx; add rax, r8; add rax, r9; add rax, [rsp+8]; sub rax, [rsp+16]; ret")
equal(many(1, 2, 3, 4, 5, 6, 7, 8), 20)

-- Strings and pointers.
local id = first("const char *(const char *)")
equal(id("text"), "text")
equal(id(nil), nil)
raises("pointer to const", first("char *(char *)"), "text")
equal(first("void *(void *)")(nil), nil)
equal(first("void *(void *)")(4096), 4096)
ok(dasm.callable("size_t(const char *)", dasm.symbol("strlen"))("abc") == 3)
equal(dasm.symbol("no such symbol"), nil)

-- Arrays of the type that the pointer has, or of bytes.
for _, case in ipairs {{"float", "double"}, {"double", "float"}, {"int", "float"}, {"int64", "int"}, {"void *", "int"}} do
  local f = first(("void *(const %s *)"):format(case[1]))
  raises("argument 1: the array has numbers of another type", f, dasm.array(case[2], 2))
  ok(f(dasm.array(case[1] == "void *" and "size_t" or case[1], 2)))
  ok(f(dasm.array("uint8", 8)))
  ok(f(dasm.array("uint8", 8)))
end
ok(first("void *(unsigned *)")(dasm.array("int", 2)))
ok(first("void *(void *)")(dasm.array("double", 2)))
ok(first("void *(struct point *)")(dasm.array("double", 2)))

-- Arrays.
local array = dasm.array("int", {1, 2, 3})
equal(#array, 3)
equal(array.bytes, 12)
equal(array.address % 64, 0)
equal(dasm.func("int(const int *)", "mov eax, [rdi+4]; mov dword [rdi], 70; ret")(array), 2)
equal(array[1], 70)
array[3] = -5
equal(array[3], -5)
equal(array[4], nil)
equal(array[0], nil)
equal(array:string():byte(1), 70)
raises("elements 1 to 3", function() array[4] = 1 end)
raises("elements 1 to 3", function() array.x = 1 end)
raises("an integer is needed", function() array[1] = {} end)
raises("does not fit", function() array[1] = 2 ^ 40 end)
raises("unknown type", dasm.array, "frob", 3)
raises("void", dasm.array, "void", 3)
raises("bad number", dasm.array, "int", -1)
raises("element 2", dasm.array, "int", {1, "x"})
local doubles = dasm.array("double", {0.5, 0.25})
equal(dasm.func("double(const double *, int)", "movsd xmm0, [rdi]; addsd xmm0, [rdi+8]; ret")(doubles, 2), 0.75)
-- An array that the text has the address of stays as long as the code.
local kept = dasm.func("int()", "mov64 rax, where; mov eax, [rax]; ret", {where = dasm.array("int", {77})})
for _ = 1, 4 do collectgarbage() end
equal(kept(), 77)

-- Signatures.
equal(dasm.func("int add(int left, int right)", "lea eax, [rdi+rsi]; ret")(1, 2), 3)
equal(dasm.func("int(void)", "mov eax, 1; ret")(), 1)
equal(dasm.func("void()", "ret")(), nil)
equal(dasm.func("int(struct node *, unsigned, long int)", "mov eax, edx; ret")(nil, 1, 2), 2)
for text, message in pairs {
  ["int"] = "'(' is needed", ["frob(int)"] = "unknown type", ["int(frob)"] = "unknown type",
  ["int(int"] = "',' or ')'", ["int(int,)"] = "a type is needed", ["int(int) x"] = "should end",
  ["int(void, int)"] = "cannot be void", ["int(short char)"] = "a type is needed", [""] = "a type is needed",
  ["int(...)"] = "a type is needed", ["int(" .. ("int,"):rep(70) .. "int)"] = "too many",
} do raises(message, dasm.func, text, "ret") end

test.finish()
