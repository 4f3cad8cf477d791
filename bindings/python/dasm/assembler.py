"""The assembler: text in, code out."""

from __future__ import annotations

import ctypes
import os
import re
import threading
from typing import Any, Dict, List, NoReturn, Optional, Sequence, Tuple, Union

from . import _lowlevel as low
from .code import Code, Function, Heap, address_of, refuse_pickle
from .ctext import layouts
from .errors import AssemblyError, Error, Message, StateError

__all__ = ["Assembler", "Label", "assemble", "function", "host_isa", "isas", "version"]

_LEVELS = {1: "error", 2: "warning", 3: "note", 4: "help"}
_S_CLASS, _S_SOURCE, _S_NOMEM, _S_ARG = 0xFF000000, 0x0B000000, 0x01000000, 0x05000000
_ABOUT_TEXT = {_S_SOURCE, 0x07000000} | set(range(0x11000000, 0x17000000, 0x01000000)) | {0x21000000, 0x22000000, 0x23000000}
_PLACE = re.compile(r"(?:[^:\s]*:)?(\d+): ")
_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


def version() -> str:
    """Version of the libdasm in use, as "1.0.0"."""
    return str(low.glue_version())


def host_isa() -> str:
    """Name of this machine's instruction set, or "" if libdasm has none for it."""
    return str(low.glue_hostisa())


def isas() -> List[str]:
    """Names of all instruction sets."""
    names: List[str] = []
    while True:
        name = low.glue_isaname(len(names))
        if not name:
            return names
        names.append(name)


class Label:
    """A place in the code, made by `Assembler.label()`. Placed once with "=>L:" or "{L}:", and used any
    number of times as an operand, in texts that get it as a value: `a.emit("jne {L}", L=L)`."""

    __slots__ = ("assembler", "number", "_round")

    def __init__(self, assembler: "Assembler", number: int) -> None:
        self.assembler = assembler  #: whose label it is
        self.number = number  #: its number, for =>
        self._round = assembler._round

    @property
    def offset(self) -> Optional[int]:
        """Where it is: the largest it can become before the code is linked; None: not placed yet."""
        a = self.assembler
        with a._lock:
            if self._round != a._round:
                raise StateError("the label is of code before reset()")
            offset = low.glue_labeloffset(a._open(), self.number)
        return None if offset < 0 else int(offset)

    def __repr__(self) -> str:
        return f"<dasm.Label {self.number}>"

    __reduce_ex__ = refuse_pickle


class _Section:
    """Switches back when a with block ends."""

    def __init__(self, assembler: "Assembler", back: str) -> None:
        self._assembler, self._back = assembler, back

    def __enter__(self) -> "_Section":
        return self

    def __exit__(self, *_: Any) -> None:
        self._assembler.section(self._back)


