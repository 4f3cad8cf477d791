"""picture.py - the picture of README.md: what stands in the source, and what is made of it at run time.

python3 doc/picture.py >doc/picture.svg; tests/manual.sh compares, and asks the assembler whether the bytes are right. The source is
a part of examples/project/power.dasc, the right side is picture.txt.
"""
import os
import sys
from html import escape

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "_ext"))

from dasc_lexer import AssemblyLexer, DascLexer  # noqa: E402
from pygments.token import Comment, Keyword, Name, Number, Operator  # noqa: E402

CHAR, LINE, TOP = 8.4, 21, 62
CLASSES = [(Comment, "c"), (Name.Label, "l"), (Name.Function, "f"), (Name.Variable, "r"), (Number, "n"), (Operator.Word, "b"),
           (Keyword, "k")]
STYLE = """text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#24292f;white-space:pre}
.h{font:600 14px system-ui,sans-serif;fill:#57606a}.p{fill:#f6f8fa;stroke:#d0d7de}.a{fill:none;stroke:#57606a;stroke-width:1.5}
.k{fill:#8250df}.f{fill:#0b5cad}.r{fill:#953800}.n{fill:#0a7d4b}.c,.y{fill:#6e7781}.b{fill:#cf222e;font-weight:700}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.h,.c,.y{fill:#9aa4ae}.p{fill:#161b22;stroke:#30363d}.a{stroke:#9aa4ae}
.k{fill:#d2a8ff}.f{fill:#6cb6ff}.r{fill:#ffa657}.n{fill:#7ee787}.b{fill:#ff7b72}}"""


def spans(lexer, text):
    out = []
    for token, value in lexer.get_tokens(text):
        name = next((c for t, c in CLASSES if token in t), None)
        value = escape(value.rstrip("\n"))
        out.append(f'<tspan class="{name}">{value}</tspan>' if name and value else value)
    return "".join(out)


def column(x, lines):
    return [f'<text x="{x}" y="{TOP + i * LINE}" xml:space="preserve">{line}</text>' for i, line in enumerate(lines)]


def main():
    with open(os.path.join(FOLDER, "examples", "project", "power.dasc")) as f:
        source = f.read().split("static void emit_power", 1)[1].split("\n}\n", 1)[0]
    source = ("static void emit_power" + source + "\n}").splitlines()
    with open(os.path.join(FOLDER, "picture.txt")) as f:
        made = [[part.strip() for part in line.split("//")] for line in f]
    left = 20 + CHAR * max(map(len, source)) + 20
    right = left + 70
    width, height = right + 20 + CHAR * 35, TOP + LINE * len(source) + 4
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img">',
           "<title>Assembly inside C, and the code that it makes for n = 5</title>", f"<style>{STYLE}</style>",
           f'<text class="h" x="20" y="24">power.dasc: assembly inside C</text>',
           f'<text class="h" x="{right + 20:.0f}" y="24">what it makes at run time for n = 5</text>',
           f'<rect class="p" x="4" y="36" rx="6" width="{left - 4:.0f}" height="{height - 40:.0f}"/>',
           f'<rect class="p" x="{right:.0f}" y="36" rx="6" width="{width - right - 4:.0f}" height="{height - 40:.0f}"/>',
           f'<path class="a" d="M{left + 10:.0f} {height / 2 + 16:.0f}h48m-9 -7l9 7l-9 7"/>']
    out += column(20, [spans(DascLexer(), line) for line in source])
    out += column(round(right + 20), [f'<tspan class="y">{escape(code):15}</tspan> {spans(AssemblyLexer(), text)}' for text, code in made])
    print("\n".join(out + ["</svg>"]))


if __name__ == "__main__":
    main()
