"""dasm_figure - diagrams from text: '.. dasm-figure:: NAME' shows figures/NAME.dot, '.. dasm-bars:: FILE' what perf reports.

In HTML the drawing stands in the page itself, in the colour of the text, so it fits light and dark pages. LaTeX gets a
file. Other formats show the directive's content, which says the same in words. Without the program dot all do so.
"""
import os
import re
import shutil
import subprocess

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

COLOURS = {"black": "currentColor", "#000000": "currentColor", "white": "none", "#ffffff": "none"}


def draw(path):
    """The figure as an svg element; '' without dot."""
    if not shutil.which("dot"):
        return ""
    svg = subprocess.run(["dot", "-Tsvg", path], check=True, capture_output=True, text=True).stdout
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<!--.*?-->\n?|<title>.*?</title>\n?", "", svg, flags=re.S)
    svg = re.sub(r'<svg width="(\d+)pt" height="\d+pt"', r'<svg style="width:\1pt;max-width:100%;height:auto"', svg)
    return re.sub(r'(fill|stroke)="([^"]*)"', lambda m: f'{m[1]}="{COLOURS.get(m[2], m[2])}"', svg).replace(
        "<text ", '<text fill="currentColor" ')


def include(path, folder):
    """The LaTeX that shows the figure, which is written into the folder; '' without dot."""
    if not shutil.which("dot"):
        return ""
    name = "figure-" + os.path.basename(path)[:-4] + ".pdf"
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["dot", "-Tpdf", path, "-o", os.path.join(folder, name)], check=True)
    return rf"\begin{{center}}\sphinxincludegraphics{{{{{name[:-4]}}}.pdf}}\end{{center}}"


class Figure(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self):
        path = os.path.join(self.env.srcdir, "figures", self.arguments[0] + ".dot")
        self.env.note_dependency(path)
        words = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, words)
        if self.env.app.builder.format == "latex":
            return [nodes.raw("", include(path, self.env.app.outdir), format="latex"), *words.children]
        svg = draw(path) if self.env.app.builder.format == "html" else ""
        if not svg:
            return words.children
        label = words.astext().replace('"', "'").replace("\n", " ")
        return [nodes.raw("", f'<div class="figure" role="img" aria-label="{label}">{svg}</div>', format="html")]


class Bars(SphinxDirective):
    """'.. dasm-bars:: FILE' draws the shares that `perf report` prints, in HTML; the listing says the same."""

    required_arguments = 1

    def run(self):
        _, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(path)
        with open(path) as f:
            shares = [(float(m[1]), m[2]) for m in re.finditer(r"^ *([0-9.]+)% .* (\S+)$", f.read(), re.M)]
        if self.env.app.builder.format != "html" or not shares:
            return []
        parts = []
        for n, (share, name) in enumerate(shares):
            y = 28 * n
            parts.append(f'<text x="0" y="{y + 16}" fill="currentColor">{name}</text>'
                         f'<rect x="110" y="{y + 3}" width="{3.2 * share:.1f}" height="18" fill="var(--value{n % 6})"/>'
                         f'<text x="{116 + 3.2 * share:.1f}" y="{y + 16}" fill="currentColor">{share:.1f} %</text>')
        svg = f'<svg style="width:500px;max-width:100%" viewBox="0 0 500 {28 * len(shares)}" font-size="14">{"".join(parts)}</svg>'
        label = ", ".join(f"{name} {share} %" for share, name in shares)
        return [nodes.raw("", f'<div class="figure bars" role="img" aria-label="{label}">{svg}</div>', format="html")]


def setup(app):
    app.add_directive("dasm-figure", Figure)
    app.add_directive("dasm-bars", Bars)
    return {"parallel_read_safe": True}
