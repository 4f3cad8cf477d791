"""dasm_headers - the C reference, made from the comments of the public headers, so nothing is written twice.

    .. c-section:: dasm.h
       :title: Emitting

shows everything between the comment '---- Emitting ----' of that header and the next such comment: functions, structs with
their members, enums with their values, macros. A comment stands for all declarations that follow it without an empty
line. In a comment, indented lines 'name  text' describe parameters, and 'DASM_S_NAME  text' what is returned.

Each section is a man page, too: doc/man/NAME.rst for a NAME of MAN_PAGES. Man pages are made with the tag 'man'; the overviews
(libdasm.3 and so on) then name the functions and the page that describes them.
"""
import os
import re
from dataclasses import dataclass, field

from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

INCLUDE = os.path.join(os.path.dirname(__file__), "..", "..", "include")
MAN_PAGES = {
    ("dasm.h", "Statuses"): ("dasm_status", "statuses of libdasm"),
    ("dasm.h", "Version"): ("dasm_version", "version of the library, text of a status"),
    ("dasm.h", "States"): ("dasm_init", "make, prepare and free states"),
    ("dasm.h", "Emitting"): ("dasm_put", "emit code into a state"),
    ("dasm.h", "Linking and encoding"): ("dasm_link", "link and encode what a state has"),
    ("dasm.h", "Offsets, sizes and errors"): ("dasm_getstatus", "labels, sizes and errors of a state"),
    ("dasm_heap.h", "Heaps"): ("dasm_heap_new", "make, measure and free code heaps"),
    ("dasm_heap.h", "Publishing"): ("dasm_publish", "put code into a code heap"),
    ("dasm_heap.h", "Code objects"): ("dasm_code_address", "address, size and end of published code"),
    ("dasm_heap.h", "Changing published code"): ("dasm_code_patch", "change, replace and retire published code"),
    ("dasmc.h", "Assemblers"): ("dasmc_new", "make and free assemblers, ask for instruction sets"),
    ("dasmc.h", "Definitions"): ("dasmc_define", "define names, macros and types for an assembler"),
    ("dasmc.h", "Names"): ("dasmc_global", "labels, externs and sections of an assembler"),
    ("dasmc.h", "Fragments"): ("dasmc_fragment", "translate a text once and put it often"),
    ("dasmc.h", "Emitting"): ("dasmc_emit", "assemble text into a state"),
    ("dasmc.h", "Messages"): ("dasmc_message", "what is wrong with a text"),
}
OVERVIEW = {"dasm.h": "libdasm", "dasm_heap.h": "dasm_heap", "dasmc.h": "libdasmc"}
SECTION = re.compile(r"/\* ---- (.*?) -+ \*/")


@dataclass
class Entry:
    comment: str
    declarations: list = field(default_factory=list)


@dataclass
class Section:
    title: str
    entries: list = field(default_factory=list)


def end_of_declaration(text, at):
    """Where the declaration that begins at `at` ends: behind its semicolon outside of braces and comments."""
    depth = 0
    for m in re.compile(r"/\*.*?\*/|[{};]", re.S).finditer(text, at):
        depth += {"{": 1, "}": -1}.get(m.group(), 0)
        if m.group() == ";" and depth == 0:
            return m.end()
    return len(text)


def chunks(text):
    """The text as ('section', title), ('comment', text), ('blank', ''), ('macro', line), ('code', declaration)."""
    skip = re.compile(r'extern "C\+\+" \{\n.*?\n\}\n\}\n|extern "C" \{|\}|[ \t\n]', re.S)  # templates are no interface
    directive = re.compile(r"#(?:[^\n\\]|\\.|\\\n)*")
    at = 0
    while at < len(text):
        if text.startswith("\n\n", at):
            yield "blank", ""
            at += 1
        elif skip.match(text, at):
            at = skip.match(text, at).end()
        elif text.startswith("/*", at):
            start, at = at, text.index("*/", at) + 2
            title = SECTION.fullmatch(text[start:at])
            yield ("section", title.group(1)) if title else ("comment", text[start:at])
        elif text[at] == "#":
            start, at = at, directive.match(text, at).end()
            yield "macro", text[start:at]
        else:
            start, at = at, end_of_declaration(text, at)
            yield "code", text[start:at]


