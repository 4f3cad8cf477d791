"""dasm_instructions - the reference of instructions, features and registers, made from what dasmc prints of its tables.

A family is a group of instruction sets that share tables (x64 and x86): doc/instructions/FAMILY.txt names them, says which forms
stand on which page, and has the short notes; the format is described in x86.txt. An instruction set without such a file is
a family of its own with one page.

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
    :dynasm-headers:`isas`       the headers that programs of DynASM include for them

HTML gets tables of its own, because thousands of rows would take Sphinx a minute; other formats get listings.
"""
import glob
import os
import re
import subprocess
from fnmatch import fnmatchcase
from functools import lru_cache
from html import escape
from types import SimpleNamespace

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

FOLDER = os.path.join(os.path.dirname(__file__), "..", "instructions")
# What not all families have: the sources that say so, and the text in them.
PARTS = {
    "constants": ("dasmc/isa/{}.c", ""),
    "stubs": ("lib/isa/{}*.c", ".nways"),
    "frames": ("lib/host/{}.h", "#define HOST_FRAMES"),
    "retarget": ("lib/host/{}.h", "#define HOST_RETARGET"),
}


@lru_cache(maxsize=None)
def dasmc(*arguments):
    """The rows of a list of dasmc, each a tuple of its columns."""
    program = os.environ.get("DASMC", "dasmc")
    try:
        run = subprocess.run([program, *arguments], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as e:
        raise ExtensionError(f"the reference of instructions is made by dasmc (DASMC={program}): {e}")
    return [tuple(line.split("\t")) for line in run.stdout.splitlines()]


def alternatives(pattern):
    """The parts between those bars that are not in brackets; a kind of words may be in each of them."""
    parts, depth = [""], 0
    for c in pattern:
        depth += {"(": 1, ")": -1}.get(c, 0)
        if c == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return parts


class Form:
    """A row of dasmc -A, and the instruction sets of the family that have it."""

    def __init__(self, row, isa):
        self.mnemonic, self.operands, self.open, self.encoding, features, self.run_time, self.dialect = row[:7]
        self.features = [f.strip() for f in features.split(",")]
        self.isas = [isa]


class Family:
    def __init__(self, name, path=None):
        self.name, self.isas, self.pages, self.words, self.notes, self.ranges = name, [name], [], {}, [], {}
        self.processors, self.about, self.only = [], "", {}
        if path:
            self.read(path)
        self.notes = [(re.compile(self.pattern(p) + r"\Z"), text) for ps, text in self.notes for p in alternatives(ps)]
        self.noted = {}
        self.forms = self.merge()
        self.page_of = {}  # mnemonic: page of its first form
        self.page_forms = {page: {} for page, _, _ in self.pages}  # a page may have several lines
        self.lost = []
        for form in self.forms:
            page = self.page(form)
            if page:
                self.page_of.setdefault(form.mnemonic, page)
                self.page_forms[page].setdefault(form.mnemonic, []).append(form)
            else:
                self.lost.append(form)

    def read(self, path):
        with open(path) as f:
            for line in f:
                word, _, rest = line.strip().partition(" ")
                rest = rest.strip()
                if word == "isas":
                    self.isas = rest.split()
                elif word == "about":
                    self.about = rest
                elif word == "only":
                    part, name = rest.split(None, 1)
                    self.only[part] = name
                elif word == "page":
                    page, features, *patterns = [part.strip() for part in rest.split("|")]
                    self.pages.append((page, features.split(), patterns[0].split() if patterns else ["*"]))
                elif word == "word":
                    kind, key, text = rest.split(None, 2)
                    self.words.setdefault(kind, {})[key] = text
                elif word == "range":
                    operand, text = rest.split(None, 1)
                    self.ranges[operand] = text
                elif word == "processor":
                    name, features = rest.split("|")
                    self.processors.append((name.strip(), features.split()))
                elif word and word != "example" and not word.startswith("#"):
                    self.notes.append((word, rest))

    def pattern(self, text):
        """A note's pattern as a regular expression: <kind> stands for the words of that kind."""
        def group(m):
            return "(?P<%s>%s)" % (m[1], "|".join(sorted(self.words[m[1]], key=lambda w: (-len(w), w))))
        return re.sub(r"<(\w+)>", group, text)

    def note(self, mnemonic):
        if mnemonic not in self.noted:
            self.noted[mnemonic] = self.find_note(mnemonic)
        return self.noted[mnemonic]

    def find_note(self, mnemonic):
        for pattern, text in self.notes:
            m = pattern.match(mnemonic)
            if m:
                return text.format(**{kind: self.words[kind][key] for kind, key in m.groupdict().items() if key})
        return ""

    def merge(self):
        forms = {}
        for isa in self.isas:
            for row in dasmc("-A", isa):
                if row in forms:
                    forms[row].isas.append(isa)
                else:
                    forms[row] = Form(row, isa)
        return list(forms.values())

    def page(self, form):
        for page, features, patterns in self.pages:
            if any(fnmatchcase(f, p) for f in form.features for p in features) and \
                    any(fnmatchcase(form.mnemonic, p) for p in patterns):
                return page
        return None


@lru_cache(maxsize=None)
def family(name):
    path = os.path.join(FOLDER, name + ".txt")
    return Family(name, path if os.path.exists(path) else None)


def written_families():
    """In the order in which dasmc lists their instruction sets."""
    order = [isa for isa, *_ in dasmc("--list=isas")]
    found = [family(os.path.basename(p)[:-4]) for p in glob.glob(os.path.join(FOLDER, "*.txt"))]
    return sorted(found, key=lambda fam: min(order.index(isa) for isa in fam.isas))


def page_title(page):
    with open(os.path.join(FOLDER, page + ".rst")) as f:
        return next(line for line in f if line[0] not in ".\n").strip()


def anchor(mnemonic):
    return "ins-" + re.sub(r"[^a-z0-9]+", "-", mnemonic.lower())


SHORT = {"-": "–", "register": "reg", "register/address": "reg/addr", "address": "addr"}


def field_range(operand, encoding):
    """(least, greatest, step) of the value whose bits a diagram has as NAME[12|10:5]; None if it has none. 'imm-1' is stored less 1;
    'uimm', 'shamt' and so on have no sign, 'imm' and 'near' have one, and 'nz...' is not 0."""
    name = re.match(r"\[?(\w+)", operand)
    bits = re.findall(r"(?<!\w)%s\[([^]]*)\]" % re.escape(name[1]), encoding) if name else []
    if not bits:
        return None
    ends = [int(n) for part in "|".join(bits).split("|") for n in part.split(":")]
    top, low = max(ends), min(ends)
    more = 1 if operand.endswith("-1") else 0
    if re.fullmatch("(nz|s)?imm|near", name[1]):
        return -(1 << top) + more, (1 << top) - (1 << low) + more, 1 << low
    return more, (2 << top) - (1 << low) + more, 1 << low


def hash_range(operand, encoding):
    """The same for '#imm', '#imm+1', '#imm*3', '#imm<5' and '#64-imm' of AArch64: only what begins with 'simm' has a sign."""
    part = re.search(r"(?:^|, ?)#(?:(\d+)-)?([a-z]\w*)(?:\*(\d+))?(?:\+(\d+))?(?:<(\d+))?(?:=\d+)?(?=[]),]|$)", operand)
    bits = re.findall(r"(?<!\w)%s\[([^]]*)\]" % part[2], encoding) if part else []
    if not bits:
        return None
    ends = [int(n) for group in "|".join(bits).split("|") for n in group.split(":")]
    top, step, times, plus = max(ends), 1 << min(ends), int(part[3] or 1), int(part[4] or 0)
    least, greatest = (-(1 << top), (1 << top) - step) if part[2].startswith("simm") else (0, (2 << top) - step)
    if part[5]:
        greatest = int(part[5]) - 1
    if part[1]:
        return int(part[1]) - greatest, int(part[1]) - least, step
    return least * times + plus, greatest * times + plus, step * times


def range_text(operand, encoding):
    found = hash_range(operand, encoding) if "#" in operand else field_range(operand, encoding)
    if not found:
        return ""
    least, greatest, step = found
    text = f"{least} to {greatest}".replace("-", "\u2212")
    if operand.startswith("nz"):
        text += ", not 0"
    return text + (f", multiples of {step}" if step > 1 else "")


def split_operands(text):
    """Those of a form: commas in brackets and braces do not count, parentheses are around what may be left out, and behind ' : '
    stand choices."""
    parts, depth = [""], 0
    for c in text.partition(" : ")[0]:
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(c, 0)
        if c == "," and depth == 0:
            parts.append("")
        elif depth or c not in "()" or not text.rpartition("#")[1]:
            parts[-1] += c
    return [part.strip() for part in parts]


def at_run_time(fam, form):
    """'register, value −128 to 255': the column of dasmc, each value with its range."""
    kinds, operands = form.run_time.split(", "), split_operands(form.operands)
    if kinds == ["-"]:
        return ""
    out = []
    for i, kind in enumerate(kinds):
        operand = operands[i] if i < len(operands) else ""
        if kind == "value":
            operand = operand.split("{")[0] or operand
            wide = ".w" if re.search(r"REX\.W|\.W1", form.encoding) else ""
            keys = (f"{form.mnemonic.rstrip('.')}:{operand}", operand + wide, operand, operand.split(".")[0])
            known = next((fam.ranges[key] for key in keys if key in fam.ranges), "")
            kind = f"value {known or range_text(operand, form.encoding)}".strip()
        elif kind == "address" and range_text(operand, form.encoding):
            kind = f"addr, offset {range_text(operand, form.encoding)}"
        out.append(SHORT.get(kind, kind))
    return ", ".join(out)


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
    headers = dict.fromkeys(row[2] for row in dasmc("--list=isas"))
    out = []
    for header in sorted(headers):
        out += ([nodes.Text(", ")] if out else []) + [nodes.literal(header, header)]
    return out, []


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
    app.add_role("dynasm-headers", dynasm_headers)
    app.add_role("chapters", ChaptersRole())
    return {"parallel_read_safe": True}
