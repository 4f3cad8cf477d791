"""Listings of published code, as text and as HTML for notebooks."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional, Tuple

from . import _lowlevel as low

if TYPE_CHECKING:
    from .code import Code

__all__ = ["Row", "as_html", "as_text", "disassemble", "rows"]

_BRANCH = re.compile(r"(?:[a-z.]+ )?(call|j[a-z]+|loop[a-z]*|b[a-z.]*|cbn?z|tbn?z)\b.*?\b(0x[0-9a-f]+)$")
_WIDEST = 8  # bytes shown in one line of text


class Row(NamedTuple):
    """One instruction of a listing (without capstone: the bytes of one source line)."""

    offset: int
    data: bytes
    labels: Tuple[str, ...]  #: global labels here
    line: int  #: in the text that was emitted; 0: unknown
    source: str  #: the statement, "" if it is that of the row before
    disassembly: str  #: "" if there is none
    target: Optional[int]  #: offset that it branches to, if that is in this code


def _lengths(isa: str, data: bytes, address: int, starts: List[int]) -> List[Tuple[int, int, str]]:
    """Offset, length and disassembly of each row."""
    found: List[Tuple[int, int, str]] = []
    at = 0
    able = bool(low.glue_can_disassemble(isa))
    ends = [s for s in starts if s > 0] + [len(data)]
    while at < len(data):
        while ends[0] <= at:
            ends.pop(0)
        n = low.glue_disassemble(isa, data[: ends[0]], at, address) if able else 0
        text = low.glue_disassembly() if n else ""
        n = n or ends[0] - at
        if not text and able:
            n, text = 1, f".byte {data[at]:#04x}"
        found.append((at, n, text))
        at += n
    return found


def rows(code: "Code") -> List[Row]:
    """The code line by line."""
    data, address = bytes(code), code.address
    names: Dict[int, List[str]] = {}
    for name, offset in code.labels.items():
        names.setdefault(offset, []).append(name)
    lines: Dict[int, List[Tuple[int, str]]] = {}
    for offset, line, text in code._lines:
        lines.setdefault(offset, []).append((line, text.strip()))
    starts = sorted(set(names) | set(lines) | set(code._numbered.values()))
    result = []
    for at, n, text in _lengths(code.isa, data, address, starts):
        target = None
        m = _BRANCH.match(text)
        if m and 0 <= int(m.group(2), 16) - address < len(data):
            target = int(m.group(2), 16) - address
            text = text.replace(m.group(2), _place(names, target))
        here = [source for source in lines.get(at, ()) if not _is_label(source[1])]
        line, source = here[-1] if here else (0, "")
        result.append(Row(at, data[at : at + n], tuple(names.get(at, ())), line, source, text, target))
    return result


def _is_label(text: str) -> bool:
    return text.endswith(":") and " " not in text


def _place(names: Dict[int, List[str]], offset: int) -> str:
    return "->" + names[offset][0] if offset in names else f"+{offset:#x}"


def as_text(code: "Code") -> str:
    """Address, bytes, source and disassembly."""
    if code.freed:
        return repr(code)
    out = [f"{code.isa} code at {code.address:#x}, {code.size} bytes"]
    table = rows(code)
    width = max((len(r.disassembly) for r in table), default=0)
    for r in table:
        out += [f"->{name}:" for name in r.labels]
        out += _text_lines(r.offset, r.data, f"{r.disassembly:{width}}" + (f" | {r.source}" if r.source else ""))
    return "\n".join(out)


def _text_lines(offset: int, data: bytes, words: str) -> List[str]:
    """A row as text: its bytes in as many lines as they need, and words in the first."""
    lines = [f"  {offset:4x}  {data[:_WIDEST].hex(' '):{3 * _WIDEST - 1}}  {words}".rstrip()]
    for i in range(_WIDEST, len(data), _WIDEST):
        lines.append(f"  {offset + i:4x}  {data[i : i + _WIDEST].hex(' ')}")
    return lines


def disassemble(data: bytes, /, *, isa: Optional[str] = None, at: int = 0) -> str:
    """A listing of machine code that runs at address `at`, for any instruction set; without capstone it has the bytes only."""
    from .assembler import host_isa

    found = _lengths(isa or host_isa(), bytes(data), at, [])
    return "\n".join(line for offset, n, text in found for line in _text_lines(offset, data[offset : offset + n], text))


# ---- HTML -----------------------------------------------------------------------------

_ROW = 20  # height of a row in pixels
_LANE = 9  # width of an arrow's lane

_STYLE = """
.dasm{border-collapse:collapse;font:13px/18px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:#1f2328;background:#fff}
.dasm td,.dasm th{padding:0 10px;height:%(row)dpx;box-sizing:border-box;border:0;text-align:left;vertical-align:middle;white-space:pre;background:#fff}
.dasm th{color:#57606a;font-weight:600;border-bottom:1px solid #d0d7de}
.dasm tr:hover td:not(.a){background:#f6f8fa}
.dasm tr:target td:not(.a){background:#fff8c5}
.dasm td.a{padding:0;vertical-align:top}
.dasm .o,.dasm .b{color:#6e7781}
.dasm .l td{color:#8250df;font-weight:600}
.dasm a{color:#0969da;text-decoration:none}
.dasm svg{display:block}
""" % {"row": _ROW}  # fmt: skip


def _lanes(spans: List[Tuple[int, int]]) -> List[int]:
    """A lane for each arrow, so that arrows in one lane do not overlap; short ones inside."""
    lane = [0] * len(spans)
    taken: List[List[Tuple[int, int]]] = []
    for i in sorted(range(len(spans)), key=lambda i: abs(spans[i][0] - spans[i][1])):
        low_, high = min(spans[i]), max(spans[i])
        for n, others in enumerate(taken):
            if all(high < a or b < low_ for a, b in others):
                break
        else:
            n = len(taken)
            taken.append([])
        taken[n].append((low_, high))
        lane[i] = n
    return lane


def _arrows(spans: List[Tuple[int, int]], height: int) -> str:
    """Branch arrows as one picture, as high as the table's body; spans are row numbers."""
    lane = _lanes(spans)
    width = (max(lane, default=-1) + 1) * _LANE + 14
    parts = [f'<svg width="{width}" height="{height * _ROW}" fill="none" stroke="#0969da">']
    for (start, end), n in zip(spans, lane):
        y1, y2 = start * _ROW + _ROW // 2, end * _ROW + _ROW // 2
        if start == end:
            y1, y2 = y1 + 4, y2 - 4
        x, right = width - 10 - (n + 1) * _LANE + 3, width - 2
        parts.append(f'<path d="M{right} {y1}H{x}V{y2}H{right}"/>')
        parts.append(f'<path d="M{right} {y2}l-6 -3.5v7z" fill="#0969da" stroke="none"/>')
    parts.append("</svg>")
    return "".join(parts)


def as_html(code: "Code") -> str:
    """A table of offset, bytes, source line and disassembly; labels are links, branches have arrows."""
    if code.freed:
        return f"<code>{html.escape(repr(code))}</code>"
    table = rows(code)
    ident = f"dasm-{code.address:x}"
    body: List[str] = []
    place: Dict[int, int] = {}  # row of the table by offset
    sources: List[Tuple[int, int]] = []
    for r in table:
        place[r.offset] = len(body)
        for name in r.labels:
            body.append(f'<tr class="l" id="{ident}-{r.offset:x}">%s<td></td><td></td><td colspan="3">-&gt;{html.escape(name)}:</td></tr>')
        if r.target is not None:
            sources.append((len(body), r.target))
        text = html.escape(r.disassembly)
        if r.target is not None:
            mark, _, target = text.rpartition(" ")
            text = f'{mark} <a href="#{ident}-{r.target:x}">{target}</a>'
        number = "" if not r.line else str(r.line)
        row_id = "" if r.labels else f' id="{ident}-{r.offset:x}"'
        body.append(
            f'<tr{row_id}>%s<td class="o">{r.offset:x}</td><td class="b">{r.data.hex(" ")}</td>'
            f'<td class="o">{number}</td><td>{html.escape(r.source)}</td><td>{text}</td></tr>'
        )
    spans = [(row, place[target]) for row, target in sources if target in place]
    first = f'<td class="a" rowspan="{len(body)}">{_arrows(spans, len(body))}</td>'
    lines = [line.replace("%s", first if i == 0 else "", 1) for i, line in enumerate(body)]
    head = "".join(f"<th>{t}</th>" for t in ("", "offset", "bytes", "line", "source", "disassembly"))
    return (
        f"<style>{_STYLE}</style><table class=\"dasm\" title=\"{html.escape(repr(code))}\"><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>"
    )