def read_header(name):
    """Sections of a header. The first comment, which describes the file, is the section ''."""
    with open(os.path.join(INCLUDE, name)) as f:
        text = f.read()
    sections, entry = [Section("")], None
    for kind, chunk in chunks("\n" + text):
        if kind == "section":
            sections.append(Section(chunk))
            entry = None
        elif kind == "comment":
            entry = Entry(comment_text(chunk))
            sections[-1].entries.append(entry)
        elif kind == "blank":
            entry = None
        elif kind == "macro":
            define = re.match(r"#define (DASMC?_\w+(?:\([^)]*\))?)\s*(.*)", chunk, re.S)
            if define and not define.group(1) in ("DASM_H", "DASMC_H", "DASM_HEAP_H", "DASM_API"):
                value, _, note = define.group(2).partition("/*")
                target = entry
                if target is None or note:
                    target = Entry(comment_text("/*" + note) if note else "")
                    sections[-1].entries.append(target)
                if not any(d.startswith(f"#define {define.group(1)} ") for e in sections[-1].entries for d in e.declarations):
                    target.declarations.append(f"#define {define.group(1)} {value.strip()}")
        elif "DASM_API" in chunk or chunk.startswith(("typedef", "enum")):
            if entry is None:
                entry = Entry("")
                sections[-1].entries.append(entry)
            entry.declarations.append(chunk)
    return [s for s in sections if s.title or s.entries]


def comment_text(comment):
    lines = comment[2:-2].split("\n")
    return "\n".join([lines[0].strip()] + [re.sub(r"^\s*\* ?", "", line).rstrip() for line in lines[1:]]).strip()


# ---- comments to reStructuredText ------------------------------------------------

INLINE = re.compile(
    r"(?P<quote>\"[^\"\n]+\")|`(?P<code>[^`\n]+)`|(?P<func>\bdasmc?_\w+)\(\)|(?P<macro>\bDASM_S_[A-Z_]+|\bDASM_EXTERN_\w+)\b(?!\()"
    r"|(?P<enum>\bDASMC?_(?:HEAP|CODE|CFI|FORK|DIALECT|ERROR|WARNING|NOTE|HELP)\w*)\b"
    r"|(?P<lit>\b[A-Za-z_]+\([^()\n]*\)(?=[ ,.;:]|$)|\b[A-Za-z_]+\(\)|\bNULL\b|(?<![\w.])\.[a-z]{2,}\b|\b\w+->\w+|\bdasmc?_\w+(?:\.[a-z]+)?|\b[a-z]+_[a-z_]+\b|\bsizeof\(\w+\)|\bDASM_[A-Z_]+\b)|(?P<special>[*_\\|])")


def inline(text):
    def one(m):
        if m["quote"]:
            return f"``{m['quote'][1:-1]}``"
        if m["code"]:
            return f"``{m['code']}``"
        if m["func"]:
            return f":c:func:`{m['func']}`"
        if m["macro"]:
            return f":c:macro:`{m['macro']}`"
        if m["enum"]:
            return f":c:enumerator:`{m['enum']}`" if not m["enum"].endswith("_") else m["enum"]
        if m["lit"]:
            return f"``{m['lit']}``"
        return "\\" + m["special"]
    return INLINE.sub(one, text)


