"""Brainfuck, compiled: python brainfuck.py FILE

Each run of equal commands becomes one instruction; brackets are labels. The tape's place is in rbx or x19;
input and output are Python functions that the code calls. It runs on x86-64 and AArch64.
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


# What the commands are, on each processor that this knows.
TEXT = {
    "x64": {
        "start": "push rbx; push r12; push r13; mov rbx, rdi; mov r12, rsi; mov r13, rdx",
        "+": "add byte [rbx], n",
        "-": "sub byte [rbx], n",
        ">": "add rbx, n",
        "<": "sub rbx, n",
        ".": "movzx edi, byte [rbx]; call r13",
        ",": "call r12; mov [rbx], al",
        "[": "cmp byte [rbx], 0; je {there}; {here}:",
        "]": "cmp byte [rbx], 0; jne {there}; {here}:",
        "finish": "pop r13; pop r12; pop rbx; ret",
    },
    "arm64": {
        "start": "stp x29, x30, [sp, #-48]!; stp x19, x20, [sp, #16]; str x21, [sp, #32]; mov x19, x0; mov x20, x1; mov x21, x2",
        "+": "ldrb w0, [x19]; add w0, w0, #n; strb w0, [x19]",
        "-": "ldrb w0, [x19]; sub w0, w0, #n; strb w0, [x19]",
        ">": "mov64 x0, n; add x19, x19, x0",
        "<": "mov64 x0, n; sub x19, x19, x0",
        ".": "ldrb w0, [x19]; blr x21",
        ",": "blr x20; strb w0, [x19]",
        "[": "ldrb w0, [x19]; cbz w0, {there}; {here}:",
        "]": "ldrb w0, [x19]; cbnz w0, {there}; {here}:",
        "finish": "ldr x21, [sp, #32]; ldp x19, x20, [sp, #16]; ldp x29, x30, [sp], #48; ret",
    },
}


def compile_(code):
    """A function of the tape and the two callbacks."""
    a = dasm.Assembler()
    labels = {i: a.label() for i, (c, _) in enumerate(code) if c in "[]"}
    text = TEXT[a.isa]
    a.emit(text["start"])
    for i, (c, n) in enumerate(code):
        if c in "[]":
            a.emit(text[c], here=labels[i], there=labels[n])
        else:
            a.emit(text[c], n=n & 255 if c in "+-" else n)
    a.emit(text["finish"])
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
