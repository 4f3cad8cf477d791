"""dasm_instructions - the reference of instructions, features and registers, made from what dasmc prints of its tables.

    .. dasm-forms:: x86 sse      the forms of the page 'sse'
    .. dasm-mnemonics::          all mnemonics of all families, with links, and a field to filter them
    .. dasm-features:: x86       what -m and .feature know
    .. dasm-registers:: x86      the registers
    .. dasm-elsewhere:: features links to the features (or registers) of the families that have them in their chapters
    .. dasm-other-isas::         all forms and features of the instruction sets that no family file names
    .. dasm-isas::               the families, with links to their chapters and calling conventions
    :isas-with:`stubs`           the names of those that have a part of libdasm, see PARTS
    :chapters:`isas`             links to the chapters of all families; `conventions`: to their calling conventions
    :isa-numbers:`list`          the numbers that lists have for instruction sets
    :isa-names:`all`             the names that .arch takes
    :dynasm-headers:`isas`       the headers that programs of DynASM include for them

HTML gets tables of its own, because thousands of rows would take Sphinx a minute; other formats get listings.
"""
import glob
import os
import re
from html import escape
from types import SimpleNamespace

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from dasm_tables import FOLDER, at_run_time, dasmc, family, page_title, written_families

# What not all families have: the sources that say so, and the text in them.
PARTS = {
    "constants": ("dasmc/isa/{}.c", ""),
    "stubs": ("lib/isa/{}*.c", ".nways"),
    "frames": ("lib/host/{}.h", "#define HOST_FRAMES"),
    "retarget": ("lib/host/{}.h", "#define HOST_RETARGET"),
}


def anchor(mnemonic):
    return "ins-" + re.sub(r"[^a-z0-9]+", "-", mnemonic.lower())


def remarks(fam, form):
    words = []
    if form.isas != fam.isas:
        words.append(" ".join(form.isas) + " only")
    if form.dialect != "both":
        words.append("own dialect only" if form.dialect == "libdasm" else "DynASM text only")
    return "; ".join(words)


def needs(form):
    return "" if form.features == ["BASE"] else ", ".join(form.features)


