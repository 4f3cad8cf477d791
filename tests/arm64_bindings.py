"""Code for AArch64 that runs: calls with every kind of argument, memory, labels, patches, vectors, C functions called back,
and the example that knows this processor. tests/arm64_bindings.sh runs it there, or in an emulator."""

import array
import ctypes
import importlib.util
import os
import struct
import unittest

import dasm


class Arm64(unittest.TestCase):
    def test_host(self):
        self.assertEqual(dasm.host_isa(), "arm64")

    def test_types(self):
        for signature, text, args, result in (
            ("int(int, int)", "add w0, w0, w1; ret", (40, 2), 42),
            ("int64_t f(int64_t x)", "sub x0, x0, #1; ret", (-(2**63) + 1,), -(2**63)),
            ("uint64(uint64)", "ret", (2**64 - 1,), 2**64 - 1),
            ("unsigned char(int)", "mov w0, w0; ret", (0x1FF,), 0xFF),
            ("int8(int)", "mov w0, w0; ret", (0xFF,), -1),
            ("double(double, double)", "fadd d0, d0, d1; ret", (1.25, 2.5), 3.75),
            ("double(int64, double)", "scvtf d1, x0; fadd d0, d0, d1; ret", (2, 0.5), 2.5),
            ("float(float)", "fadd s0, s0, s0; ret", (1.5,), 3.0),
            ("bool(int)", "ret", (1,), True),
            ("void(void)", "ret", (), None),
            # The ninth integer and the ninth number are on the stack.
            ("int(int,int,int,int,int,int,int,int,int)", "ldr w0, [sp]; ret", (1, 2, 3, 4, 5, 6, 7, 8, 9), 9),
            ("double(" + ",".join(["double"] * 9) + ")", "ldr d0, [sp]; ret", tuple(n / 2 for n in range(9)), 4.0),
            ((ctypes.c_int, ctypes.c_int), "add w0, w0, #1; ret", (1,), 2),
        ):
            with self.subTest(signature=signature):
                self.assertEqual(dasm.function(signature, text)(*args), result)

    def test_values(self):
        for n in (0, 1, 4095, 4096, 0xFFF000):
            self.assertEqual(dasm.function("int64(int64)", "add x0, x0, #n; ret", n=n)(-5), n - 5)
        for n in (0, -1, 0x123456789ABCDEF0, -(2**63), 2**32, 0xFF00FF00FF00FF00):
            self.assertEqual(dasm.function("uint64(void)", "mov64 x0, n; ret", n=n)(), n % 2**64)
        for r in range(1, 8):
            self.assertEqual(dasm.function("int(" + ",".join(["int"] * 8) + ")", "mov w0, Rw(r); ret", r=r)(*range(8)), r)
        with self.assertRaisesRegex(dasm.Error, "4097"):
            dasm.assemble("add x0, x0, #n", n=4097)

    def test_memory(self):
        total = dasm.function("int64(const int32 *, int64)", """
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
        """)
        numbers = array.array("i", range(-5, 100))
        self.assertEqual(total(numbers, len(numbers)), sum(numbers))

    def test_vectors(self):
        double = dasm.function("void(float *)", "ld1 {v0.4s}, [x0]; fadd v0.4s, v0.4s, v0.4s; st1 {v0.4s}, [x0]; ret")
        numbers = array.array("f", (1, 2.5, -3, 0))
        double(numbers)
        self.assertEqual(list(numbers), [2, 5, -6, 0])

    def test_callback(self):
        twice = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: 2 * n)
        f = dasm.function("int(int)", """
          stp x29, x30, [sp, #-16]!
          mov64 x9, target
          blr x9
          add w0, w0, #1
          ldp x29, x30, [sp], #16
          ret
        """, target=ctypes.cast(twice, ctypes.c_void_p).value)
        self.assertEqual([f(n) for n in (0, 5, -7)], [1, 11, -13])

    def test_labels_and_constants(self):
        a = dasm.Assembler()
        cases = [a.label() for _ in range(3)]
        a.emit("cmp w0, #n; b.hs >9; adr x1, >8; ldr x0, [x1, w0, uxtw #3]; br x0; 9: mov w0, #-1; ret; .align 8; 8:", n=3)
        for case in cases:
            a.emit(".addr =>case", case=case)
        for number, case in enumerate(cases):
            a.emit("=>case: mov w0, #value; ret", case=case, value=10 * number)
        f = a.publish().function(signature="int(unsigned)")
        self.assertEqual([f(n) for n in range(4)], [0, 10, 20, -1])

    def test_patch(self):
        a = dasm.Assembler()
        a.emit("ldr w0, >1; ret; 1: .long n", n=1)
        code = a.publish()
        f = code.function(signature="int()")
        self.assertEqual(f(), 1)
        code.patch(8, 2)
        self.assertEqual(f(), 2)
        instruction = struct.unpack("<I", dasm.assemble("mov w0, #77"))[0]
        code.patch(0, instruction - (instruction & 1 << 31) * 2)
        self.assertEqual(f(), 77)

    def test_listing(self):
        a = dasm.Assembler()
        a.emit("->start: add x0, x1, x2; b ->start")
        text = str(a.publish())
        for words in ("->start:", "20 00 02 8b", "add x0, x1, x2"):
            self.assertIn(words, text)

    def test_branch(self):
        a = dasm.Assembler()
        a.emit("->jump: b ->one; ->one: mov w0, #1; ret; ->two: mov w0, #2; ret")
        code = a.publish()
        f = code.function("jump", "int()")
        self.assertEqual(f(), 1)
        code.branch("jump", "two", 4)
        self.assertEqual(f(), 2)

    def test_example(self):
        path = os.path.join(os.environ["top_srcdir"], "bindings", "python", "examples", "brainfuck.py")
        spec = importlib.util.spec_from_file_location("brainfuck", path)
        bf = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(bf)
        self.assertEqual(bf.run(bf.HELLO), b"Hello World!\n")
        self.assertEqual(bf.run(">,[>,]<[.<]", b"desserts"), b"stressed")


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    raise SystemExit(failed != 0)
