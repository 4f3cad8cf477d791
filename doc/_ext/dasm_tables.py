"""dasm_tables - what dasmc prints of its tables, by family. It needs nothing but Python.

A family is a group of instruction sets that share tables (x64 and x86): doc/instructions/FAMILY.txt names them, says which forms
stand on which page, and has the short notes; the format is described in x86.txt. An instruction set without such a file is
a family of its own with one page.
"""
import glob
import os
import re
import subprocess
from fnmatch import fnmatchcase
from functools import lru_cache

FOLDER = os.path.join(os.path.dirname(__file__), "..", "instructions")


@lru_cache(maxsize=None)
def dasmc(*arguments):
    """The rows of a list of dasmc, each a tuple of its columns."""
    program = os.environ.get("DASMC", "dasmc")
    try:
        run = subprocess.run([program, *arguments], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as e:
        raise RuntimeError(f"the reference of instructions is made by dasmc (DASMC={program}): {e}")
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


SHORT = {"-": "–", "register": "reg", "register/address": "reg/addr", "address": "addr"}


def field_range(operand, encoding):
    """(least, greatest, step) of the value whose bits a diagram has as NAME[12|10:5]; None if it has none. 'imm-1' is stored less 1;
    'uimm', 'shamt' and so on have no sign, 'imm', 'near' and 'si12' have one, and 'nz...' is not 0."""
    name = re.match(r"\[?(\w+)", operand)
    bits = re.findall(r"(?<!\w)%s\[([^]]*)\]" % re.escape(name[1]), encoding) if name else []
    if not bits:
        return None
    ends = [int(n) for part in "|".join(bits).split("|") for n in part.split(":")]
    top, low = max(ends), min(ends)
    more = 1 if operand.endswith("-1") else 0
    if re.fullmatch(r"(nz|s)?imm|near|si\d+", name[1]):
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