class Assembler:
    """Collects code from texts.

    isa: "x64", "x86", …; default: the host's. features: instruction set extensions that may be used,
    as in `dasmc -m`; default: all. lines: remember for listings which line each byte comes from.

    Texts are what a .dasc file has behind its bars: lines, or statements separated by `;`. A name where
    a number may stand is a parameter; its value is given to `emit()`.

    One thread at a time is let in; others wait. As a context manager, `close()` is called at the end.
    """

    def __init__(self, isa: Optional[str] = None, features: str = "", lines: bool = True) -> None:
        if isa is not None and not isinstance(isa, str):
            raise TypeError(f"isa is a name, not {isa!r}")
        if not isinstance(features, str):
            raise TypeError(f"features are a text, not {features!r}")
        if isa is not None and isa not in isas():
            raise ValueError(f"no instruction set {isa!r}: one of {', '.join(isas())}")
        self._lock = threading.RLock()
        self._round = 0
        self._published = False
        self._fragments: Dict[str, Tuple[Any, Tuple[str, ...]]] = {}
        self._externs: Dict[str, Any] = {}
        self._types: Dict[str, type] = {}
        self._names: Dict[type, str] = {}
        self._sections: List[str] = []
        self._section = ""
        self._handle: Any = low.glue_new(isa or "", _plain(features))
        if self._handle is None:
            raise MemoryError
        if low.glue_status(self._handle):
            self._fail()
        self._lines = bool(lines)
        low.glue_setlines(self._handle, self._lines)

    # ---- errors

    def _open(self) -> Any:
        if self._handle is None:
            raise StateError("the assembler is closed")
        return self._handle

    def _messages(self) -> Tuple[Message, ...]:
        h = self._handle
        return tuple(
            Message(
                _LEVELS.get(low.glue_level(h, i), "note"),
                low.glue_line(h, i),
                low.glue_column(h, i),
                low.glue_text(h, i),
                low.glue_source(h, i),
                low.glue_caret(h, i),
                low.glue_id(h, i),
            )
            for i in range(low.glue_messages(h))
        )

    def _fail(self) -> NoReturn:
        """Raise the exception of the call that just failed."""
        h = self._handle
        status = low.glue_status(h) & 0xFFFFFFFF
        kind = status & _S_CLASS
        if kind == _S_NOMEM:
            raise MemoryError("libdasm: no memory")
        text = low.glue_error(h)
        if kind not in _ABOUT_TEXT:
            raise Error(text, status)
        error = AssemblyError(text, status, self._messages() if kind == _S_SOURCE else ())
        if not error.line:
            place = _PLACE.match(text)
            if place:
                error.line = int(place.group(1))
                error.text = text[place.end() :]
        raise error

    def _check(self, result: int) -> int:
        if result < 0:
            self._fail()
        return result

    def _emitting(self) -> Any:
        handle = self._open()
        if self._published:
            raise StateError("the code was published; reset() begins new code")
        return handle

    # ---- definitions

    @property
    def isa(self) -> str:
        """Name of the instruction set."""
        with self._lock:
            return str(low.glue_isa(self._open()))

    def define(self, name: str, value: Any = 1) -> None:
        """Define a name that stands for text, as `.define` and -D do; a known name gets the new value."""
        with self._lock:
            self._fragments.clear()
            self._check(low.glue_define(self._open(), _name(name), _plain(str(value))))

    def undefine(self, name: str) -> None:
        """Forget a define."""
        with self._lock:
            self._fragments.clear()
            self._check(low.glue_undefine(self._open(), _name(name)))

    def macro(self, head: str, body: str) -> None:
        """Define a macro: head "name, parameter, …"; body: lines."""
        with self._lock:
            self._fragments.clear()
            self._check(low.glue_macro(self._open(), _plain(head), _plain(body)))

    def type(self, name: str, struct: Any, register: str = "") -> None:
        """Make a ctypes structure known: `[name:reg->member]` and `#name` (its size) in texts; with a
        register, `name->member` too."""
        known = self._layout(struct)
        self.emit(f".type {_name(name)}, {known}" + (f", {_text(register)}" if register else ""))

    def _layout(self, struct: Any) -> str:
        with self._lock:
            handle = self._open()
            for t, size, members in layouts(struct):
                if t in self._names:
                    continue
                name = re.sub(r"\W", "_", t.__name__, flags=re.ASCII)
                while name in self._types:
                    name += "_"
                self._types[name] = t
                self._names[t] = name
                self._check(low.glue_layout(handle, name, size))
                for m in members:
                    if not _NAME.match(m.name):
                        raise ValueError(f"member {m.name!r} of {t.__name__} has no name that texts can have")
                    inner = self._names.get(m.type, "") if m.type else ""
                    self._check(low.glue_member(handle, name, m.name, m.offset, m.size, inner))
            return self._names[struct]

    def include_dir(self, directory: Any) -> None:
        """Add a folder for `.include`; the last one given is searched first."""
        with self._lock:
            self._check(low.glue_includedir(self._open(), _plain(os.fsdecode(directory))))

    def extern(self, name: str, target: Any = None) -> None:
        """Say what an extern is: an address, a ctypes function, a Function or Code; None: look for the name
        in this process. Names that are not said at all are looked for as well."""
        with self._lock:
            handle = self._open()
            address = _lookup(_plain(name)) if target is None else address_of(target)
            if address is None:
                raise LookupError(f"no function {name!r} in this process")
            self._check(low.glue_setextern(handle, name, address))
            self._externs[name] = target

    # ---- emitting

    def label(self) -> Label:
        """A new label."""
        with self._lock:
            number = low.glue_newlabel(self._emitting())
            self._check(number)
            return Label(self, number)

    def sections(self, *names: str) -> None:
        """Declare sections, as `.section` does. Code is laid out in their order."""
        with self._lock:
            self.emit(".section " + ", ".join(_name(n) for n in names))
            self._sections += names
            self._section = self._section or names[0]

    def section(self, name: str) -> Any:
        """Go on in this section; in a with statement, until its end."""
        with self._lock:
            if name not in self._sections:
                raise KeyError(f"no section {name!r} (there are: {', '.join(self._sections) or 'none'})")
            back = self._section
            self.emit("." + name)
            self._section = name
            return _Section(self, back)

    def _fragment(self, text: str) -> Tuple[Any, Tuple[str, ...]]:
        handle = self._open()
        before = low.glue_changes(handle)
        fragment = low.glue_fragment(handle, text)
        changed = low.glue_changes(handle) != before
        # Other texts may mean something else now, and this one the next time.
        if changed or len(self._fragments) >= 4096:
            self._fragments.clear()
        if fragment is None:
            self._fail()
        names = tuple(low.glue_parameter(fragment, i) for i in range(low.glue_parameters(fragment)))
        if not changed:
            self._fragments[text] = fragment, names
        return fragment, names

    def parameters(self, text: str, /) -> Tuple[str, ...]:
        """Names of the parameters of a text, which is translated but not emitted."""
        with self._lock:
            self._open()
            return (self._fragments.get(_text(text)) or self._fragment(text))[1]

    def emit(self, text: str, /, **values: Any) -> None:
        """Append code. Each parameter of the text gets its value: an integer, a Label, or something that
        has an address (Function, Code, ctypes function). `{name}` in the text is the Label of that name.

        A text that was seen before is not translated again. Values that no parameter needs are ignored.
        """
        with self._lock:
            handle = self._emitting()
            for name, value in values.items():
                if isinstance(value, Label):
                    text = _text(text).replace("{" + name + "}", "=>" + name)
            found = self._fragments.get(text) or self._fragment(_text(text))
            numbers = [self._value(name, values) for name in found[1]] if found[1] else ()
            try:
                if low.glue_put(handle, found[0], numbers) < 0:
                    self._fail()
            except OverflowError:
                wide = [name for name, n in zip(found[1], numbers) if not -(1 << 63) <= n < 1 << 64]
                raise OverflowError(f"{wide[0]}: the value does not fit in 64 bits") from None

    def emit_from(self, text: str, /, **values: Any) -> None:
        """The same, but each value is a function, called if the text has a parameter of that name."""
        self.emit(text, **{name: values[name]() for name in self.parameters(text) if name in values})

    def _value(self, name: str, values: Dict[str, Any]) -> int:
        try:
            value = values[name]
        except KeyError:
            raise TypeError(f"the text has a parameter {name!r}, which got no value") from None
        if type(value) is int:
            return value
        if isinstance(value, Label):
            if value.assembler is not self:
                raise ValueError(f"{name}: the label is of another assembler")
            if value._round != self._round:
                raise StateError(f"{name}: the label is of code before reset()")
            return value.number
        if isinstance(value, (Function, Code, ctypes._CFuncPtr)):  # type: ignore[attr-defined]
            return address_of(value)
        if not hasattr(value, "__index__"):
            raise TypeError(f"{name}: an integer or a Label is needed, not {type(value).__name__}")
        return int(value.__index__())

    # ---- results

    def reset(self) -> None:
        """Forget the code, its labels and any error, and begin anew. Definitions stay."""
        with self._lock:
            self._check(low.glue_reset(self._open()))
            self._round += 1
            self._published = False
            self._section = self._sections[0] if self._sections else ""

    def _resolve_externs(self) -> Optional[int]:
        """Find the externs that were not given; the address of the first one."""
        first, number = None, 0
        while True:
            name = low.glue_externname(self._handle, number)
            if not name:
                return first
            number += 1
            if name not in self._externs:
                address = _lookup(name)
                if address is None:
                    continue
                self._check(low.glue_setextern(self._handle, name, address))
                self._externs[name] = address
            first = first or address_of(self._externs[name] or _lookup(name) or 0)

    def bytes(self, at: int = 0) -> bytes:
        """The code's bytes, as they are to run at address `at`. More can be emitted afterwards."""
        with self._lock:
            handle = self._emitting()
            if isinstance(at, bool) or not hasattr(at, "__index__"):
                raise TypeError(f"an address is needed, not {at!r}")
            size = self._check(low.glue_link(handle))
            if self.isa == host_isa():
                self._resolve_externs()
            buffer = bytearray(size)
            if size:
                self._check(low.glue_encode(handle, buffer, address_of(at)))
            return bytes(buffer)

    def publish(self, heap: Optional[Heap] = None, *, name: str = "", near: Any = None) -> Code:
        """Link the code and make it executable. Afterwards the assembler is done until `reset()`.

        heap: where to; default: `Heap.default()`. name: for debuggers and profilers. near: an address (or
        something that has one) that the code has to reach with 32-bit distances; default: the first
        extern, if there is one.
        """
        with self._lock:
            handle = self._emitting()
            if heap is not None and not isinstance(heap, Heap):
                raise TypeError(f"heap: a Heap is needed, not {type(heap).__name__}")
            heap = heap or Heap.default()
            if self.isa != host_isa():
                raise Error(f"{self.isa} code cannot run on this machine ({host_isa() or 'unknown'}); bytes() gives it")
            if not self._check(low.glue_link(handle)):
                raise StateError("there is no code to publish")
            extern = self._resolve_externs()
            around = address_of(near) if near is not None else extern or 0
            reach = low.glue_reach(self.isa)
            reach -= reach // 128  # room for the code itself
            block = low.glue_publish(heap._handle, handle, _plain(name), around, reach if around else 0)
            if block is None:
                self._fail()
            self._published = True
            return Code(block, heap, self._facts(block))

    def _facts(self, block: Any) -> Dict[str, Any]:
        """What a code object remembers of its assembler."""
        handle, base = self._handle, low.glue_code_address(block)
        labels: Dict[str, int] = {}
        number = 0
        while True:
            name = low.glue_globalname(handle, number)
            if not name:
                break
            address = low.glue_code_global(block, number)
            if address:
                labels[name] = address - base
            number += 1
        numbered: Dict[int, int] = {}
        for number in range(low.glue_labels(handle)):
            address = low.glue_code_label(block, number)
            if address:
                numbered[number] = address - base
        lines = [
            (low.glue_line_offset(handle, i), low.glue_line_number(handle, i), low.glue_line_text(handle, i))
            for i in range(low.glue_lines(handle) if self._lines else 0)
        ]
        return {
            "isa": self.isa,
            "labels": labels,
            "numbered": numbered,
            "owner": self,
            "lines": lines,
            "keep": list(self._externs.values()),
        }

    def close(self) -> None:
        """Give memory back. Published code stays; anything else is a StateError from now on."""
        with self._lock:
            self._handle = None
            self._fragments.clear()

    def __enter__(self) -> "Assembler":
        with self._lock:
            self._open()
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<dasm.Assembler: closed>" if self._handle is None else f"<dasm.Assembler for {self.isa}>"

    __reduce_ex__ = refuse_pickle


