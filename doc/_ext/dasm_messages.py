"""dasm_messages - '.. dasm-messages::' shows all messages of dasmc: its own words about each (--list=messages), the example of
examples/messages.txt, and what dasmc says of that."""
import os
import subprocess
import tempfile

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from dasm_tables import dasmc

EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "examples", "messages.txt")


def examples():
    """{id: (options, text, why there is none)}; the format is described in the file."""
    common, found, name = "", {}, None
    with open(EXAMPLES) as f:
        for line in f:
            if line.startswith("#"):
                continue
            if line.startswith("== "):
                name, *options = line[3:].split()
                found[name] = [options, common, ""]
            elif name is None:
                common += line
            elif line.startswith("-- "):
                found[name][2] = line[3:].strip()
            elif line == "|!\n":
                found[name][1] = ""
            else:
                found[name][1] += line
    return found


def said_of(options, text):
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "example.dasc"), "w") as f:
            f.write(text)
        run = subprocess.run([os.path.abspath(os.environ.get("DASMC", "dasmc")), *options, "-o", "out.c", "example.dasc"], cwd=folder,
                             capture_output=True, text=True)
    lines = run.stderr.splitlines()
    return "\n".join(line if len(line) < 100 else line[:96] + " …" for line in lines if "no output was written" not in line)


class Messages(SphinxDirective):
    def listing(self, text, language):
        node = nodes.literal_block(text, text)
        node["language"] = language
        return node

    def example(self, options, text, none):
        if none:
            inline, messages = self.state.inline_text(none, self.lineno)
            return [nodes.paragraph(none, "", *inline), *messages]
        out = [self.listing(text.rstrip("\n"), "dasc"), self.listing(said_of(options, text), "text")]
        if options:
            words = "dasmc " + " ".join(options)
            out.insert(1, nodes.paragraph("", "", nodes.Text("With "), nodes.literal(words, words), nodes.Text(":")))
        return out

    def run(self):
        self.env.note_dependency(EXAMPLES)
        domain, known, out = self.env.get_domain("std"), examples(), []
        for name, cause, cure in dasmc("--list=messages"):
            ident = "message-" + name
            domain.note_object("message", name, ident, location=self.get_location())
            section = nodes.section("", nodes.title(name, name), ids=[ident])
            section += addnodes.index(entries=[("single", f"{name} (message)", ident, "", None)])
            section += nodes.paragraph(cause, cause)
            section += self.example(*known[name])
            section += nodes.paragraph("", "", nodes.strong("What to do: ", "What to do: "), nodes.Text(cure))
            out.append(section)
        return out


def setup(app):
    app.add_directive("dasm-messages", Messages)
    return {"parallel_read_safe": True}
