"""Texts, values, labels, sections, definitions: the bytes that come out."""

import ctypes
import os
import tempfile
import threading
import unittest

import dasm


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int32), ("y", ctypes.c_int32)]


class Shape(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_uint8), ("at", Point), ("corner", Point * 3), ("next", ctypes.c_void_p)]


def assembled(*texts, isa="x64", **values):
    with dasm.Assembler(isa) as a:
        for text in texts:
            a.emit(text, **values)
        return a.bytes().hex(" ")


class Bytes(unittest.TestCase):
    def test_isas(self):
        # push rax is 50 everywhere; inc eax is one byte in 32-bit mode only
        self.assertEqual(dasm.assemble("push rax", isa="x64"), b"\x50")
        self.assertEqual(dasm.assemble("inc eax", isa="x86"), b"\x40")
        self.assertEqual(dasm.assemble("inc eax", isa="x64"), b"\xff\xc0")
        self.assertIn("x64", dasm.isas())
        self.assertRaises(ValueError, dasm.Assembler, "pdp11")
        self.assertRaises(ValueError, dasm.Assembler, "")
        self.assertRaises(TypeError, dasm.Assembler, 64)

    def test_other_processors(self):
        # bytes of GNU as 2.40; they can be had, but not called
        for isa, text, data in (("riscv64", "addi a0, a0, 5; ret", "13 05 55 00 67 80 00 00"),
                                ("riscv32", "sub a1, a2, a3", "b3 05 d6 40"),
                                ("x86", "inc eax", "40")):  # fmt: skip
            a = dasm.Assembler(isa)
            a.emit(text)
            self.assertEqual(a.bytes().hex(" "), data)
            if isa != dasm.host_isa():
                self.assertRaisesRegex(dasm.Error, f"{isa} code cannot run on this machine", a.publish)

    def test_values(self):
        self.assertEqual(assembled("mov eax, n", n=0x11223344), "b8 44 33 22 11")
        self.assertEqual(assembled("mov eax, n*2+1", n=4), "b8 09 00 00 00")
        self.assertEqual(assembled("mov64 rax, n", n=-1), "48 b8" + " ff" * 8)
        self.assertEqual(assembled("mov64 rax, n", n=2**64 - 1), "48 b8" + " ff" * 8)
        self.assertEqual(assembled("mov eax, n", n=True), "b8 01 00 00 00")
        for n in (2**64, -(2**63) - 1):
            with self.assertRaises(OverflowError) as e:
                assembled("mov eax, m; mov ecx, n", m=1, n=n)
            self.assertEqual(str(e.exception), "n: the value does not fit in 64 bits")

    def test_meanings_change(self):
        a = dasm.Assembler("x64")
        a.emit("mov eax, D", D=5)
        a.emit(".define D, 7")
        a.emit("mov eax, D", D=5)
        self.assertEqual(a.bytes().hex(" "), "b8 05 00 00 00 b8 07 00 00 00")
        self.assertRaises(dasm.AssemblyError, a.emit, ".define D, 8")
        a.emit("mov ecx, E", E=1)
        self.assertRaises(dasm.AssemblyError, a.emit, ".define E, 2\nbogus")
        a.emit("mov ecx, E", E=1)
        self.assertEqual(a.bytes()[10:].hex(" "), "b9 01 00 00 00 b9 02 00 00 00")

    def test_files_change(self):
        with tempfile.TemporaryDirectory() as folder:
            a = dasm.Assembler("x64")
            a.include_dir(folder)
            for n in (1, 2, 3):
                with open(os.path.join(folder, "inner.inc"), "w") as f:
                    f.write(f"mov al, {n}")
                with open(os.path.join(folder, "outer.inc"), "w") as f:
                    f.write(".include inner.inc")
                a.emit(".include inner.inc")
                a.emit(".include outer.inc")
            self.assertEqual(a.bytes().hex(" "), "b0 01 b0 01 b0 02 b0 02 b0 03 b0 03")

    def test_index(self):
        class Number:
            def __index__(self):
                return 5

        self.assertEqual(assembled("mov eax, n", n=Number()), "b8 05 00 00 00")

    def test_a_value_with_any_name(self):
        self.assertEqual(assembled("mov eax, self+text", self=1, text=2), "b8 03 00 00 00")

    def test_same_text_again(self):
        with dasm.Assembler("x64") as a:
            for n in range(4):
                a.emit("mov al, n", n=n)
            self.assertEqual(a.bytes().hex(" "), "b0 00 b0 01 b0 02 b0 03")

    def test_address(self):
        # jmp to an address: E9, distance from the end of the instruction
        self.assertEqual(dasm.assemble("jmp &target", isa="x64", target=0x1105, at=0x1000), b"\xe9\x00\x01\x00\x00")

    def test_parameters(self):
        with dasm.Assembler("x64") as a:
            self.assertEqual(a.parameters("mov eax, [rdi+b*4+a]; add eax, b"), ("b", "a"))
            self.assertEqual(a.bytes(), b"")

    def test_features(self):
        self.assertRaises(dasm.AssemblyError, dasm.Assembler, "x64", "sse99")
        with dasm.Assembler("x64", features="sse2") as a:
            self.assertRaises(dasm.AssemblyError, a.emit, "vaddps ymm0, ymm1, ymm2")
        with self.assertRaises(dasm.AssemblyError) as e:
            dasm.Assembler("x64", features="avx3")
        self.assertEqual((e.exception.text, e.exception.id), ("unknown feature 'avx3'", "unknown-feature"))
        self.assertIn("amx-tile", str(e.exception))

    @unittest.skipUnless(dasm.host_isa() == "x64", "for processors without APX")
    def test_host_features(self):
        with open("/proc/cpuinfo") as f:
            has_apx = "apx" in f.read()
        if has_apx:
            self.skipTest("this processor has APX")
        for isa in (None, "x64"):
            with dasm.Assembler(isa) as a:
                with self.assertRaises(dasm.AssemblyError) as e:
                    a.emit("add r16, r17")
                self.assertIn("APXF, which this machine's processor does not have", e.exception.text)
                self.assertIn("'host,apxf'", str(e.exception))
                # The number of a register that comes at run time is no way around it.
                with self.assertRaises(dasm.AssemblyError) as e:
                    a.emit("inc Rd(n)", n=20)
                self.assertEqual(e.exception.line, 1)
        for features in ("all", "host,apxf", "apxf"):
            with dasm.Assembler(features=features) as a:
                a.emit("inc Rd(n)", n=20)
                self.assertEqual(a.bytes().hex(), "d510ffc4")
            self.assertEqual(dasm.assemble("inc Rd(n)", features=features, n=20).hex(), "d510ffc4")


