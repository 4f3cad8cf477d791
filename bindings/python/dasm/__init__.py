"""libdasm: assemble machine code at run time, and call it.

    >>> import dasm
    >>> add = dasm.function("int(int, int)", "lea eax, [rdi+rsi]; ret")
    >>> add(40, 2)
    42

An `Assembler` takes texts in the language of dasmc; `publish()` makes `Code` of them, which gives
callable `Function` objects. `assemble()` gives bytes for any instruction set. What cannot be assembled
raises an `AssemblyError` that says where and why.
"""

from .assembler import Assembler, Label, assemble, function, host_isa, isas, version
from .code import Code, Function, Heap
from .errors import AssemblyError, Error, Message, StateError
from .hook import install_hook, translate
from .listing import disassemble

__all__ = [
    "Assembler",
    "AssemblyError",
    "Code",
    "Error",
    "Function",
    "Heap",
    "Label",
    "Message",
    "StateError",
    "assemble",
    "disassemble",
    "function",
    "host_isa",
    "install_hook",
    "isas",
    "translate",
    "version",
]
