"""Published code: calls, arguments, buffers, patches, and the ends of objects' lives."""

import array
import copy
import ctypes
import gc
import pickle
import random
import subprocess
import sys
import threading
import unittest

import dasm


class Calls(unittest.TestCase):
    def test_types(self):
        for signature, text, args, result in (
            ("int(int, int)", "lea eax, [rdi+rsi]; ret", (40, 2), 42),
            ("int64_t f(int64_t x)", "lea rax, [rdi-1]; ret", (-(2**63) + 1,), -(2**63)),
            ("uint64(uint64)", "mov rax, rdi; ret", (2**64 - 1,), 2**64 - 1),
            ("unsigned char(int)", "mov eax, edi; ret", (0x1FF,), 0xFF),
            ("int8(int)", "mov eax, edi; ret", (0xFF,), -1),
            ("double(double, double)", "addsd xmm0, xmm1; ret", (1.25, 2.5), 3.75),
            ("float(float)", "addss xmm0, xmm0; ret", (1.5,), 3.0),
            ("bool(int)", "mov eax, edi; ret", (1,), True),
            ("void(void)", "ret", (), None),
            ("void()", "ret", (), None),
            ("long long(unsigned long int, double)", "mov rax, rdi; ret", (3, 1), 3),
            ("int(int,int,int,int,int,int,int)", "mov eax, [rsp+8]; ret", (1, 2, 3, 4, 5, 6, 7), 7),
            ((ctypes.c_int, ctypes.c_int), "lea eax, [rdi+1]; ret", (1,), 2),
            (ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int), "lea eax, [rdi+1]; ret", (1,), 2),
        ):
            with self.subTest(signature=signature):
                self.assertEqual(dasm.function(signature, text)(*args), result)

    def test_wrong_signatures(self):
        for signature in ("", "int", "int(", "int)", "int()x", "(int)", "int(int", "int(,)", "int(void, int)", "foo(int)",
                          "int(unsigned double)", "signed unsigned int()", "int(int x y)", "int(long float)", "int(3)"):  # fmt: skip
            with self.subTest(signature=signature), self.assertRaises(ValueError):
                dasm.function(signature, "ret")
        for signature in (None, 3, (), (int,), (None, None), ("int",), [ctypes.c_int, ctypes.Structure]):
            with self.subTest(signature=signature), self.assertRaises(TypeError):
                dasm.function(signature, "ret")

    def test_wrong_arguments(self):
        f = dasm.function("int(int, int)", "lea eax, [rdi+rsi]; ret")
        for args in ((), (1,), (1, 2, 3), (1, "2"), (1, 2.0), (None, 1), (b"1", 1), ([], 1)):
            with self.subTest(args=args), self.assertRaises(TypeError):
                f(*args)
        with self.assertRaises(TypeError):
            f(1, 2, x=3)

    def test_pointers(self):
        first = "movzx eax, byte [rdi]; ret"
        f = dasm.function("int(const void *)", first)
        data = ctypes.create_string_buffer(b"A")
        for value in (b"A", bytearray(b"A"), array.array("b", [65]), memoryview(b"A"), data, ctypes.addressof(data), ctypes.cast(data, ctypes.c_char_p),
                      ctypes.cast(data, ctypes.POINTER(ctypes.c_char)), ctypes.c_void_p(ctypes.addressof(data))):  # fmt: skip
            with self.subTest(value=value):
                self.assertEqual(f(value), 65)
        for value in ("A", 1.0, [65], object(), ctypes.c_int(1), -1, 2**64):
            with self.subTest(value=value), self.assertRaises((TypeError, OverflowError)):
                f(value)
        g = dasm.function("void *(void *)", "mov rax, rdi; ret")
        self.assertIsNone(g(None))
        self.assertEqual(g(f), f.address)

    def test_integers_that_do_not_fit(self):
        text = "mov rax, rdi; ret"
        for bits in (8, 16, 32, 64):
            for sign in ("", "u"):
                name = f"{sign}int{bits}"
                f = dasm.function(f"{name}({name})", text)
                low, high = (0, 2**bits) if sign else (-(2 ** (bits - 1)), 2 ** (bits - 1))
                for n in (low, high - 1, 0, True):
                    self.assertEqual(f(n), n)
                # As signed or as unsigned, like in Lua.
                self.assertEqual(f(-(2 ** (bits - 1))), 2 ** (bits - 1) if sign else low)
                self.assertEqual(f(2**bits - 1), 2**bits - 1 if sign else -1)
                for n in (2**bits, -(2 ** (bits - 1)) - 1, 1 << 70, -(1 << 70)):
                    with self.assertRaisesRegex(OverflowError, f"argument 1: {n} does not fit in {name}$"):
                        f(n)
        f = dasm.function((ctypes.c_int, ctypes.c_int, ctypes.c_int8), "mov eax, esi; ret")
        self.assertEqual(f(1, -128), -128)
        with self.assertRaisesRegex(OverflowError, "argument 2: 300 does not fit in int8"):
            f(1, 300)
        with self.assertRaisesRegex(TypeError, "argument 2: an integer is needed for int8, not float"):
            f(1, 1.0)

        class Number:
            def __index__(self):
                return 300

        self.assertEqual(dasm.function("int(int)", text)(Number()), 300)
        with self.assertRaisesRegex(OverflowError, "argument 2"):
            f(1, Number())

    def test_numbers_and_bools_that_do_not_fit(self):
        f = dasm.function("float(float)", "ret")
        self.assertEqual([f(x) for x in (1, 1.5, float("inf"), -3.4e38)][:3], [1, 1.5, float("inf")])
        for x in (1e39, -1e39, 10**400):
            with self.assertRaisesRegex(OverflowError, "argument 1: .* does not fit in float"):
                f(x)
        with self.assertRaisesRegex(OverflowError, "argument 1: .* does not fit in double"):
            dasm.function("double(double)", "ret")(10**400)
        for x in ("1", None, [], 1j):
            with self.assertRaisesRegex(TypeError, "argument 1: a number is needed for float"):
                f(x)
        b = dasm.function("bool(bool)", "mov eax, edi; ret")
        self.assertEqual([b(x) for x in (True, False, 2, 0, 256)], [True, False, True, False, True])
        for x in ("no", None, [], 0.5):
            with self.assertRaisesRegex(TypeError, "argument 1: True, False or an integer is needed for bool"):
                b(x)

    def test_pointers_to_other_numbers(self):
        c = ctypes
        floats = [array.array("f", [1]), (c.c_float * 2)(), c.pointer(c.c_float()), c.byref(c.c_float())]
        doubles = [array.array("d", [1]), (c.c_double * 2)(), c.pointer(c.c_double()), c.byref(c.c_double())]
        ints = [array.array("i", [1]), array.array("I", [1]), (c.c_int * 2)(), c.pointer(c.c_int()), c.byref(c.c_int())]
        longs = [array.array("q", [1]), (c.c_uint64 * 2)(), c.byref(c.c_int64())]
        kinds = {"float": floats, "double": doubles, "int": ints, "uint64_t": longs}
        for pointed in kinds:
            f = dasm.function(f"void *(const {pointed} *)", "mov rax, rdi; ret")
            for kind, values in kinds.items():
                for value in values:
                    with self.subTest(pointed=pointed, value=value):
                        if kind == pointed:
                            self.assertIsNotNone(f(value))
                        else:
                            with self.assertRaisesRegex(TypeError, "argument 1: a pointer to (int|float)(32|64) is needed"):
                                f(value)
            self.assertIsNotNone(f(b"01234567"))
            with self.assertRaisesRegex(ValueError, "argument 1: 7 bytes are no whole number"):
                f(b"0123456")
        for anything in ("void", "char", "struct x"):
            f = dasm.function(f"void *({anything} *)", "mov rax, rdi; ret")
            for value in floats + doubles + ints:
                self.assertIsNotNone(f(value))
        swapped = (c.c_double.__ctype_be__ if sys.byteorder == "little" else c.c_double.__ctype_le__) * 2
        with self.assertRaisesRegex(TypeError, "argument 1: .* other byte order"):
            dasm.function("void(double *)", "ret")(swapped())

    def test_only_const_takes_what_can_not_be_written(self):
        f = dasm.function("void(char *)", "mov byte [rdi], 66; ret")
        a = bytearray(b"A")
        f(a)
        self.assertEqual(a, b"B")
        self.assertRaises(TypeError, f, b"A")
        self.assertRaises(TypeError, f, memoryview(b"A"))
        self.assertRaises(TypeError, f, memoryview(bytearray(b"ABCD"))[::2])

    def test_a_temporary_lives_as_long_as_the_call(self):
        first = dasm.function("int64(const int64 *, void *)", "push rbx\nmov rbx, rdi\ncall rsi\nmov rax, [rbx]\npop rbx\nret")
        junk = []
        make_junk = ctypes.CFUNCTYPE(None)(lambda: junk.extend(bytearray(8000) for _ in range(8)))
        for _ in range(100):
            self.assertEqual(first.__call__((ctypes.c_int64 * 1000)(*[1] * 1000), make_junk), 1)
            junk.clear()

    def test_exceptions_of_arguments(self):
        class Bad:
            def __index__(self):
                raise LookupError("index")

        class Worse(int):
            def __bool__(self):
                raise LookupError("bool")

        for signature, value in (("int(int)", Bad()), ("double(double)", Bad()), ("bool(bool)", Worse(1))):
            with self.assertRaises(LookupError):
                dasm.function(signature, "ret")(value)

    def test_text_results(self):
        f = dasm.function("const char *(const char *)", "mov rax, rdi; ret")
        self.assertEqual(f(b"text"), b"text")

    def test_a_buffer_can_not_move_during_the_call(self):
        data = bytearray(b"A" * 100)
        seen = []

        def back():
            try:
                data.extend(b"x" * 100000)
            except BufferError:
                seen.append(True)

        callback = ctypes.CFUNCTYPE(None)(back)
        a = dasm.Assembler()
        a.extern("back", callback)
        a.emit("push rbx; mov rbx, rdi; mov64 rax, back; call rax; movzx eax, byte [rbx]; pop rbx; ret", back=callback)
        self.assertEqual(a.publish().function(None, "int(char *)")(data), 65)
        self.assertEqual(seen, [True])

    def test_as_callback(self):
        compare = dasm.function("int(const int *, const int *)", "mov eax, [rdi]; sub eax, [rsi]; ret")
        data = array.array("i", [3, 1, 2])
        qsort = ctypes.CDLL(None).qsort
        qsort.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p)
        qsort(data.buffer_info()[0], 3, 4, compare.address)
        self.assertEqual(list(data), [1, 2, 3])

    def test_externs(self):
        a = dasm.Assembler()
        a.emit("sub rsp, 8; call extern abs; add rsp, 8; inc eax; ret")
        self.assertEqual(a.publish().function(None, "int(int)")(-5), 6)

        seen = []
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: seen.append(n) or n * 2)
        a = dasm.Assembler()
        a.emit("sub rsp, 8; mov64 rax, target; call rax; add rsp, 8; ret", target=callback)
        self.assertEqual(a.publish().function(None, "int(int)")(21), 42)
        self.assertEqual(seen, [21])

        inner = dasm.function("int(int)", "lea eax, [rdi+1]; ret")
        a = dasm.Assembler()
        a.extern("inner", inner)
        del inner
        a.emit("call extern inner; mov edi, eax; jmp extern inner")
        outer = a.publish().function(None, "int(int)")
        del a
        gc.collect()
        self.assertEqual(outer(1), 3)
        a = dasm.Assembler()
        self.assertRaises(LookupError, a.extern, "no_such_function_at_all")
        self.assertRaises(TypeError, a.extern, "f", "puts")
        self.assertRaises(TypeError, a.extern, "f", 1.5)
        self.assertRaises(OverflowError, a.extern, "f", -1)
        a.emit("call extern no_such_function_at_all")
        with self.assertRaises(dasm.AssemblyError) as e:
            a.publish()
        self.assertIn("no_such_function_at_all", str(e.exception))

    def test_calls_run_in_parallel(self):
        # Spins until another thread sets the flag: with the interpreter's lock held it would never end.
        flag = ctypes.c_int(0)
        f = dasm.function("int(int *)", "1: pause; mov eax, [rdi]; test eax, eax; jz <1; ret")
        t = threading.Timer(0.05, lambda: setattr(flag, "value", 7))
        t.start()
        self.assertEqual(f(ctypes.pointer(flag)), 7)
        t.join()