class Labels(unittest.TestCase):
    def test_object(self):
        a = dasm.Assembler("x64")
        top = a.label()
        self.assertIsNone(top.offset)
        a.emit("nop; =>top:; dec eax; jnz =>top", top=top)
        self.assertEqual(a.bytes().hex(" "), "90 ff c8 75 fc")
        self.assertEqual(top.offset, 1)

    def test_braces(self):
        a = dasm.Assembler("x64", features="all")
        end = a.label()
        a.emit("jz {end}; vaddps zmm1{k1}{z}, zmm2, zmm3; {end}:", end=end, k1=1, z=1)
        self.assertEqual(a.bytes().hex(" "), "74 06 62 f1 6c c9 58 cb")

    def test_many(self):
        a = dasm.Assembler("x64")
        labels = [a.label() for _ in range(1000)]
        for label in labels:
            a.emit("=>l: nop", l=label)
        a.bytes()
        self.assertEqual([label.offset for label in labels], list(range(1000)))

    def test_never_placed(self):
        a = dasm.Assembler("x64")
        a.emit("jmp =>l", l=a.label())
        with self.assertRaises(dasm.AssemblyError) as e:
            a.bytes()
        self.assertIn("never defined", str(e.exception))

    def test_placed_twice(self):
        for label in ("->here:", "=>l:"):
            a = dasm.Assembler("x64")
            values = {"l": a.label()} if "=>" in label else {}
            a.emit(f"nop\n{label} nop", **values)
            with self.assertRaisesRegex(dasm.AssemblyError, "has a place already"):
                a.emit(f"nop\nnop\n{label} ret", **values)
                a.bytes()

    def test_of_another_assembler(self):
        a, b = dasm.Assembler("x64"), dasm.Assembler("x64")
        with self.assertRaises(ValueError):
            a.emit("jmp =>l", l=b.label())

    def test_of_another_round(self):
        a = dasm.Assembler("x64")
        label = a.label()
        a.reset()
        with self.assertRaises(dasm.StateError):
            a.emit("jmp =>l", l=label)
        with self.assertRaises(dasm.StateError):
            label.offset


