"""Published code: heaps, code objects, functions."""

from __future__ import annotations

import ctypes
import re
import sys
import threading
from typing import Any, Callable, Dict, Iterator, List, NoReturn, Optional, Sequence, Tuple, Union

from . import _lowlevel as low
from .ctext import Signature, signature as to_signature
from .errors import Error, StateError

__all__ = ["Code", "Function", "Heap", "address_of"]


def refuse_pickle(self: Any, *_: Any) -> NoReturn:
    name = type(self).__name__
    raise TypeError(f"{name} objects cannot be pickled: machine code belongs to its process; keep the text instead")


def address_of(thing: Any) -> int:
    """The address that an object stands for: an integer, a Function or Code, or a ctypes function."""
    if isinstance(thing, (Function, Code)):
        return thing.address
    if isinstance(thing, ctypes._CFuncPtr):  # type: ignore[attr-defined]
        return ctypes.cast(thing, ctypes.c_void_p).value or 0
    if isinstance(thing, (str, bytes, float)) or not hasattr(thing, "__index__"):
        raise TypeError(f"no address: {thing!r}")
    value = thing.__index__()
    if not 0 <= value < 1 << 64:
        raise OverflowError(f"no address: {value:#x}")
    return int(value)


class Heap:
    """Executable memory. Never writable and executable at one address.

    All published code is in one; `Heap.default()` unless `publish()` is told another. It lives as
    long as code in it.

    strategy: "auto", "dual", "single" or "flip". flags: any of "huge", "low", "landing", "gdb",
    "perfmap", "jitdump", "unwind", as in the C interface.
    """

    _strategies = {"auto": 0, "dual": 1, "single": 2, "flip": 3}
    _flags = {
        "huge": 0x1, "low": 0x2, "landing": 0x4, "keep": 0x10, "pkey": 0x20,
        "gdb": 0x100, "perfmap": 0x200, "jitdump": 0x400, "unwind": 0x800,
    }  # fmt: skip
    _default: Optional["Heap"] = None
    _default_lock = threading.Lock()

    def __init__(self, strategy: str = "auto", flags: Sequence[str] = ()) -> None:
        if strategy not in self._strategies:
            raise ValueError(f"unknown strategy {strategy!r}: one of {', '.join(self._strategies)}")
        bits = 0
        for flag in (flags,) if isinstance(flags, str) else flags:
            if flag not in self._flags:
                raise ValueError(f"unknown flag {flag!r}: any of {', '.join(self._flags)}")
            bits |= self._flags[flag]
        self._handle = low.glue_heap_new(self._strategies[strategy], bits)
        if self._handle is None:
            raise MemoryError
        status = low.glue_heap_status(self._handle)
        if status:
            raise Error(low.glue_heap_error(self._handle), status)

    @classmethod
    def default(cls) -> "Heap":
        """The heap that is used when none is named."""
        with cls._default_lock:
            if cls._default is None:
                cls._default = cls()
            return cls._default

    @property
    def used(self) -> int:
        """Bytes of blocks in use, rounding included."""
        return int(low.glue_heap_used(self._handle))

    def __repr__(self) -> str:
        return f"<dasm.Heap: {self.used} bytes used>"

    __reduce_ex__ = refuse_pickle