class Forms:
    """A list of mnemonics with their forms, as nodes."""

    def __init__(self, fam, page, mnemonics, env):
        self.fam, self.page, self.mnemonics, self.env = fam, page, dict(sorted(mnemonics.items())), env

    def elsewhere(self, mnemonic):
        return [p for p, forms in self.fam.page_forms.items() if p != self.page and mnemonic in forms]

    def html(self):
        op_en = any(form.open != "-" for forms in self.mnemonics.values() for form in forms)
        heads = ["Operands", "Encoding", *(["Op/En"] if op_en else []), "Needs", "At run time"]
        out = ['<div class="forms"><table><thead><tr>', *(f"<th>{head}" for head in heads), "</thead>"]
        for mnemonic, forms in self.mnemonics.items():
            links = "".join(f' <a href="{p}.html#{anchor(mnemonic)}">{p}</a>' for p in self.elsewhere(mnemonic))
            out.append(f'<tbody id="{anchor(mnemonic)}"><tr><th colspan="{len(heads)}"><code>{mnemonic}</code> '
                       f"{escape(self.fam.note(mnemonic))}" + (f" <small>See also{links}</small>" if links else ""))
            for form in forms:
                need = "; ".join(filter(None, [needs(form), remarks(self.fam, form)]))
                cells = [form.operands, form.encoding, *([form.open] if op_en else []), need, at_run_time(self.fam, form)]
                out.append("<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells))
            out.append("</tbody>")
        return nodes.raw("", "".join(out) + "</table></div>", format="html")

    def listing(self, mnemonic, forms):
        rows = [(f"{mnemonic} {'' if f.operands == '-' else f.operands}".strip(), f.encoding,
                 "; ".join(filter(None, [needs(f), remarks(self.fam, f)]))) for f in forms]
        width = [min(max(len(r[i]) for r in rows), 44) for i in range(2)]
        text = "\n".join(f"{a:{width[0]}}  {b:{width[1]}}  {c}".rstrip() for a, b, c in rows)
        node = nodes.literal_block(text, text)
        node["language"] = "none"
        return node

    def plain(self):
        out = []
        for mnemonic, forms in self.mnemonics.items():
            out.append(nodes.paragraph("", "", nodes.strong(mnemonic, mnemonic), nodes.Text("  " + self.fam.note(mnemonic))))
            out.append(self.listing(mnemonic, forms))
        return out

    def nodes(self):
        index = addnodes.index(entries=[])
        domain = self.env.get_domain("std")
        targets = []
        for mnemonic in self.mnemonics:
            if self.fam.page_of.get(mnemonic, self.page) != self.page:
                continue
            index["entries"].append(("single", f"{mnemonic} (instruction)", anchor(mnemonic), "", None))
            targets.append(anchor(mnemonic))
            if ("instruction", mnemonic) not in domain.objects:
                domain.note_object("instruction", mnemonic, anchor(mnemonic))
        if self.env.app.builder.format == "man":
            return []  # no man page has instructions
        if self.env.app.builder.format == "html":
            return [index, self.html()]
        return [index, nodes.target("", "", ids=targets), *self.plain()]


class FormsDirective(SphinxDirective):
    required_arguments = 2

    def run(self):
        name, page = self.arguments
        fam = family(name)
        self.env.note_dependency(os.path.join(FOLDER, name + ".txt"))
        if not fam.page_forms.get(page):
            raise self.error(f"{name}.txt puts no forms on the page '{page}'")
        return Forms(fam, page, fam.page_forms[page], self.env).nodes()


class MnemonicsDirective(SphinxDirective):
    """The mnemonics of all families by page. It also refuses forms that are on no page, and mnemonics without a note."""

    def run(self):
        if self.env.app.builder.format != "html":
            return []
        parts = [self.part(fam) for fam in written_families()]
        field = ('<p><input class="forms-find" type="search" placeholder="Find a mnemonic" '
                 'aria-label="Find a mnemonic"></p>')
        return [nodes.raw("", field + "".join(parts), format="html")]

    def part(self, fam):
        lost = sorted({f"{f.mnemonic} ({','.join(f.features)})" for f in fam.lost})
        if lost:
            raise self.error(f"no page of {fam.name}.txt has these forms: {', '.join(lost[:9])} …")
        silent = sorted({f.mnemonic for f in fam.forms if not fam.note(f.mnemonic)})
        if silent:
            raise self.error(f"{fam.name}.txt has no note on {', '.join(silent[:9])} …")
        out = []
        for page in reversed(fam.page_forms):  # the file has the most special ones first
            links = " ".join(f'<a href="{page}.html#{anchor(m)}">{m}</a>' for m in sorted(fam.page_forms[page]))
            title = page_title(page)
            out.append(f'<details class="mnemonics"><summary><a href="{page}.html">{escape(title)}</a> '
                       f"({len(fam.page_forms[page])})</summary><p>{links}</p></details>")
        return "".join(out)


def table(headline, rows, widths, classes=()):
    """A docutils table; a cell is a text, or a list of nodes. The widths of the columns are shares."""
    group = nodes.tgroup("", *[nodes.colspec(colwidth=width) for width in widths], cols=len(headline))
    for part, lines in ((nodes.thead(), [headline]), (nodes.tbody(), rows)):
        for line in lines:
            row = nodes.row()
            for cell in line:
                inner = cell if isinstance(cell, list) else [nodes.Text(cell)]
                row += nodes.entry("", nodes.paragraph("", "", *inner))
            part += row
        group += part
    return nodes.table("", group, classes=["longtable", "colwidths-given", *classes])  # LaTeX: over several pages, in columns of fixed width


def feature_table(fam, directive):
    domain, found = directive.env.get_domain("std"), {}
    for isa in fam.isas:
        for name, brings, count in dasmc("-A", isa, "--list=features"):
            found[name] = (brings, max(int(count), found[name][1] if name in found else 0))
    unknown = {f.lower() for _, features in fam.processors for f in features} - {f.lower() for f in found}
    if unknown:
        raise directive.error(f"processors of {fam.name}.txt have features that dasmc does not know: {', '.join(sorted(unknown))}")
    rows = []
    for name, (brings, count) in sorted(found.items()):
        lower = name.lower()
        ident = "feature-" + re.sub(r"[^a-z0-9]+", "-", lower)
        if ("feature", lower) not in domain.objects:
            domain.note_object("feature", lower, ident, location=directive.get_location())
        rows.append([[nodes.target("", "", ids=[ident]), nodes.literal(lower, lower)],
                     brings.lower().replace(",", " ") if brings != "-" else "", str(count) if count else "",
                     ", ".join(p for p, features in fam.processors if lower in [f.lower() for f in features])])
    return table(["Feature", "Brings", "Forms", "Processors"], rows, (20, 45, 10, 25), ["features"])


class FeaturesDirective(SphinxDirective):
    required_arguments = 1

    def run(self):
        return [feature_table(family(self.arguments[0]), self)]


class RegistersDirective(SphinxDirective):
    required_arguments = 1

    def run(self):
        fam, found = family(self.arguments[0]), {}
        for isa in fam.isas:
            for row in dasmc("-A", isa, "--list=registers"):
                found.setdefault(row, []).append(isa)
        groups = {}
        for (name, kind, number, run_time), isas in found.items():
            groups.setdefault((kind, run_time, tuple(isas)), []).append((int(number), name))
        rows = []
        for (kind, run_time, isas), names in groups.items():
            text = " ".join(name for _, name in names)
            rows.append([[nodes.literal(kind, kind)], [nodes.literal(text, text)],
                         [nodes.literal(run_time, run_time)] if run_time != "-" else "",
                         "" if list(isas) == fam.isas else " ".join(isas)])
        return [table(["Class", "Names", "At run time", "Only in"], rows, (12, 58, 18, 12), ["registers"])]


class ElsewhereDirective(SphinxDirective):
    required_arguments = 1

    def run(self):
        lines = []
        for fam in written_families():
            label, path = f"{fam.name}-{self.arguments[0]}", os.path.join(FOLDER, fam.name + ".rst")
            if os.path.exists(path):
                with open(path) as f:
                    if f".. _{label}:" in f.read():
                        lines.append(f"* :ref:`{page_title(fam.name)} <{label}>`")
        inside = nodes.Element()
        self.state.nested_parse(StringList(lines, source=self.get_source_info()[0]), self.content_offset, inside)
        return inside.children


def chapters():
    return [(fam, page_title(fam.name)) for fam in written_families()]


def conventions(fam):
    """Links to the pages of its calling conventions."""
    pages = [f"conventions-{name}" for name in dict.fromkeys(fam.isas + [fam.name])]
    found = [page for page in pages if os.path.exists(os.path.join(FOLDER, page + ".rst"))]
    return ", ".join(f":doc:`{page_title(page).replace('Calling conventions of ', '')} </instructions/{page}>`" for page in found)


class IsasDirective(SphinxDirective):
    def run(self):
        lines = [".. list-table::", "   :header-rows: 1", "", "   * - ``.arch``", "     - Processors", "     - Chapter", "     - Calling C"]
        for fam, title in chapters():
            if not fam.about:
                raise self.error(f"{fam.name}.txt does not say what processors it is about")
            cells = [", ".join(f"``{isa}``" for isa in fam.isas), fam.about, f":doc:`{title} </instructions/{fam.name}>`", conventions(fam)]
            lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(cells)]
        inside = nodes.Element()
        self.state.nested_parse(StringList(lines, source=self.get_source_info()[0]), self.content_offset, inside)
        return inside.children


