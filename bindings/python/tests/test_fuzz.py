"""Random calls of everything, with right and wrong arguments: exceptions of the documented kinds, never a
crash. DASM_FUZZ_SEED and DASM_FUZZ_STEPS change the run; a child process does it, so that a crash is seen."""

import faulthandler
import os
import random
import subprocess
import sys
import unittest

ALLOWED = "AssemblyError Error StateError TypeError ValueError OverflowError KeyError LookupError IndexError BufferError MemoryError AttributeError"

LINES = ["nop", "ret", "mov eax, n", "mov al, n", "add eax, [rdi+4*i]", "->g:", "jmp ->g", "1:", "jz <1", "jnz >1", "{L}:", "jmp =>L",
         "=>n:", ".align n", ".space n", ".byte n", ".macro m, a", "inc a", ".endmacro", "m eax", ".if n", ".endif", ".else", ".define X, eax",
         "mov X, 1", ".type T, P, rdi", "mov eax, T->x", "call extern abs", "call extern nothing", "foo", "mov eax, ebx, ecx",
         "vaddps zmm1{k1}{z}, zmm2, zmm3", "mov Rd(n), eax", "lea rax, [=>L]", "mov64 rax, n", ".section a, b", ".a", ".b", "mov eax, n/i",
         "mov eax, (n", "[", "\0", "\udcff", "\u00e9", "// x", "|nop", "||x", ".include \"/nonexistent\"", ".dumpcapture z", "x" * 3000]  # fmt: skip


def run(seed, steps):
    import array
    import ctypes

    import dasm

    class P(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int), ("b", ctypes.c_int, 3)]

    rnd = random.Random(seed)
    pool = [None, 0, 1, -1, 7, 2**31, 2**63, 2**64, -(2**70), 1.5, "", "n", "g", "->g", "x64", "nop", b"abc", bytearray(8), [], {}, (), P, int,
            object(), array.array("d", [1.0]), memoryview(b"xyz"), "int()", "void(void*)", "int64(int64, const char *)", ctypes.c_int,
            ctypes.CFUNCTYPE(None)(int)]  # fmt: skip
    objects = [dasm.Assembler()]
    allowed = tuple({getattr(dasm, n, None) or getattr(__builtins__, n) for n in ALLOWED.split()})
    runs = 0

    def anything():
        return rnd.choice(objects) if rnd.random() < 0.5 else rnd.choice(pool)

    def text():
        joint = rnd.choice(["\n", ";"])
        return joint.join(rnd.choice(LINES) for _ in range(rnd.randrange(1, 6)))

    def values():
        return {k: rnd.choice([0, 1, 2, 5, 200, -1, 2**40, anything()]) for k in "niL" if rnd.random() < 0.8}

    for step in range(steps):
        thing = rnd.choice(objects)
        try:
            k = rnd.randrange(12)
            if k == 0:
                made = dasm.Assembler(rnd.choice(["x64", "x64", None, "x86", anything()]))
                if rnd.random() < 0.7:
                    made.type("T", P, "rdi")
            elif k <= 4 and isinstance(thing, dasm.Assembler):
                made = thing.emit(text(), **values())
            elif k == 5 and isinstance(thing, dasm.Assembler):
                made = rnd.choice([thing.publish, thing.bytes, thing.reset, thing.label])()
            elif k == 6:  # code that can be run whatever happens
                a = dasm.Assembler()
                a.emit("->g: mov eax, n; ret", n=rnd.randrange(1000))
                made = a.publish(dasm.Heap() if rnd.random() < 0.05 else None)
                f = made.function("g", rnd.choice(["int()", "int(int)", "int(const void *)"]))
                objects.append(f)
            elif k == 7 and isinstance(thing, dasm.Function):
                # Only functions of that kind are called: others would do what their bytes say.
                data = bytes(thing.code)
                if thing.address == thing.code.address and len(data) == 6 and data[0] == 0xB8 and data[5] == 0xC3:
                    made = thing(*[anything() for _ in range(rnd.randrange(3))])
                    runs += 1
            elif k == 8 and len(objects) > 3:
                del objects[rnd.randrange(len(objects))]
                made = None
            elif k == 9:
                made = rnd.choice([dasm.assemble, dasm.translate])(text() if rnd.random() < 0.8 else anything())
            elif k == 10:
                made = [repr(thing), str(thing), getattr(thing, "_repr_html_", str)()] and None
            else:
                name = rnd.choice([n for n in dir(thing) if not n.startswith("_")] or ["x"])
                member = getattr(thing, name)
                if name in ("patch", "write", "branch"):
                    member = rnd.choice([thing.offset, thing.function])
                made = member(*[anything() for _ in range(rnd.randrange(4))]) if callable(member) else None
            if isinstance(made, (dasm.Assembler, dasm.Code, dasm.Function, dasm.Label, dasm.Heap)):
                objects.append(made)
            if len(objects) > 40:
                del objects[rnd.randrange(30)]
        except UnicodeEncodeError:
            pass
        except allowed as e:
            str(e), repr(e)
        if not objects:
            objects.append(dasm.Assembler())
    assert runs > 0
    print(f"{steps} steps, {runs} calls")


class Fuzz(unittest.TestCase):
    def test_api(self):
        seed, steps = os.environ.get("DASM_FUZZ_SEED", "1"), os.environ.get("DASM_FUZZ_STEPS", "4000")
        for s in range(int(seed), int(seed) + 3):
            out = subprocess.run([sys.executable, __file__, str(s), steps], capture_output=True, text=True)
            self.assertEqual(out.returncode, 0, out.stdout[-2000:] + out.stderr[-4000:])


if __name__ == "__main__":
    faulthandler.enable()
    run(int(sys.argv[1]), int(sys.argv[2]))
