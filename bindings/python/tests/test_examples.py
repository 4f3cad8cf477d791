"""The examples do what they say: compiled code agrees with plain Python."""

import importlib.util
import os
import random
import struct
import tempfile
import unittest

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "examples")


def load(name):
    spec = importlib.util.spec_from_file_location(name, os.path.join(FOLDER, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Brainfuck(unittest.TestCase):
    bf = load("brainfuck")

    def test_hello(self):
        self.assertEqual(self.bf.run(self.bf.HELLO), b"Hello World!\n")

    def test_input(self):
        self.assertEqual(self.bf.run(">,[>,]<[.<]", b"desserts"), b"stressed")

    def test_agrees_with_the_interpreter(self):
        rnd = random.Random(2)
        for _ in range(100):
            body = "".join(rnd.choice("+++-->><.,") for _ in range(30))
            text = ">" * 40 + body + "[-" + rnd.choice(["", ">+<", "<++>."]) + "]" + body
            out, data = bytearray(), bytes(rnd.randrange(256) for _ in range(20))
            rest = iter(data)
            self.bf.interpret(self.bf.parse(text), lambda: next(rest, 0), out.append)
            self.assertEqual(self.bf.run(text, data), bytes(out), text)

    def test_refuses(self):
        for text in ("[", "]", "[[]", "]["):
            self.assertRaises(SyntaxError, self.bf.run, text)


class Tracer(unittest.TestCase):
    tracer = load("tracer")

    def test_agrees(self):
        for text in ("lambda x: x", "lambda x, y: x*y - y/x + 2", "lambda a, b, c: min(a, max(b, c)) * -a", "lambda: 2.5",
                     "lambda x, y: ((x+y)*(x-y))/((x*2+1)*(y*2+1)) - ((x-1)*(y-1)+(x/2))"):  # fmt: skip
            python, compiled = eval(text), self.tracer.compile_(text)
            rnd = random.Random(3)
            for _ in range(50):
                args = [rnd.uniform(-9, 9) for _ in range(python.__code__.co_argcount)]
                self.assertEqual(compiled(*args), python(*args), text)

    def test_function_object(self):
        f = lambda x: x * 3 + 1  # noqa: E731
        self.assertEqual(self.tracer.compile_(f)(2.0), 7.0)

    def test_is_faster(self):
        self.assertGreater(self.tracer.main(), 5)

    def test_refuses(self):
        deep = "x" + "".join("+(x" for _ in range(9)) + ")" * 9
        for text in ("1 + 2", "lambda x: y", "lambda x: x**2", "lambda x: print(x)", "lambda x: " + deep):
            self.assertRaises(SyntaxError, self.tracer.compile_, text)


class Packets(unittest.TestCase):
    packet = load("packet")

    def make(self, rnd):
        ethernet = bytes(12) + rnd.choice([b"\x08\x00"] * 5 + [b"\x86\xdd"])
        options = rnd.choice([0, 0, 8])
        ip = bytes([0x45 + options // 4]) + bytes(8) + bytes([rnd.choice([1, 6, 6, 17, 17, 47])]) + bytes(2)
        ip += bytes([10, 0, 0, rnd.randrange(3)]) + bytes([10, 0, 0, rnd.randrange(3)]) + bytes(options)
        ports = struct.pack(">HH", rnd.choice([80, 53, 0x5000]), rnd.choice([80, 53, 0x5000]))
        p = ethernet + ip + ports + bytes(rnd.randrange(60))
        return p[: rnd.randrange(len(p))] if rnd.random() < 0.2 else p

    def test_agrees_with_the_interpreter(self):
        rnd = random.Random(4)
        packets = [self.make(rnd) for _ in range(300)]
        for text in ("ip", "tcp", "not udp", "tcp and dst port 80 or udp", "src host 10.0.0.1 and not (port 53 or icmp)",
                     "host 10.0.0.2", "less 40 or greater 80", "port 20480", "not not src port 80",
                     "(tcp or udp) and (src port 53 or dst host 10.0.0.0) and greater 60"):  # fmt: skip
            tree = self.packet.Parser(text).parse()
            compiled = self.packet.compile_(text)
            matched = 0
            for p in packets:
                expected = self.packet.interpret(tree, p)
                matched += expected
                self.assertEqual(compiled(p, len(p)), expected, (text, p.hex()))
            self.assertTrue(0 < matched < len(packets), text)

    def test_refuses(self):
        for text in ("", "tcp and", "port", "port 65536", "host 1.2.3.x", "(tcp", "tcp udp", "src tcp", "port -1", "foo"):
            self.assertRaises(SyntaxError, self.packet.compile_, text)


class Dot(unittest.TestCase):
    dot = load("dot")

    def test_agrees(self):
        from array import array

        ways = [False] + [True] * self.dot.has("avx", "fma")
        for wide in ways:
            f = self.dot.make(wide)
            for n in list(range(40)) + [127, 1000]:
                a, b = array("d", range(n)), array("d", (3 * i % 17 for i in range(n)))
                self.assertEqual(f(a, b, n), sum(x * y for x, y in zip(a, b)), (wide, n))

    def test_numpy(self):
        try:
            import numpy
        except ImportError:
            self.skipTest("no NumPy")
        a = numpy.arange(100.0)
        self.assertEqual(self.dot.make()(a, a, 100), float(a.dot(a)))
        with self.assertRaises(TypeError):
            self.dot.make()(a[::2], a, 50)

    def test_plot(self):
        sizes, rows = self.dot.measure((16, 256))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "dot.png")
            if not self.dot.plot(path, sizes, rows):
                self.skipTest("no matplotlib")
            with open(path, "rb") as f:
                self.assertEqual(f.read(8), b"\x89PNG\r\n\x1a\n")
            self.assertGreater(os.path.getsize(path), 5000)


if __name__ == "__main__":
    unittest.main()
