"""A prompt for assembly: python -m dasm [--isa NAME]

Type a line, see its bytes. Lines that begin with a colon are commands; :help lists them.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from typing import Any, Callable, Dict, List, Optional

from . import AssemblyError, Assembler, Error, host_isa, isas, version

HELP = """\
A line of assembly is added to the code, and its bytes are shown.
  name = value              give a parameter its value (integers; also 0x10)
  :run [SIGNATURE [ARGS]]   call it: :run int(int, int) 40, 2   (default: int64())
  :list                     offset, bytes, source and disassembly of all
  :undo                     take the last line back
  :reset                    forget all lines
  :isa [NAME]               show or choose the instruction set; forgets all lines
  :help                     this text
  :quit                     leave (or Ctrl-D)
A .macro is added when its .endmacro is there."""


class Prompt:
    """The lines so far. Each change is tried on a new assembler, so that an error changes nothing."""

    def __init__(self, isa: Optional[str] = None, write: Callable[[str], Any] = print) -> None:
        self.isa = isa or host_isa() or isas()[0]
        self.write = write
        self.texts: List[str] = []
        self.pending: List[str] = []  # of a macro that is not complete
        self.values: Dict[str, int] = {}
        self.size = 0
        Assembler(self.isa).close()

    def assembler(self, texts: List[str]) -> Assembler:
        a = Assembler(self.isa)
        for text in texts:
            a.emit(text, **self.values)
        return a

    def add(self, text: str) -> None:
        if not text.strip():
            return
        texts = self.texts + [text]
        a = self.assembler(texts)
        try:
            data = a.bytes(at=0)
        except AssemblyError as e:
            if not re.search(r"never defined|not resolved", e.text):
                raise
            self.write(f"    waits: {e.text}")
        else:
            same = self.size if len(data) >= self.size else 0
            if data[same:]:
                self.write(f"{same:4x}  {data[same:].hex(' ')}")
            self.size = len(data)
        self.texts = texts

    def command(self, line: str) -> bool:
        """False: leave."""
        name, _, rest = line[1:].partition(" ")
        rest = rest.strip()
        if name in ("quit", "q", "exit"):
            return False
        if name == "run":
            self.run(rest)
        elif name == "list":
            self.write(str(self.assembler(self.texts).publish()) if self.isa == host_isa() else "\n".join(self.texts))
        elif name == "undo":
            self.texts = self.texts[:-1]
            self.size = 0
        elif name == "reset":
            self.texts, self.size = [], 0
        elif name == "isa":
            if rest:
                Assembler(rest).close()
                self.isa, self.texts, self.size = rest, [], 0
            self.write(f"{self.isa} (of {', '.join(isas())})")
        elif name == "help":
            self.write(HELP)
        else:
            self.write(f"no command :{name}; :help lists them")
        return True

    def run(self, rest: str) -> None:
        m = re.match(r"([^()]*\([^()]*\))\s*(.*)\Z", rest) if rest else None
        if rest and not m:
            raise ValueError("it goes like this: :run int(int, int) 40, 2")
        signature, arguments = m.groups() if m else ("int64()", "")
        try:
            args = ast.literal_eval(f"({arguments},)") if arguments else ()
        except SyntaxError:
            raise ValueError(f"these are no arguments: {arguments}") from None
        with self.assembler(self.texts).publish() as code:
            result = code.function(None, signature)(*args)
        self.write(repr(result))

    def line(self, line: str) -> bool:
        """Handle a line; False: leave."""
        try:
            if line.startswith(":") and not self.pending:
                return self.command(line.strip())
            m = re.match(r"\s*([A-Za-z_]\w*)\s*=\s*([^=>].*)\Z", line)
            if m and not self.pending:
                self.values[m.group(1)] = int(ast.literal_eval(m.group(2).strip()))
                return True
            self.pending.append(line)
            text = "\n".join(self.pending)
            if text.count(".macro") > text.count(".endmacro"):
                return True
            self.pending = []
            self.add(text)
        except (Error, TypeError, ValueError, OverflowError, SyntaxError, LookupError) as e:
            self.write(str(e))
        return True


def main(argv: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dasm", description="A prompt: type assembly, see bytes, run.")
    parser.add_argument("--isa", help="instruction set (default: the host's): " + ", ".join(isas()))
    parser.add_argument("--version", action="version", version=f"libdasm {version()}")
    options = parser.parse_args(argv)
    try:
        prompt = Prompt(options.isa)
    except ValueError as e:
        parser.error(str(e))
    interactive = sys.stdin.isatty()
    if interactive:
        try:
            import readline  # noqa: F401  line editing for input()
        except ImportError:
            pass
        print(f"libdasm {version()}, {prompt.isa}. :help helps.")
    while True:
        try:
            line = input(("... " if prompt.pending else ">>> ") if interactive else "")
        except EOFError:
            return 0
        except KeyboardInterrupt:
            prompt.pending = []
            print()
            continue
        if not prompt.line(line):
            return 0


if __name__ == "__main__":
    sys.exit(main())