class Definitions(unittest.TestCase):
    def test_define(self):
        a = dasm.Assembler("x64")
        a.define("ACC", "eax")
        a.emit("inc ACC")
        a.define("ACC", "ecx")
        a.emit("inc ACC")
        a.undefine("ACC")
        self.assertEqual(a.bytes().hex(" "), "ff c0 ff c1")
        self.assertRaises(TypeError, a.emit, "mov edx, ACC")
        self.assertRaises(ValueError, a.define, "a b", 1)

    def test_macro(self):
        a = dasm.Assembler("x64")
        a.macro("twice, op, reg", "op reg\nop reg")
        a.emit("twice inc, eax")
        self.assertEqual(a.bytes().hex(" "), "ff c0 ff c0")
        with self.assertRaises(dasm.AssemblyError):
            a.macro("twice, op, reg", "nop")

    def test_sections(self):
        a = dasm.Assembler("x64")
        a.sections("code", "cold")
        a.emit("nop")
        with a.section("cold"):
            a.emit("int3")
        a.emit("ret")
        self.assertEqual(a.bytes().hex(" "), "90 c3 cc")
        self.assertRaises(KeyError, a.section, "warm")

    def test_type(self):
        a = dasm.Assembler("x64")
        a.type("S", Shape, "rdi")
        a.emit("mov eax, S->at.y; mov ecx, #S; mov al, S->kind")
        y, size = Shape.at.offset + Point.y.offset, ctypes.sizeof(Shape)
        self.assertEqual(a.bytes().hex(" "), f"8b 47 {y:02x} b9 {size:02x} 00 00 00 8a 07")
        self.assertRaises(TypeError, a.type, "T", int)

    def test_types_of_one_name(self):
        def make(*fields):
            return type("Same", (ctypes.Structure,), {"_fields_": list(fields)})

        a = dasm.Assembler("x64")
        a.type("A", make(("a", ctypes.c_int32)))
        a.type("B", make(("x", ctypes.c_int32), ("a", ctypes.c_int32)))
        a.emit("mov eax, A:rdi->a; mov eax, B:rdi->a")
        self.assertEqual(a.bytes().hex(" "), "8b 07 8b 47 04")