class Code(low.Exporter):
    """A published piece of code.

    Its bytes are a read-only buffer: `bytes(code)`, `memoryview(code)`. It stays in memory as long
    as the object, a function made from it, or a memoryview is there. As a context manager, `free()`
    is called at the end.
    """

    def __init__(self, block: Any, heap: Heap, info: Dict[str, Any]) -> None:
        self._block = block
        self._heap = heap
        self._isa: str = info["isa"]
        self._labels: Dict[str, int] = info["labels"]
        self._numbered: Dict[int, int] = info["numbered"]
        self._owner: Any = info["owner"]
        self._lines: List[Tuple[int, int, str]] = info["lines"]
        self._keep = info["keep"]  # what the code refers to
        self._targets: Dict[int, Any] = {}  # where branches were sent, by id()
        self._address = int(low.glue_code_address(block))
        self._size = int(low.glue_code_size(block))

    def _live(self) -> Any:
        block = self._block
        if block is None:
            raise StateError("the code was freed")
        return block

    @property
    def address(self) -> int:
        """Where the code is."""
        self._live()
        return self._address

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self._size

    @property
    def isa(self) -> str:
        """Name of its instruction set."""
        return self._isa

    @property
    def labels(self) -> Dict[str, int]:
        """Offsets of the global labels in it, by name."""
        return dict(self._labels)

    @property
    def freed(self) -> bool:
        """Was it freed?"""
        return self._block is None

    def offset(self, where: Any = None) -> int:
        """The offset of a place: a name, a Label, an offset, or None: the start."""
        if where is None:
            return 0
        if isinstance(where, str):
            name = where[2:] if where.startswith("->") else where
            if name not in self._labels:
                known = ", ".join(self._labels) or "none"
                raise KeyError(f"no global label {name!r} in this code (there are: {known})")
            return self._labels[name]
        number = getattr(where, "number", None)
        if number is not None:
            if where.assembler is not self._owner or number not in self._numbered:
                raise KeyError("the label is not in this code")
            return self._numbered[number]
        if isinstance(where, (float, bytes)) or not hasattr(where, "__index__"):
            raise TypeError(f"a label's name, a Label or an offset is needed, not {where!r}")
        offset = where.__index__()
        if not 0 <= offset <= self._size:
            raise IndexError(f"offset {offset} is outside of the code ({self._size} bytes)")
        return int(offset)

    def function(self, where: Any = None, signature: Union[str, Sequence[Any]] = "void()") -> "Function":
        """A callable: where it begins (see `offset()`), and its signature.

        signature: C text ("int64(int64, const char *)"), or a sequence of ctypes types, the result
        first (None: void).
        """
        self._live()
        offset = self.offset(where)
        if offset == self._size:
            raise IndexError(f"offset {offset} is the end of the code: nothing is there to be called")
        return Function(self, offset, to_signature(signature))

    # ---- changing it

    def _check(self, status: int) -> None:
        if status < 0:
            code = low.glue_heap_status(self._heap._handle)
            raise Error(low.glue_strerror(code), code)

    def write(self, where: Any, data: Any) -> None:
        """Write bytes. No thread may be running them."""
        offset = self.offset(where)
        self._check(low.glue_code_write(self._heap._handle, self._live(), offset, data))

    def patch(self, where: Any, value: int, size: int = 4) -> None:
        """Replace an aligned field of 1, 2, 4 or 8 bytes atomically, while other threads may run it."""
        if size not in (1, 2, 4, 8):
            raise ValueError(f"size is 1, 2, 4 or 8, not {size!r}")
        if isinstance(value, float) or not hasattr(value, "__index__"):
            raise TypeError(f"value: an integer is needed, not {type(value).__name__}")
        bits = value.__index__()
        if not -(1 << (8 * size - 1)) <= bits < 1 << 8 * size:
            raise OverflowError(f"{bits} does not fit in {size} bytes")
        offset = self.offset(where)
        bits &= (1 << 8 * size) - 1
        self._check(low.glue_code_patch(self._heap._handle, self._live(), offset, bits, size))

    def branch(self, where: Any, target: Any, length: int = 5) -> None:
        """Let a branch or call of `length` bytes go elsewhere, atomically: to a place in this code (as in
        `offset()`), a Function or Code, or a ctypes function."""
        block = self._live()
        if length not in range(1, 16):
            raise ValueError(f"length is that of a branch in bytes, not {length!r}")
        if isinstance(target, str) or hasattr(target, "number"):
            address = self._address + self.offset(target)
        else:
            address = address_of(target)
            if not isinstance(target, int):
                self._targets[id(target)] = target
        self._check(low.glue_code_branch(self._heap._handle, block, self.offset(where), length, address))

    def free(self) -> None:
        """Give the memory back, as soon as no call is running in it and no memoryview is left. Calling a
        function of it afterwards is a StateError. Calling free() twice is fine."""
        self._block = None

    def __enter__(self) -> "Code":
        self._live()
        return self

    def __exit__(self, *_: Any) -> None:
        self.free()

    # ---- looking at it

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> bytes:
        return bytes(memoryview(self._live()))

    def listing(self) -> List[Any]:
        """The code line by line: see `dasm.listing.Row`."""
        from .listing import rows

        return rows(self)

    def __str__(self) -> str:
        from .listing import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from .listing import as_html

        return as_html(self)

    def __repr__(self) -> str:
        if self.freed:
            return "<dasm.Code: freed>"
        return f"<dasm.Code: {self._size} bytes of {self._isa} at {self._address:#x}>"

    __reduce_ex__ = refuse_pickle


