"""Exceptions of the package."""

from __future__ import annotations

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


class AssemblyError(Error):
    """A text that can not be assembled; str() is what the command dasmc prints.

    `line`, `column`, `text`, `source` and `caret` are those of the first error; `messages` has all.
    A value that does not fit is reported in the same way, without messages.
    """

    def __init__(self, text: str, status: int = 0, messages: Tuple[Message, ...] = ()) -> None:
        super().__init__(text.rstrip("\n"), status)
        self.messages = messages
        first: Optional[Message] = next((m for m in messages if m.level == "error"), None)
        self.line = first.line if first else 0
        self.column = first.column if first else 0
        self.text = first.text if first else text.split("\n", 1)[0].removeprefix("error: ")
        self.source = first.source if first else ""
        self.caret = first.caret if first else ""