class Objects(unittest.TestCase):
    def setUp(self):
        a = dasm.Assembler()
        self.end = a.label()
        a.emit("->one: mov eax, 1; ret\n.align 16\n->two: mov eax, 2\n=>l: ret", l=self.end)
        self.assembler = a
        self.code = a.publish()

    def test_places(self):
        code = self.code
        self.assertEqual(code.labels, {"one": 0, "two": 16})
        self.assertEqual([code.offset(w) for w in (None, "one", "->two", self.end, 5)], [0, 0, 16, 21, 5])
        self.assertEqual(code.function("two", "int()")(), 2)
        self.assertEqual(code.function("two").address, code.address + 16)
        self.assertRaises(KeyError, code.offset, "three")
        self.assertRaises(KeyError, code.offset, dasm.Assembler().label())
        self.assertRaises(IndexError, code.offset, 23)
        self.assertRaises(IndexError, code.offset, -1)
        self.assertRaises(TypeError, code.offset, 1.0)
        self.assertRaises(TypeError, code.offset, b"one")

    def test_buffer(self):
        expected = bytes.fromhex("b801000000c3" + "90" * 10 + "b802000000c3")
        self.assertEqual(bytes(self.code), expected)
        self.assertEqual(len(self.code), 22)
        view = memoryview(self.code)
        self.assertTrue(view.readonly)
        self.assertEqual(view.tobytes(), expected)
        self.assertRaises(TypeError, view.__setitem__, 0, 0x90)
        self.code.free()
        self.assertEqual(view.tobytes(), expected)
        with self.assertRaises(BufferError):
            memoryview(self.code)

    def test_publish_twice(self):
        a = self.assembler
        self.assertRaises(dasm.StateError, a.publish)
        self.assertRaises(dasm.StateError, a.emit, "ret")
        self.assertRaises(dasm.StateError, a.bytes)
        a.reset()
        self.assertRaises(dasm.StateError, a.publish)
        a.emit("->two: mov eax, 22; ret")
        self.assertEqual(a.publish().function("two", "int()")(), 22)
        self.assertEqual(self.code.function("two", "int()")(), 2)

    def test_freed(self):
        f = self.code.function("one", "int()")
        self.assertEqual(f(), 1)
        with self.code:
            pass
        self.code.free()
        for call in (f, lambda: self.code.address, lambda: f.address, lambda: self.code.function("one"),
                     lambda: bytes(self.code), lambda: self.code.write(0, b"x"), lambda: self.code.patch(0, 1),
                     self.code.__enter__, lambda: self.code.branch(0, "two"), self.code.listing):  # fmt: skip
            self.assertRaises((dasm.StateError, BufferError), call)
        for text in (repr(self.code), str(self.code), repr(f), self.code._repr_html_()):
            self.assertIn("freed", text)

    def test_freed_while_it_runs(self):
        holder = []
        callback = ctypes.CFUNCTYPE(None)(lambda: holder[0].code.free())
        a = dasm.Assembler()
        a.emit("push rbx; mov64 rax, cb; call rax; mov eax, 42; pop rbx; ret", cb=callback)
        holder.append(a.publish().function(None, "int()"))
        self.assertEqual(holder[0](), 42)
        self.assertRaises(dasm.StateError, holder[0])

    def test_memory_is_given_back(self):
        heap = dasm.Heap()
        before = heap.used
        for _ in range(100):
            a = dasm.Assembler()
            a.emit("ret")
            f = a.publish(heap).function()
            f()
        del f, a
        gc.collect()
        self.assertEqual(heap.used, before)

    def test_heaps(self):
        for strategy in ("auto", "dual", "single", "flip"):
            heap = dasm.Heap(strategy)
            a = dasm.Assembler()
            a.emit("mov eax, 7; ret")
            self.assertEqual(a.publish(heap).function(None, "int()")(), 7)
        self.assertRaises(ValueError, dasm.Heap, "best")
        self.assertRaises(ValueError, dasm.Heap, "auto", ["fast"])

    def test_near(self):
        far = 0x10000
        a = dasm.Assembler()
        a.emit("ret")
        try:
            code = a.publish(near=far)
        except dasm.Error as e:  # a system may have nothing to give there
            self.assertIn("SYSTEM", str(e))
        else:
            self.assertLess(abs(code.address - far), 1 << 31)

    def test_patching(self):
        a = dasm.Assembler()
        a.emit("->f: nop; nop; nop; mov eax, 1\n->end: ret")
        code = a.publish()
        f = code.function("f", "int()")
        self.assertEqual(f(), 1)
        code.patch(4, 77)
        self.assertEqual(f(), 77)
        code.patch(4, -1)
        self.assertEqual(f(), -1)
        code.write("f", bytes.fromhex("b805000000c3"))
        self.assertEqual(f(), 5)
        self.assertRaises(dasm.Error, code.patch, 5, 1)
        self.assertRaises(dasm.Error, code.write, "end", b"xx")
        self.assertRaises(OverflowError, code.patch, 4, 1 << 32)
        self.assertRaises(ValueError, code.patch, 4, 1, 3)
        self.assertRaises(TypeError, code.write, 0, "text")
        for value in (1.5, "1", None):
            self.assertRaises(TypeError, code.patch, 4, value)
        for length in (-1, 0, 2**40):
            self.assertRaises(ValueError, code.branch, 3, "f", length)
        self.assertRaises(IndexError, code.function, code.size)

    def test_branch(self):
        a = dasm.Assembler()
        a.emit("->f: nop; nop; nop; call ->one; ret\n->one: mov eax, 1; ret\n->two: mov eax, 2; ret")
        code = a.publish()
        f = code.function("f", "int()")
        self.assertEqual(f(), 1)
        code.branch(3, "two")
        self.assertEqual(f(), 2)
        code.branch(3, dasm.function("int()", "mov eax, 3; ret"))
        gc.collect()
        self.assertEqual(f(), 3)

    def test_a_block_is_a_block(self):
        class Odd(dasm.Code):
            def __init__(self):
                pass

        odd = Odd()
        self.assertRaises(BufferError, memoryview, odd)
        for wrong in (5, b"", odd):
            odd._block = wrong
            self.assertRaises(TypeError, memoryview, odd)

    def test_values_that_change_their_list(self):
        from dasm import _lowlevel as low

        class Shrinks:
            def __index__(self):
                values.clear()
                return 1

        assembler = low.glue_new("x64", "")
        fragment = low.glue_fragment(assembler, "mov eax, a\nmov ecx, b\nmov edx, c")
        values = [Shrinks(), Shrinks(), Shrinks()]
        self.assertEqual(low.glue_put(assembler, fragment, values), 0)
        self.assertEqual(low.glue_link(assembler), 15)

    def test_branches_keep_a_target_once(self):
        a = dasm.Assembler()
        a.emit("->f: nop; nop; nop; call ->one; ret\n->one: mov eax, 1; ret")
        code = a.publish()
        f = code.function("f", "int()")
        targets = [dasm.function("int()", f"mov eax, {n}; ret") for n in (5, 6)]
        counts = []
        for i in range(200):
            code.branch(3, targets[i % 2])
            self.assertEqual(f(), 5 + i % 2)
            counts.append(sys.getrefcount(targets[0]))
        self.assertEqual(counts[1], counts[-1])

    def test_pickling_is_refused(self):
        f = self.code.function("one")
        for thing in (self.assembler, self.code, f, self.end, dasm.Heap()):
            for copied in (pickle.dumps, copy.copy, copy.deepcopy):
                with self.assertRaises(TypeError) as e:
                    copied(thing)
                self.assertIn("process", str(e.exception))

    def test_other_machines(self):
        other = next(isa for isa in dasm.isas() if isa != dasm.host_isa())
        a = dasm.Assembler(other)
        with self.assertRaises(dasm.Error) as e:
            a.publish()
        self.assertIn(other, str(e.exception))