# ---- functions -------------------------------------------------------------------------


def _kind(code: str) -> str:
    """Whether numbers of a format's or ctypes' letter are "f"loating or "i"nteger; "": neither."""
    return "f" if code in _FLOATS else "i" if code in _INTEGERS else ""


_FLOATS, _INTEGERS = frozenset("efdg"), frozenset("bBhHiIlLqQnNPz")


class _Buffer:
    """Turns an argument for a pointer into an address; holds the buffer during the call."""

    __slots__ = ("const", "kind", "size", "name")

    def __init__(self, const: bool, target: Any) -> None:
        self.const = const
        self.kind = _kind(target._type_) if target else ""
        self.size = ctypes.sizeof(target) if target else 0
        self.name = "pointers" if target is ctypes.c_void_p else f"{'float' if self.kind == 'f' else 'int'}{8 * self.size}"

    def fits(self, code: str, size: int, index: int) -> None:
        """Is it memory of such numbers? Bytes may be anything, and signed numbers unsigned."""
        if not self.kind or size == 1:
            return
        swapped = code[:1] in (">", "!") if sys.byteorder == "little" else code[:1] == "<"
        letter = code.lstrip("@=<>!")
        kind = _kind(letter) or ("" if letter.startswith("T{") else letter or "B")
        if kind and (kind != self.kind or size != self.size or swapped):
            order = " in the other byte order" if swapped else ""
            what = {"f": "float", "i": "int"}.get(kind, f"{kind!r} of ")
            raise TypeError(f"argument {index}: a pointer to {self.name} is needed, not to {what}{8 * size}{order}")

    def __call__(self, value: Any, held: List[Any], index: int) -> Any:
        if value is None:
            return None
        if isinstance(value, (Function, Code)):
            return value.address
        if isinstance(value, str):
            raise TypeError(f"argument {index}: text must be encoded to bytes first")
        if isinstance(value, _CTYPES):
            return self._ctypes(value, index)
        if isinstance(value, float):
            raise TypeError(f"argument {index}: a pointer cannot be a float")
        if isinstance(value, int):
            return self._address(value, index)
        try:
            view = memoryview(value)
        except TypeError:
            if hasattr(value, "__index__"):
                return self._address(value, index)
            raise TypeError(f"argument {index}: no pointer can be made of {type(value).__name__}") from None
        if view.readonly and not self.const:
            raise TypeError(f"argument {index}: {type(value).__name__} cannot be written to; the signature says so "
                            "only with const")  # fmt: skip
        if not view.contiguous:
            raise TypeError(f"argument {index}: the buffer is not contiguous")
        self.fits(view.format, view.itemsize, index)
        if self.kind and view.nbytes % self.size:
            raise ValueError(f"argument {index}: {view.nbytes} bytes are no whole number of {self.name} elements")
        held.append(view)
        return int(low.glue_address(view))


    @staticmethod
    def _address(value: Any, index: int) -> int:
        try:
            return address_of(value)
        except OverflowError:
            raise OverflowError(f"argument {index}: {int(value.__index__())} is no address") from None

    def _ctypes(self, value: Any, index: int) -> Any:
        if isinstance(value, _BYREF):
            self._ctypes(value._obj, index) if isinstance(value._obj, _AGGREGATE) else self._number(type(value._obj), index)
            return value
        if isinstance(value, ctypes.Array):
            view = memoryview(value)
            self.fits(view.format, view.itemsize, index)
        if isinstance(value, _AGGREGATE):
            return ctypes.addressof(value)
        if isinstance(value, _POINTER):
            self._number(value._type_, index)
        elif not isinstance(value, (ctypes._CFuncPtr, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_wchar_p)):  # type: ignore[attr-defined]
            raise TypeError(f"argument {index}: a pointer is needed, not {type(value).__name__} (byref() makes one)")
        return ctypes.cast(value, ctypes.c_void_p).value

    def _number(self, target: Any, index: int) -> None:
        """The same for a ctypes type that is pointed to."""
        code = getattr(target, "_type_", "")
        if isinstance(code, str) and _kind(code):
            self.fits(code, ctypes.sizeof(target), index)


