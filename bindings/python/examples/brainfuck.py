"""Brainfuck, compiled: python brainfuck.py FILE

Each run of equal commands becomes one instruction; brackets are labels. The tape's place is in rbx; input
and output are Python functions that the code calls.
"""

import ctypes
import re
import sys

import dasm

GET = ctypes.CFUNCTYPE(ctypes.c_int)
PUT = ctypes.CFUNCTYPE(None, ctypes.c_int)


def parse(text):
    """(command, count) pairs; brackets have the number of their partner instead."""
    code, open_ = [], []
    for run in re.findall(r"\++|-+|>+|<+|[\[\].,]", re.sub(r"[^-+<>\[\].,]", "", text)):
        c = run[0]
        if c == "[":
            open_.append(len(code))
            code.append((c, -1))
        elif c == "]":
            if not open_:
                raise SyntaxError("] without [")
            start = open_.pop()
            code[start] = ("[", len(code))
            code.append((c, start))
        else:
            code.append((c, len(run)))
    if open_:
        raise SyntaxError("[ without ]")
    return code


def interpret(code, get, put, size=30000):
    tape, at, pc = bytearray(size), 0, 0
    while pc < len(code):
        c, n = code[pc]
        if c == "+":
            tape[at] = (tape[at] + n) & 255
        elif c == "-":
            tape[at] = (tape[at] - n) & 255
        elif c == ">":
            at += n
        elif c == "<":
            at -= n
        elif c == ".":
            put(tape[at])
        elif c == ",":
            tape[at] = get() & 255
        elif c == "[" and not tape[at] or c == "]" and tape[at]:
            pc = n
        pc += 1


def compile_(code):
    """A function of the tape and the two callbacks."""
    a = dasm.Assembler()
    labels = {i: a.label() for i, (c, _) in enumerate(code) if c in "[]"}
    a.emit("push rbx; push r12; push r13; mov rbx, rdi; mov r12, rsi; mov r13, rdx")
    for i, (c, n) in enumerate(code):
        if c == "+":
            a.emit("add byte [rbx], n", n=n & 255)
        elif c == "-":
            a.emit("sub byte [rbx], n", n=n & 255)
        elif c == ">":
            a.emit("add rbx, n", n=n)
        elif c == "<":
            a.emit("sub rbx, n", n=n)
        elif c == ".":
            a.emit("movzx edi, byte [rbx]; call r13")
        elif c == ",":
            a.emit("call r12; mov [rbx], al")
        elif c == "[":
            a.emit("cmp byte [rbx], 0; je {end}; {here}:", here=labels[i], end=labels[n])
        elif c == "]":
            a.emit("cmp byte [rbx], 0; jne {start}; {here}:", here=labels[i], start=labels[n])
    a.emit("pop r13; pop r12; pop rbx; ret")
    return a.publish(name="brainfuck").function(None, "void(void *, void *, void *)")


def run(text, data=b"", size=30000):
    """The output of a program for an input."""
    out, rest = bytearray(), iter(data)
    compile_(parse(text))(bytearray(size), GET(lambda: next(rest, 0)), PUT(lambda c: out.append(c & 255)))
    return bytes(out)


HELLO = """++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.
+++.------.--------.>>+.>++."""

if __name__ == "__main__":
    program = open(sys.argv[1]).read() if sys.argv[1:] else HELLO
    sys.stdout.buffer.write(run(program, sys.stdin.buffer.read() if "," in program else b""))
