-- Code for AArch64 that runs: calls, memory, labels, patches, vectors, and the example that knows this processor.
-- tests/arm64_bindings.sh runs it there, or in an emulator.
local dasm = require "dasm"
local test = require "test"
local ok, equal, raises = test.ok, test.equal, test.raises

equal(dasm.assembler().isa, "arm64")

equal(dasm.func("int(int, int)", "add w0, w0, w1; ret")(40, 2), 42)
equal(dasm.func("int64(int64)", "sub x0, x0, #1; ret")(-5), -6)
equal(dasm.func("unsigned char(int)", "ret")(0x1ff), 0xff)
equal(dasm.func("int8(int)", "ret")(0xff), -1)
equal(dasm.func("double(double, double)", "fadd d0, d0, d1; ret")(1.25, 2.5), 3.75)
equal(dasm.func("double(int64, double)", "scvtf d1, x0; fadd d0, d0, d1; ret")(2, 0.5), 2.5)
equal(dasm.func("float(float)", "fadd s0, s0, s0; ret")(1.5), 3)
equal(dasm.func("bool(int)", "ret")(1), true)
-- The ninth of a kind is on the stack.
equal(dasm.func("int(int,int,int,int,int,int,int,int,int)", "ldr w0, [sp]; ret")(1, 2, 3, 4, 5, 6, 7, 8, 9), 9)
equal(dasm.func("double(double,double,double,double,double,double,double,double,double)", "ldr d0, [sp]; ret")(1, 2, 3, 4, 5, 6, 7, 8, 9.5), 9.5)

-- Numbers and registers at run time.
for _, n in ipairs {0, 1, 4095, 4096, 0xfff000} do
  equal(dasm.func("int64(int64)", "add x0, x0, #n; ret", {n = n})(-5), n - 5)
end
for _, n in ipairs {0, 0x123456789abc, -1, 2 ^ 40} do
  equal(dasm.func("int64(void)", "mov64 x0, n; ret", {n = n})(), n)
end
for r = 1, 7 do
  equal(dasm.func("int(int,int,int,int,int,int,int,int)", "mov w0, Rw(r); ret", {r = r})(0, 1, 2, 3, 4, 5, 6, 7), r)
end
raises("4097", dasm.assemble, "add x0, x0, #n", "arm64", {n = 4097})

-- Memory and vectors.
local total = dasm.func("int64(const int32 *, int64)", [[
  mov x2, #0
1:
  subs x1, x1, #1
  b.mi >2
  ldrsw x3, [x0], #4
  add x2, x2, x3
  b <1
2:
  mov x0, x2
  ret
]])
equal(total(dasm.array("int32", {-5, 7, 100, 1000000}), 4), 1000102)
local floats = dasm.array("float", {1, 2.5, -3, 0})
dasm.func("void(float *)", "ld1 {v0.4s}, [x0]; fadd v0.4s, v0.4s, v0.4s; st1 {v0.4s}, [x0]; ret")(floats)
equal(floats[2], 5)
equal(floats[3], -6)

-- A function of libdasm's own, called back.
local half = dasm.func("double(double)", "fmov d1, #0.5; fmul d0, d0, d1; ret")
local f = dasm.func("double(double)", [[
  stp x29, x30, [sp, #-16]!
  mov64 x9, target
  blr x9
  fadd d0, d0, d0
  ldp x29, x30, [sp], #16
  ret
]], {target = half.address})
equal(f(2.5), 2.5)

-- Labels, constants, patches, branches.
local a = dasm.assembler()
local cases = {a:label(), a:label(), a:label()}
a:emit("cmp w0, #n; b.hs >9; adr x1, >8; ldr x0, [x1, w0, uxtw #3]; br x0; 9: mov w0, #-1; ret; .align 8; 8:", {n = #cases})
for _, case in ipairs(cases) do a:emit(".addr =>case", {case = case}) end
for number, case in ipairs(cases) do a:emit("=>case: mov w0, #value; ret", {case = case, value = 10 * number}) end
local choose = a:publish():func("int(unsigned)")
equal(("%d %d %d %d"):format(choose(0), choose(1), choose(2), choose(3)), "10 20 30 -1")
local code = dasm.assembler():emit("ldr w0, >1; ret; 1: .long n", {n = 1}):publish()
local get = code:func("int()")
equal(get(), 1)
code:patch(8, 2)
equal(get(), 2)
code = dasm.assembler():emit("->jump: b ->one; ->one: mov w0, #1; ret; ->two: mov w0, #2; ret"):publish()
get = code:func("jump", "int()")
equal(get(), 1)
code:branch("jump", 4, code:at("two"))
equal(get(), 2)

-- What it looks like.
local listing = tostring(dasm.assembler():emit("->start: add x0, x1, x2; b ->start"):publish())
for _, words in ipairs {"->start:", "20 00 02 8b", "add x0, x1, x2"} do ok(listing:find(words, 1, true), listing) end

local bf = require "brainfuck"
equal(bf.compile(">,[>,]<[.<]")("desserts"), "stressed")

test.finish()
