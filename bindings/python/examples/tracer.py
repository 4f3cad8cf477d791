"""Lambdas of floating point arithmetic, compiled from their source:  python tracer.py

    f = compile_("lambda x, y: (x*x + y) / 2")     # or a lambda from a file
    f(3.0, 1.0)

Every value has a register: the operands of an expression of depth n are in xmm(8+n), xmm(9+n) …, so that a
tree needs no memory at all as long as it is not deeper than eight. `map_()` makes a loop over an array.
"""

import array
import ast
import inspect
import struct
import time

import dasm

BINARY = {ast.Add: "addsd", ast.Sub: "subsd", ast.Mult: "mulsd", ast.Div: "divsd"}
CALLS = {"min": "minsd", "max": "maxsd"}
FIRST, DEEPEST = 8, 8  # the parameters are in xmm0 to xmm7


def parse(source):
    """The lambda in a text, or of a function object."""
    if callable(source):
        text = inspect.getsource(source).strip()
        source = text[text.index("lambda") :]
        while True:  # the line may go on behind the lambda
            try:
                tree = ast.parse(source, mode="eval")
                break
            except SyntaxError:
                source = source[:-1]
    else:
        tree = ast.parse(source, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            return node
    raise SyntaxError("there is no lambda")


class Compiler:
    def __init__(self, tree):
        self.names = [p.arg for p in tree.args.args]
        if len(self.names) > FIRST:
            raise SyntaxError("too many parameters")
        self.a = dasm.Assembler()

    def expression(self, node, n=0):
        """Code that leaves the value in xmm(FIRST+n)."""
        if n >= DEEPEST:
            raise SyntaxError("the expression is too deep")
        emit, r = self.a.emit, FIRST + n
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            bits = struct.unpack("<q", struct.pack("<d", node.value))[0]
            emit("mov64 rax, bits; movd xmm(r), rax", bits=bits, r=r)
        elif isinstance(node, ast.Name) and node.id in self.names:
            emit("movaps xmm(r), xmm(p)", r=r, p=self.names.index(node.id))
        elif isinstance(node, ast.BinOp) and type(node.op) in BINARY:
            self.expression(node.left, n)
            self.expression(node.right, n + 1)
            emit(BINARY[type(node.op)] + " xmm(r), xmm(s)", r=r, s=r + 1)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            self.expression(node.operand, n + 1)
            emit("xorps xmm(r), xmm(r); subsd xmm(r), xmm(s)", r=r, s=r + 1)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS and len(node.args) == 2:
            self.expression(node.args[1], n)
            self.expression(node.args[0], n + 1)
            emit(CALLS[node.func.id] + " xmm(r), xmm(s)", r=r, s=r + 1)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sqrt" and len(node.args) == 1:
            self.expression(node.args[0], n)
            emit("sqrtsd xmm(r), xmm(r)", r=r)
        else:
            raise SyntaxError(f"line {node.lineno}: cannot compile {ast.unparse(node)}")


def compile_(source):
    """A function of doubles."""
    tree = parse(source)
    c = Compiler(tree)
    c.expression(tree.body)
    c.a.emit("movaps xmm0, xmm(r); ret", r=FIRST)
    return c.a.publish(name="lambda").function(None, f"double({', '.join(['double'] * len(c.names))})")


def map_(source):
    """A function (out, in, n): out[i] = f(in[i]) for arrays of doubles."""
    tree = parse(source)
    c = Compiler(tree)
    c.a.emit("test rdx, rdx; jz >2\n1: movsd xmm0, qword [rsi]")
    c.expression(tree.body)
    c.a.emit("movsd qword [rdi], xmm(r); add rsi, 8; add rdi, 8; dec rdx; jnz <1\n2: ret", r=FIRST)
    return c.a.publish(name="map").function(None, "void(double *, const double *, size_t)")


def main():
    text = "lambda x: (x*x*3.0 - x/7.0 + 1.0) * (x - 0.5) + min(x, 2.0)"
    python, compiled, loop = eval(text), compile_(text), map_(text)
    print(compiled.code)
    data = array.array("d", [i * 0.001 for i in range(200000)])
    out = array.array("d", bytes(8 * len(data)))
    start = time.perf_counter()
    expected = array.array("d", map(python, data))
    middle = time.perf_counter()
    loop(out, data, len(data))
    end = time.perf_counter()
    assert out == expected
    print(f"{len(data)} values: Python {1e3 * (middle - start):.1f} ms, compiled loop {1e3 * (end - middle):.2f} ms")
    return (middle - start) / (end - middle)


if __name__ == "__main__":
    main()