def describe(comment):
    """A comment as lines: paragraphs, ':param x:' fields, definition lists of statuses."""
    out, paragraph, item = [], [], None

    def close():
        nonlocal paragraph, item
        if paragraph:
            out.extend([inline(" ".join(paragraph)), ""])
        if item:
            names, text = item
            text = inline(" ".join(text))
            if all(re.match(r"DASMC?_[A-Z]", n) for n in names):
                out.extend([", ".join(inline(n) for n in names), "   " + text, ""])
            else:
                out.extend([f":param {n}: {text}" for n in names] + [""])
        paragraph, item = [], None

    for line in comment.split("\n"):
        found = re.match(r" {2,}((?:[\w.*]+|\.\.\.)(?:, [\w.*]+)*)(?:  +| (?=\w+:))(\S.*)", line)
        if found and len(line) - len(line.lstrip()) < 8:
            close()
            item = (found.group(1).split(", "), [found.group(2)])
        elif item and re.match(r" {4,}\S", line):
            item[1].append(line.strip())
        elif re.match(r" {2,}\S", line) and not item:
            close()
            if len(out) > 3 and out[-2].startswith("   ") and out[-4:-3] == ["::"]:
                out.pop()
                out.extend([line, ""])
            else:
                out.extend(["::", "", "   " + line.strip(), ""])
        elif not line.strip():
            close()
        else:
            if item:
                close()
            paragraph.append(line.strip())
    close()
    return out


def indented(lines, by=3):
    return [" " * by + line if line else "" for line in lines]


# ---- declarations to reStructuredText --------------------------------------------


def sentence(text):
    """What is behind a member, with a capital letter and a full stop."""
    if re.match(r"[a-z]{2,}[ ,;:]", text):
        text = text[0].upper() + text[1:]
    return text + "." if re.search(r"[\w)'\"]$", text) else text


def members(body):
    """(declaration, comment) of the lines between braces, for structs and enums."""
    body = body.strip()
    parts = re.findall(r"([^,;/]+(?:\([^)]*\)[^,;/]*)*)[,;]?\s*(/\*.*?\*/)?", body, re.S)
    return [(re.sub(r"\s+", " ", d).strip(), sentence(comment_text(c)) if c else "") for d, c in parts if d.strip()]


def struct_members(body):
    found = re.findall(r"([^;/]+);\s*(/\*.*?\*/)?", body, re.S)
    return [(re.sub(r"\s+", " ", d).strip(), sentence(comment_text(c)) if c else "") for d, c in found]


def declaration(text):
    """(directive, signature, [(directive, signature, comment)])"""
    if text.startswith("#define"):
        _, name, value = (text + " ").split(" ", 2)
        return "c:macro", name, [("", value.strip(), "")] if value.strip() else []
    text = re.sub(r"\bDASM_API\b\s*", "", text.strip()).rstrip(";").strip()
    enum = re.match(r"(?:typedef )?enum\s+(\w+)\s*\{(.*)\}", text, re.S)
    if enum:
        return "c:enum", enum.group(1), [("c:enumerator", d, c) for d, c in members(enum.group(2))]
    struct = re.match(r"typedef struct (\w+)\s*\{(.*)\}\s*(\w+)$", text, re.S)
    if struct:
        found = []
        for d, c in struct_members(struct.group(2)):
            base = re.match(r"(.*?)(\w+(?:, \w+)+)$", d)
            for one in ([base.group(1) + n for n in base.group(2).split(", ")] if base else [d]):
                found.append(("c:member", one, c))
        return "c:struct", struct.group(1), found
    opaque = re.match(r"typedef struct (\w+) \1$", text)
    if opaque:
        return "c:type", opaque.group(1), []
    text = re.sub(r"\s+", " ", text)
    if text.startswith("typedef"):
        return "c:type", text[len("typedef "):], []
    return "c:function", text, []


def render(entry):
    if not entry.declarations:
        return describe(entry.comment) if entry.comment else []
    kinds = [declaration(d) for d in entry.declarations]
    out, body = [], describe(entry.comment)
    together = len({k for k, _, _ in kinds}) == 1 and not any(m for _, _, m in kinds)
    if together:
        kind = kinds[0][0]
        out.append(f".. {kind}:: {kinds[0][1]}")
        out.extend(" " * (len(kind) + 6) + s for _, s, _ in kinds[1:])
        return out + [""] + indented(body) + [""]
    parameters = dict(re.match(r":param (\w+): (.*)", line).groups() for line in body if line.startswith(":param "))
    inside = {re.sub(r".*?(\w+)(?:\)\(.*)?$", r"\1", text) for _, _, parts in kinds for _, text, _ in parts}
    if set(parameters) <= inside:
        body = [line for line in body if not line.startswith(":param ")]
    for number, (kind, signature, parts) in enumerate(kinds):
        out.extend([f".. {kind}:: {signature}", ""])
        if number == 0:
            out.extend(indented(body))
        for part, text, comment in parts:
            if part:
                own = sentence(parameters.get(re.sub(r".*?(\w+)(?:\)\(.*)?$", r"\1", text), ""))
                out.extend([f"   .. {part}:: {text}", "", "      " + (inline(" ".join(comment.split())) or own), ""])
            else:
                out.extend([f"   ``{text}``", ""])
        out.append("")
    return out


