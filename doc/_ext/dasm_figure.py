"""dasm_figure - diagrams from text: '.. dasm-figure:: NAME' shows figures/NAME.dot.

In HTML the drawing stands in the page itself, in the colour of the text, so it fits light and dark pages. Other
formats show the directive's content, which says the same in words. Without the program dot HTML does so, too.
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


class Figure(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self):
        path = os.path.join(self.env.srcdir, "figures", self.arguments[0] + ".dot")
        self.env.note_dependency(path)
        words = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, words)
        svg = draw(path) if self.env.app.builder.format == "html" else ""
        if not svg:
            return words.children
        label = words.astext().replace('"', "'").replace("\n", " ")
        return [nodes.raw("", f'<div class="figure" role="img" aria-label="{label}">{svg}</div>', format="html")]


def setup(app):
    app.add_directive("dasm-figure", Figure)
    return {"parallel_read_safe": True}
