"""C types by name: signatures of functions, and layouts of ctypes structures."""

from __future__ import annotations

import ctypes
import re
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

__all__ = ["Parameter", "Signature", "layouts", "parse", "signature"]

_BASIC: Dict[str, Any] = {
    "void": None,
    "bool": ctypes.c_bool,
    "_Bool": ctypes.c_bool,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
    "size_t": ctypes.c_size_t,
    "ssize_t": ctypes.c_ssize_t,
    "intptr_t": ctypes.c_ssize_t,
    "uintptr_t": ctypes.c_size_t,
    "ptrdiff_t": ctypes.c_ssize_t,
}
for _bits in (8, 16, 32, 64):
    for _u in ("", "u"):
        _BASIC[f"{_u}int{_bits}"] = _BASIC[f"{_u}int{_bits}_t"] = getattr(ctypes, f"c_{_u}int{_bits}")

_INTEGERS = {
    "char": (ctypes.c_int8, ctypes.c_uint8),
    "short": (ctypes.c_short, ctypes.c_ushort),
    "int": (ctypes.c_int, ctypes.c_uint),
    "long": (ctypes.c_long, ctypes.c_ulong),
    "long long": (ctypes.c_longlong, ctypes.c_ulonglong),
}
_WORDS = {"char", "short", "int", "long", "signed", "unsigned"}
_TOKEN = re.compile(r"\s*(?:([A-Za-z_]\w*)|([*(),]))")


class Parameter(NamedTuple):
    """A type in a signature: a ctypes type (None: void), and what is known of a pointer. `target` is the
    ctypes type of the numbers that it points to; None: anything."""

    type: Any
    pointer: bool = False
    const: bool = False
    target: Any = None


class Signature(NamedTuple):
    """What a function returns and takes."""

    result: Parameter
    parameters: Tuple[Parameter, ...]