_AGGREGATE = (ctypes.Structure, ctypes.Union, ctypes.Array)
_BYREF: type = type(ctypes.byref(ctypes.c_int()))
_SIMPLE: type = ctypes.c_int.__mro__[1]
_POINTER: type = ctypes.POINTER(ctypes.c_int).__mro__[1]
_CTYPES: Tuple[type, ...] = (_BYREF, _SIMPLE, _POINTER, ctypes.Structure, ctypes.Union, ctypes.Array, ctypes._CFuncPtr)  # type: ignore[attr-defined]


class Function:
    """A function in published code. Calling it lets other Python threads run, as ctypes does.

    Where the signature has a pointer, a call takes None, an address, ctypes objects, and anything with
    a buffer (bytes, bytearray, array, memoryview, NumPy arrays); what cannot be written to only for a
    pointer to const.
    """

    def __init__(self, code: Code, offset: int, sig: Signature) -> None:
        self._code = code
        self._offset = offset
        self._signature = sig
        self._count = len(sig.parameters)
        types = [ctypes.c_void_p if p.pointer else p.type for p in sig.parameters]
        self._call: Callable[..., Any] = ctypes.CFUNCTYPE(sig.result.type, *types)(code.address + offset)
        self._buffers = tuple((i, _Buffer(p.const, p.target)) for i, p in enumerate(sig.parameters) if p.pointer)
        codes = ["P" if p.pointer else getattr(p.type, "_type_", "") for p in sig.parameters]
        self._codes = "".join(c if isinstance(c, str) and len(c) == 1 else "O" for c in codes).encode()

    @property
    def code(self) -> Code:
        """The code that it is in."""
        return self._code

    @property
    def address(self) -> int:
        """Where it begins."""
        return self._code.address + self._offset

    @property
    def signature(self) -> Signature:
        """What it returns and takes."""
        return self._signature

    @property
    def _as_parameter_(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(self.address)

    def __call__(self, *args: Any) -> Any:
        block = self._code._block  # held during the call
        if block is None:
            raise StateError("the code was freed")
        if len(args) != self._count:
            raise TypeError(f"the function takes {self._count} argument{'s' * (self._count != 1)}, {len(args)} given")
        held: List[Any] = []
        ready = args  # which stays: what an address was taken from may be nowhere else
        if self._buffers:
            values = list(args)
            for i, convert in self._buffers:
                values[i] = convert(values[i], held, i + 1)
            ready = tuple(values)
        ready = low.call_arguments(self._codes, ready)
        try:
            return self._call(*ready)
        except ctypes.ArgumentError as e:
            number = re.match(r"argument (\d+): ", str(e))
            if not number:
                raise TypeError(str(e)) from None
            kind = type(ready[int(number.group(1)) - 1]).__name__
            raise TypeError(f"{number.group()}{kind} is not what the signature says") from None

    def __repr__(self) -> str:
        where = "freed" if self._code.freed else f"at {self.address:#x}"
        return f"<dasm.Function {where}>"

    __reduce_ex__ = refuse_pickle
