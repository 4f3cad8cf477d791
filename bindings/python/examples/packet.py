"""A compiler for packet filters:  python packet.py 'tcp and dst port 80 or udp'

    filter  = term { "or" term }
    term    = factor { "and" factor }
    factor  = "not" factor | "(" filter ")" | test
    test    = "ip" | "tcp" | "udp" | "icmp"
            | ["src" | "dst"] "host" a.b.c.d  | ["src" | "dst"] "port" number | "less" n | "greater" n

Code is made by passing down where to go on success and on failure, so that `and`, `or` and `not` cost nothing
but branches. The frame is Ethernet with IPv4; what is too short for a test fails it.
"""

import re
import socket
import sys

import dasm

ETHERNET, PROTOCOLS = 14, {"icmp": 1, "tcp": 6, "udp": 17}


class Parser:
    def __init__(self, text):
        self.tokens = re.findall(r"[()]|[\w.]+|\S", text)

    def peek(self):
        return self.tokens[0] if self.tokens else None

    def take(self, what="a test"):
        if not self.tokens:
            raise SyntaxError(f"expected {what} at the end")
        return self.tokens.pop(0)

    def parse(self):
        tree = self.filter()
        if self.tokens:
            raise SyntaxError(f"unexpected {self.peek()!r}")
        return tree

    def chain(self, word, part):
        tree = part()
        while self.peek() == word:
            self.take()
            tree = (word, tree, part())
        return tree

    def filter(self):
        return self.chain("or", self.term)

    def term(self):
        return self.chain("and", self.factor)

    def factor(self):
        t = self.take()
        if t == "not":
            return ("not", self.factor())
        if t == "(":
            tree = self.filter()
            if self.take("')'") != ")":
                raise SyntaxError("expected ')'")
            return tree
        if t == "ip" or t in PROTOCOLS:
            return (t,)
        if t in ("less", "greater"):
            return (t, self.number(65535))
        side = t if t in ("src", "dst") else None
        kind = self.take("host or port") if side else t
        if kind == "port":
            return ("port", side, self.number(65535))
        if kind == "host":
            return ("host", side, self.host())
        raise SyntaxError(f"expected a test, not {kind!r}")

    def number(self, most):
        t = self.take("a number")
        if not t.isdecimal() or int(t) > most:
            raise SyntaxError(f"expected a number, not {t!r}")
        return int(t)

    def host(self):
        t = self.take("an address")
        try:
            return socket.inet_aton(t)
        except OSError:
            raise SyntaxError(f"expected an address, not {t!r}") from None


def interpret(tree, p):
    """What the filter says of a packet, without a compiler."""
    kind = tree[0]
    if kind == "or":
        return interpret(tree[1], p) or interpret(tree[2], p)
    if kind == "and":
        return interpret(tree[1], p) and interpret(tree[2], p)
    if kind == "not":
        return not interpret(tree[1], p)
    if kind == "less":
        return len(p) <= tree[1]
    if kind == "greater":
        return len(p) >= tree[1]
    ip = len(p) >= ETHERNET + 20 and p[12:14] == b"\x08\x00"
    if kind == "ip":
        return ip
    if kind in PROTOCOLS:
        return ip and p[ETHERNET + 9] == PROTOCOLS[kind]
    sides = [s for s in ("src", "dst") if tree[1] in (None, s)]
    if kind == "host":
        at = {"src": ETHERNET + 12, "dst": ETHERNET + 16}
        return ip and any(p[at[s] : at[s] + 4] == tree[2] for s in sides)
    if not ip or p[ETHERNET + 9] not in (6, 17):
        return False
    ports = ETHERNET + 4 * (p[ETHERNET] & 15)
    if len(p) < ports + 4:
        return False
    return any(int.from_bytes(p[ports + o : ports + o + 2], "big") == tree[2] for s, o in (("src", 0), ("dst", 2)) if s in sides)


class Compiler:
    """rdi: the packet, rsi: its length."""

    def __init__(self):
        self.a = dasm.Assembler()

    def tests(self, tree, yes, no):
        """Code that goes to `yes` or `no`."""
        emit, kind = self.a.emit, tree[0]
        if kind in ("and", "or"):
            more = self.a.label()
            self.tests(tree[1], more if kind == "and" else yes, no if kind == "and" else more)
            emit("{more}:", more=more)
            self.tests(tree[2], yes, no)
        elif kind == "not":
            self.tests(tree[1], no, yes)
        elif kind == "less":
            emit("cmp rsi, n; jbe {yes}; jmp {no}", n=tree[1], yes=yes, no=no)
        elif kind == "greater":
            emit("cmp rsi, n; jae {yes}; jmp {no}", n=tree[1], yes=yes, no=no)
        else:
            emit("cmp rsi, n; jb {no}; cmp word [rdi+12], 8; jne {no}", n=ETHERNET + 20, no=no)
            getattr(self, kind if kind in ("ip", "host", "port") else "protocol")(tree, yes, no)
            emit("jmp {no}", no=no)

    def ip(self, tree, yes, no):
        self.a.emit("jmp {yes}", yes=yes)

    def protocol(self, tree, yes, no):
        self.a.emit("cmp byte [rdi+at], n; je {yes}", at=ETHERNET + 9, n=PROTOCOLS[tree[0]], yes=yes)

    def host(self, tree, yes, no):
        n = int.from_bytes(tree[2], "little", signed=True)
        for side, at in (("src", 12), ("dst", 16)):
            if tree[1] in (None, side):
                self.a.emit("cmp dword [rdi+at], n; je {yes}", at=ETHERNET + at, n=n, yes=yes)

    def port(self, tree, yes, no):
        n = int.from_bytes(tree[2].to_bytes(2, "big"), "little", signed=True)
        self.a.emit("""
          mov al, [rdi+ip+9]
          cmp al, 6
          je >1
          cmp al, 17
          jne {no}
        1:
          movzx eax, byte [rdi+ip]
          and eax, 15
          lea rax, [rax*4+ip]       // the ports
          lea rcx, [rax+4]
          cmp rsi, rcx
          jb {no}
        """, ip=ETHERNET, no=no)  # fmt: skip
        for side, at in (("src", 0), ("dst", 2)):
            if tree[1] in (None, side):
                self.a.emit("cmp word [rdi+rax+at], n; je {yes}", at=at, n=n, yes=yes)


def compile_(text):
    """A function (packet, length) that returns a bool."""
    c = Compiler()
    yes, no = c.a.label(), c.a.label()
    c.tests(Parser(text).parse(), yes, no)
    c.a.emit("{no}: xor eax, eax; ret\n{yes}: mov eax, 1; ret".replace(": ", ":; "), yes=yes, no=no)
    return c.a.publish(name="filter").function(None, "bool(const void *, size_t)")


if __name__ == "__main__":
    print(compile_(" ".join(sys.argv[1:]) or "tcp and dst port 80 or udp").code)