# ---- helpers ---------------------------------------------------------------------------


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"text is needed, not {type(text).__name__}")
    return text


def _plain(text: Any) -> str:
    """Text for a C string."""
    if "\0" in _text(text):
        raise ValueError(f"no zero may be in {text!r}")
    text.encode()  # or UnicodeEncodeError, a ValueError
    return str(text)


def _name(name: Any) -> str:
    if not _NAME.match(_text(name)):
        raise ValueError(f"{name!r} is not a name")
    return str(name)


_process: Any = None


def _lookup(name: str) -> Optional[int]:
    """Address of a function of this process."""
    global _process
    if _process is None:
        _process = ctypes.CDLL(None)
    try:
        return address_of(getattr(_process, name.partition("@")[0]))
    except (AttributeError, ValueError):
        return None


def assemble(
    text: str, /, *, isa: Optional[str] = None, at: int = 0, features: str = "", **values: Any
) -> bytes:
    """The bytes of a text, for any instruction set, as they are to run at address `at`. Features: see `Assembler`."""
    with Assembler(isa, features, lines=False) as a:
        a.emit(text, **values)
        return a.bytes(at)


def function(signature: Union[str, Sequence[Any]], text: str, /, **values: Any) -> Function:
    """A function from its signature (see `Code.function()`) and text."""
    with Assembler() as a:
        a.emit(text, **values)
        return a.publish().function(None, signature)
