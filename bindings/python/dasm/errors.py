"""Exceptions of the package."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional, Tuple

__all__ = ["AssemblyError", "Error", "Message", "StateError"]


class Error(Exception):
    """Anything that libdasm refuses. `status` is its status code (0 if the package itself refused)."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class StateError(Error):
    """An object is used after its end: freed, closed, or published already."""


class Message(NamedTuple):
    """One message about a text."""

    level: str  #: "error", "warning", "note" or "help"
    line: int  #: from 1; 0: concerns no line
    column: int  #: from 1; 0: the line as a whole
    text: str
    source: str  #: the line, or ""
    caret: str  #: to be printed below it, or ""
    id: str = ""  #: which message of the manual it is, as "bad-size"; "" for notes and help


class AssemblyError(Error):
    """A text that cannot be assembled; str() is what the command dasmc prints.

    `line`, `column`, `text`, `source`, `caret` and `id` are those of the first error; `messages` has all.
    A value that does not fit is reported in the same way, without messages.
    """

    def __init__(self, text: str, status: int = 0, messages: Tuple[Message, ...] = ()) -> None:
        super().__init__(text.rstrip("\n"), status)
        self.messages = messages
        first: Optional[Message] = next((m for m in messages if m.level == "error"), None)
        self.line = first.line if first else 0
        self.column = first.column if first else 0
        line = re.fullmatch(r"(?:error: )?(.*?)(?: \[([a-z0-9-]+)\])?", text.split("\n", 1)[0])
        self.text = first.text if first else line[1]
        self.source = first.source if first else ""
        self.caret = first.caret if first else ""
        self.id = first.id if first else line[2] or ""