class Errors(unittest.TestCase):
    def test_where(self):
        with self.assertRaises(dasm.AssemblyError) as e:
            dasm.assemble("nop\n  mov eax, xmm0\nfoo eax", isa="x64")
        e = e.exception
        self.assertEqual((e.line, e.source.strip(), e.caret.count("^")), (2, "mov eax, xmm0", 1))
        self.assertGreater(e.column, 2)
        self.assertEqual([m.line for m in e.messages if m.level == "error"], [2, 3])
        self.assertIn(f"2:{e.column}: error: {e.text}", str(e))
        self.assertIn(e.caret, str(e))
        self.assertIn(f" [{e.id}]\n", str(e))

    def test_value_that_does_not_fit(self):
        with self.assertRaises(dasm.AssemblyError) as e:
            dasm.assemble("nop\nmov al, n", isa="x64", n=300)
        self.assertEqual(e.exception.line, 2)
        self.assertIn("300", e.exception.text)

    def test_an_error_stays_until_reset(self):
        a = dasm.Assembler("x64")
        self.assertRaises(dasm.AssemblyError, a.emit, "mov al, n", n=300)
        self.assertRaises(dasm.AssemblyError, a.bytes)
        a.reset()
        a.emit("nop")
        self.assertEqual(a.bytes(), b"\x90")

    def test_an_error_of_text_changes_nothing(self):
        a = dasm.Assembler("x64")
        a.emit("nop")
        self.assertRaises(dasm.AssemblyError, a.emit, "nop; nonsense")
        self.assertEqual(a.bytes(), b"\x90")

    def test_missing_and_wrong_values(self):
        for values in ({}, {"n": 1.5}, {"n": "1"}, {"n": None}, {"n": b"1"}, {"m": 1}):
            with self.assertRaises(TypeError):
                dasm.assemble("mov eax, n", isa="x64", **values)

    def test_wrong_texts(self):
        a = dasm.Assembler("x64")
        for text in (None, 1, b"nop", ["nop"], {}):
            with self.assertRaises(TypeError):
                a.emit(text)
        self.assertRaises(dasm.AssemblyError, a.emit, "nop\0nop")

    def test_errors_speak_of_the_module(self):
        for text in ("jmp =>n", "=>n:"):
            a = dasm.Assembler("x64")
            with self.assertRaises(dasm.AssemblyError) as e:
                a.emit("nop\n" + text, n=5)
            self.assertEqual(e.exception.line, 2)
            self.assertRegex(e.exception.text, r"^PC label 5 was not made by label\(\)")
            self.assertNotIn("dasm_", str(e.exception))

    def test_what_c_could_not_be_told(self):
        a = dasm.Assembler("x64")
        a.emit("ret")
        for call in (lambda: a.define("x", "a\0b"), lambda: a.macro("m", "\0"), lambda: a.publish(name="\0"),
                     lambda: a.define("x", "\udc80"), lambda: dasm.Assembler("x64", features="avx\0")):  # fmt: skip
            self.assertRaises(ValueError, call)
        for call in (lambda: a.publish("heap"), lambda: a.include_dir(None), lambda: a.publish(name=5),
                     lambda: dasm.Assembler("x64", features=5)):  # fmt: skip
            self.assertRaises(TypeError, call)
        odd = type("Odd", (ctypes.Structure,), {"_fields_": [("\u00e9", ctypes.c_int)]})
        with self.assertRaisesRegex(ValueError, "member '\u00e9' of Odd"):
            a.type("ODD", odd)
        with self.assertRaisesRegex(dasm.AssemblyError, "z80.*there are x86, x64"):
            dasm.translate("| .arch z80\n")

    def test_closed(self):
        a = dasm.Assembler("x64")
        label = a.label()
        a.close()
        a.close()
        for call in (
            lambda: a.emit("nop"), a.label, a.bytes, a.publish, a.reset, lambda: a.isa, lambda: label.offset,
            lambda: a.define("x"), lambda: a.macro("m", "nop"), lambda: a.extern("puts"), lambda: a.parameters("nop"),
            lambda: a.type("P", Point), a.__enter__,
        ):  # fmt: skip
            self.assertRaises(dasm.StateError, call)
        self.assertIn("closed", repr(a))


class Threads(unittest.TestCase):
    def test_one_assembler_in_many(self):
        a = dasm.Assembler("x64")

        def work(k):
            for i in range(200):
                a.emit(f"mov eax, n+{(i * 7 + k) % 50}", n=i)

        threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(len(a.bytes()), 4 * 200 * 5)

    def test_many_assemblers(self):
        failures = []

        def work(k):
            try:
                for i in range(50):
                    f = dasm.function("int(int)", f"lea eax, [rdi+{i}*{k}]; ret")
                    if f(1) != 1 + i * k:
                        failures.append((k, i))
            except Exception as e:  # a thread's exceptions are lost otherwise
                failures.append(e)

        threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(failures, [])


if __name__ == "__main__":
    unittest.main()