def _tokens(text: str) -> List[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        m = _TOKEN.match(text, at)
        if not m:
            raise ValueError(f"signature {text!r}: unexpected {text[at:].strip()[:1]!r}")
        tokens.append(m.group(1) or m.group(2))
        at = m.end()
    return tokens


def _integer(words: List[str]) -> Any:
    size = " ".join(sorted((w for w in words if w not in ("signed", "unsigned")), key=lambda w: w == "int"))
    if size != "int" and size.endswith(" int"):
        size = size[:-4]
    if size not in _INTEGERS and size:
        return None
    if "signed" in words and "unsigned" in words:
        return None
    return _INTEGERS[size or "int"]["unsigned" in words]


def _base(words: List[str]) -> Any:
    """The ctypes type that words name; KeyError if there is none."""
    if all(w in _WORDS for w in words):
        found = _integer(words)
        if found is None:
            raise KeyError(" ".join(words))
        return found
    if len(words) != 1:
        raise KeyError(" ".join(words))
    return _BASIC[words[0]]


def _target(words: List[str], stars: int) -> Any:
    """What a pointer points to, if that is numbers of more than a byte."""
    if stars > 1:
        return ctypes.c_void_p
    try:
        target = _base(words)
    except KeyError:
        return None
    return target if target and ctypes.sizeof(target) > 1 else None


def _declaration(tokens: List[str], text: str) -> Tuple[Parameter, str]:
    """A type with an optional name behind it: the type, and the name."""
    words: List[str] = []
    stars, const, name = 0, False, ""
    for t in tokens:
        if t == "*":
            stars += 1
        elif t in ("const", "volatile", "restrict"):
            const |= t == "const" and stars == 0
        elif t == "struct":
            words.append(t)
        elif t[0].isalpha() or t[0] == "_":
            if words and words[-1] != "struct" and (stars or not (t in _WORDS and words[-1] in _WORDS)):
                if name or t in _BASIC or t in _WORDS:
                    raise ValueError(f"signature {text!r}: unexpected {t!r}")
                name = t
            else:
                words.append(t)
        else:
            raise ValueError(f"signature {text!r}: unexpected {t!r}")
    if not words:
        raise ValueError(f"signature {text!r}: a type is missing")
    if stars:  # a pointer to anything
        is_text = stars == 1 and words == ["char"]
        return Parameter(ctypes.c_char_p if is_text else ctypes.c_void_p, True, const, _target(words, stars)), name
    try:
        return Parameter(_base(words)), name
    except KeyError:
        raise ValueError(f"signature {text!r}: unknown type {' '.join(words)!r}") from None


def parse(text: str) -> Signature:
    """Read a C signature such as "int64(int64, const char *)"; names may stand where C allows them."""
    tokens = _tokens(text)
    if tokens.count("(") != 1 or tokens.count(")") != 1 or tokens[-1] != ")":
        raise ValueError(f"signature {text!r}: must look like int64(int64, double)")
    at = tokens.index("(")
    result, _ = _declaration(tokens[:at], text)
    groups: List[List[str]] = [[]]
    for t in tokens[at + 1 : -1]:
        if t == ",":
            groups.append([])
        else:
            groups[-1].append(t)
    if groups in ([[]], [["void"]]):
        return Signature(result, ())
    parameters = tuple(_declaration(g, text)[0] for g in groups)
    if any(p.type is None for p in parameters):
        raise ValueError(f"signature {text!r}: a parameter cannot be void")
    return Signature(result, parameters)


def _of_ctype(t: Any) -> Parameter:
    if t is None:
        return Parameter(None)
    if not (isinstance(t, type) and hasattr(t, "_type_") or isinstance(t, type) and issubclass(t, _AGGREGATES)):
        raise TypeError(f"{t!r} is no ctypes type")
    if issubclass(t, _AGGREGATES):
        raise TypeError(f"{t.__name__}: structures and arrays are passed by pointer")
    return Parameter(t, t in (ctypes.c_void_p, ctypes.c_char_p))


_AGGREGATES = (ctypes.Structure, ctypes.Union, ctypes.Array)


def signature(what: Union[str, Sequence[Any]]) -> Signature:
    """A signature from C text, from ctypes types (result first), or from a ctypes function type."""
    if isinstance(what, str):
        return parse(what)
    if isinstance(what, type) and hasattr(what, "_argtypes_") and hasattr(what, "_restype_"):
        what = (what._restype_, *what._argtypes_)
    if not isinstance(what, (tuple, list)) or not what:
        raise TypeError("a signature is C text such as 'int(int, int)', or a sequence of ctypes types")
    result, *rest = what
    if any(t is None for t in rest):
        raise TypeError("a parameter cannot be void (None)")
    return Signature(_of_ctype(result), tuple(_of_ctype(t) for t in rest))


# ---- layouts ---------------------------------------------------------------------


class Member(NamedTuple):
    name: str
    offset: int
    size: int  #: of an array: of one element
    type: Optional[type]  #: a structure, or None


def _members(struct: Any, base: int = 0) -> Iterator[Member]:
    anonymous = getattr(struct, "_anonymous_", ())
    for cls in reversed(struct.__mro__):
        for name, t, *bits in cls.__dict__.get("_fields_", ()):
            if bits:
                continue  # no address of its own
            offset = base + getattr(struct, name).offset
            if name in anonymous:
                yield from _members(t, offset)
            while issubclass(t, ctypes.Array):
                t = t._type_
            yield Member(name, offset, ctypes.sizeof(t), t if issubclass(t, _AGGREGATES) else None)


def layouts(struct: Any) -> List[Tuple[type, int, List[Member]]]:
    """A structure and those in it, innermost first: class, size, members."""
    if not (isinstance(struct, type) and issubclass(struct, (ctypes.Structure, ctypes.Union))):
        raise TypeError(f"a subclass of ctypes.Structure or ctypes.Union is needed, not {struct!r}")
    found: List[Tuple[type, int, List[Member]]] = []

    def visit(t: Any) -> None:
        members = list(_members(t))
        for m in members:
            if m.type is not None and all(m.type is not f[0] for f in found):
                visit(m.type)
        if all(t is not f[0] for f in found):
            found.append((t, ctypes.sizeof(t), members))

    visit(struct)
    return found