def isa_numbers(name, rawtext, text, lineno, inliner, options=None, content=None):
    with open(os.path.join(FOLDER, "..", "..", "lib", "isas.def")) as f:
        found = re.findall(r"^ISA\( *(\w+), *(\d+)", f.read(), re.M)
    return [nodes.Text(", ".join(f"{number} {isa.lower()}" for isa, number in found))], []


def dynasm_headers(name, rawtext, text, lineno, inliner, options=None, content=None):
    return literals(sorted({row[2] for row in dasmc("--list=isas")})), []


def isa_names(name, rawtext, text, lineno, inliner, options=None, content=None):
    return literals(isa for fam in written_families() for isa in fam.isas), []


def literals(names):
    out = []
    for name in names:
        out += ([nodes.Text(", ")] if out else []) + [nodes.literal(name, name)]
    return out


def isas_with(name, rawtext, text, lineno, inliner, options=None, content=None):
    if text not in PARTS:
        return [], [inliner.reporter.error(f"no part is called '{text}'", line=lineno)]
    path, mark = PARTS[text]
    names = []
    for fam, title in chapters():
        files = glob.glob(os.path.join(FOLDER, "..", "..", path.format(fam.name)))
        if any(mark in open(f).read() for f in files):
            names.append(fam.only.get(text, title))
    return [nodes.Text(", ".join(names))], []


class ChaptersRole(SphinxRole):
    """'x86 and x64, AArch64, RISC-V': each a link."""

    def run(self):
        links = ", ".join(conventions(fam) if self.text == "conventions" else f":doc:`{title} </instructions/{fam.name}>`"
                          for fam, title in chapters())
        memo = SimpleNamespace(document=self.inliner.document, reporter=self.inliner.reporter, language=self.inliner.language)
        return self.inliner.parse(links, self.lineno, memo, self.inliner.parent)


class OtherIsasDirective(SphinxDirective):
    def run(self):
        known = {isa for fam in written_families() for isa in fam.isas}
        out = []
        for isa, *_ in dasmc("--list=isas"):
            if isa in known:
                continue
            fam = family(isa)
            mnemonics = {}
            for form in fam.forms:
                mnemonics.setdefault(form.mnemonic, []).append(form)
            section = nodes.section("", nodes.title(isa, isa), ids=["isa-" + isa])
            if dasmc("-A", isa, "--list=features"):
                section += feature_table(fam, self)
            section += Forms(fam, None, mnemonics, self.env).nodes()
            out.append(section)
        return out or [nodes.paragraph("", "There are none: each instruction set has pages of its own.")]


def setup(app):
    app.add_object_type("instruction", "ins", objname="instruction")
    for name, directive in (("forms", FormsDirective), ("mnemonics", MnemonicsDirective), ("features", FeaturesDirective),
                            ("registers", RegistersDirective), ("elsewhere", ElsewhereDirective), ("isas", IsasDirective),
                            ("other-isas", OtherIsasDirective)):
        app.add_directive("dasm-" + name, directive)
    app.add_role("isas-with", isas_with)
    app.add_role("isa-numbers", isa_numbers)
    app.add_role("isa-names", isa_names)
    app.add_role("dynasm-headers", dynasm_headers)
    app.add_role("chapters", ChaptersRole())
    return {"parallel_read_safe": True}
