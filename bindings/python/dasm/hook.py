"""Python files with assembler lines: translating, and importing them."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import re
import sys
from types import CodeType
from typing import Any, Optional, Sequence

from . import _lowlevel as low
from .errors import AssemblyError, Error

__all__ = ["install_hook", "translate"]


def translate(source: str, name: str = "(text)") -> str:
    """Make plain Python of Python whose assembler lines begin with a bar, as `dasmc --language=python` does."""
    if not isinstance(source, str) or not isinstance(name, str):
        raise TypeError("text is needed")
    status = low.glue_host("python", name, source)
    text = str(low.glue_host_text())
    if status > 0:
        error = AssemblyError(text)
        place = re.search(r":(\d+)(?::(\d+))?: error: (.*)", text)
        if place:
            error.line, error.column, error.text = int(place[1]), int(place[2] or 0), place[3]
        raise error
    if status < 0:
        raise Error(f"{name}: no memory, or .arch names an unknown instruction set")
    return text


class _Loader(importlib.abc.SourceLoader):
    def __init__(self, path: str) -> None:
        self.path = path

    def get_filename(self, fullname: str) -> str:
        return self.path

    def get_data(self, path: Any) -> bytes:
        with open(path, "rb") as f:
            return f.read()

    def source_to_code(self, data: Any, path: Any = "<string>", **_: Any) -> CodeType:  # type: ignore[override]
        source = importlib.util.decode_source(data)
        return compile(translate(source, os.fspath(path)), path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname: str, path: Optional[Sequence[str]], target: Any = None) -> Any:
        for folder in sys.path if path is None else path:
            file = os.path.join(folder or os.curdir, fullname.rpartition(".")[2] + ".dasp")
            if os.path.isfile(file):
                return importlib.util.spec_from_file_location(fullname, file, loader=_Loader(file))
        return None


def install_hook() -> None:
    """Let `import` find .dasp files, after .py files. Calling it again changes nothing."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