def prototypes(section):
    return [declaration(d)[1] for e in section.entries for d in e.declarations if declaration(d)[0] == "c:function"]


def names(section):
    """Names of the functions of a section; of its types and macros if it has none."""
    found = [re.search(r"(\w+)\(", p).group(1) for p in prototypes(section)]
    return found or [declaration(d)[1].split("(")[0] for e in section.entries for d in e.declarations]


def find_section(directive, header, title):
    path = os.path.normpath(os.path.join(INCLUDE, header))
    directive.env.note_dependency(path)
    for section in read_header(header):
        if section.title == title:
            return path, section
    raise directive.error(f"{header} has no section '{title}'")


def parse(directive, lines, path):
    node = nodes.section()
    node.document = directive.state.document
    directive.state.nested_parse(StringList(lines, source=path), directive.content_offset, node)
    return node.children


class CSection(SphinxDirective):
    required_arguments = 1
    option_spec = {"title": directives.unchanged}

    def run(self):
        header, title = self.arguments[0], self.options.get("title", "")
        path, section = find_section(self, header, title)
        if self.env.app.tags.has("man"):
            page = MAN_PAGES[header, title][0]
            return parse(self, [", ".join(f"``{n}``" for n in names(section)) + f": see :manpage:`{page}(3)`."], path)
        return parse(self, [line for entry in section.entries for line in render(entry)], path)


class ManPage(SphinxDirective):
    """The page of a section: synopsis, description, pages to read on."""

    required_arguments = 1

    def run(self):
        header, title = next(key for key, (name, _) in MAN_PAGES.items() if name == self.arguments[0])
        path, section = find_section(self, header, title)
        include = header if header == "dasmc.h" else "dasm.h"
        synopsis = "\n".join([f"#include <{include}>", ""] + [p + ";" for p in prototypes(section)]).rstrip()
        others = [OVERVIEW[header]] + [name for (h, t), (name, _) in MAN_PAGES.items() if h == header and t != title]
        return [self.part("Synopsis", [nodes.literal_block(synopsis, synopsis)]),
                self.part("Description", parse(self, [line for e in section.entries for line in render(e)], path)),
                self.part("See also", parse(self, [", ".join(f":manpage:`{n}(3)`" for n in others)], path))]

    @staticmethod
    def part(title, children):
        section = nodes.section("", nodes.title(title, title), ids=[title.lower().replace(" ", "-")])
        section += children
        return section


def write_aliases(app, exception):
    """So that `man dasm_encode` finds the page of its group: NAME.3 says which page to read."""
    if exception or app.builder.name != "man":
        return
    for (header, title), (page, _) in MAN_PAGES.items():
        section = next(s for s in read_header(header) if s.title == title)
        for name in names(section):
            if prototypes(section) and name != page:
                with open(os.path.join(app.outdir, name + ".3"), "w") as f:
                    f.write(f".so man3/{page}.3\n")


def setup(app):
    app.add_directive("c-section", CSection)
    app.add_directive("c-manpage", ManPage)
    app.connect("build-finished", write_aliases)
    return {"parallel_read_safe": True}


if __name__ == "__main__":
    import sys
    for section in read_header(sys.argv[1]):
        print(section.title, "\n" + "=" * len(section.title) + "\n")
        for e in section.entries:
            print("\n".join(render(e)))