class Lifetimes(unittest.TestCase):
    """Whatever goes first, nothing crashes."""

    def test_any_order(self):
        rnd = random.Random(1)
        for _ in range(300):
            a = dasm.Assembler()
            label = a.label()
            a.emit("=>l: mov eax, 9; ret", l=label)
            heap = dasm.Heap() if rnd.random() < 0.2 else None
            code = a.publish(heap)
            f = code.function(label, "int()")
            things = {"a": a, "l": label, "c": code, "f": f, "h": heap, "m": memoryview(code)}
            del a, label, code, f, heap
            order = list(things)
            rnd.shuffle(order)
            for name in order:
                if name != "f" and "f" in things:
                    self.assertEqual(things["f"](), 9)
                del things[name]

    def test_finalizers_in_a_cycle(self):
        seen = []

        class Node:
            def __del__(self):
                seen.append(self.f())
                seen.append(bytes(self.f.code)[:1])

        for _ in range(50):
            node = Node()
            a = dasm.Assembler()
            a.emit("mov eax, 3; ret")
            node.heap = dasm.Heap()
            node.f = a.publish(node.heap).function(None, "int()")
            node.f.code.back = node
            node.heap.back = node
            a.back = node
            node.a = a
            del node, a
        gc.collect()
        self.assertEqual(seen, [3, b"\xb8"] * 50)

    def test_at_exit(self):
        program = """
import atexit, dasm
class Last:
    def __init__(self): self.f = dasm.function("int()", "mov eax, 5; ret")
    def __del__(self): print(self.f())
last = Last()
keep = dasm.function("int()", "mov eax, 6; ret")
atexit.register(lambda: print(keep()))
cycle = []; cycle.append((cycle, Last()))
"""
        out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        self.assertEqual((out.returncode, out.stderr), (0, ""))
        self.assertEqual(sorted(out.stdout.split()), ["5", "5", "6"])


if __name__ == "__main__":
    unittest.main()
