"""ranges.py - are the ranges of values at run time, as the manual's reference of instructions has them, those of the code?

Each form with a value is assembled with the least and the greatest value, which have to be taken, and with those beyond, which have to
be refused. Forms that look the same have the ranges of all of them, since a value can choose among them. Prints what is wrong, and
at last how many forms were looked at. Needs the Python module.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "doc", "_ext"))
import dasm  # noqa: E402
from dasm_tables import at_run_time, split_operands, written_families  # noqa: E402


class Facts:
    """What tests/isa/FAMILY.facts says of operands: x86.facts has the format."""

    def __init__(self, fam):
        self.strip, self.operands, self.prefixes = "(?!)", [], []
        with open(os.path.join(os.environ["top_srcdir"], "tests", "isa", fam + ".facts")) as f:
            for line in f:
                word, *rest = line.strip().split(None, 2)[:3] or [""]
                if word == "strip":
                    self.strip = rest[0]
                elif word in ("operand", "prefix"):
                    pattern, text = (rest + [""])[:2]
                    (self.operands if word == "operand" else self.prefixes).append((re.compile(pattern), text))

    def operand(self, text, position):
        """A text for it; None: there is none."""
        text = re.sub(self.strip, "", text)
        for pattern, made in self.operands:
            match = pattern.fullmatch(text)
            if match:
                return re.sub(r"\{(\d+)\}", lambda m: str(position + int(m[1])), match.expand(made))
        return None

    def prefix(self, mnemonic):
        return next((text + " " for pattern, text in self.prefixes if pattern.fullmatch(mnemonic)), "")


def number(text):
    text = text.replace("−", "-")
    power = re.fullmatch(r"(-?)2([⁰¹²³⁴-⁹]+)(-1)?", text)
    if power:
        n = 2 ** int(power[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
        return -n if power[1] else n - (1 if power[3] else 0)
    return int(text)


RANGE = re.compile(r"(?:value|offset) (\S+?) to ([^, ;]+)(, not 0)?(?:, multiples of (\d+))?(?:; in (\w+) to (\S+))?")


def cases(fam, isa, facts):
    """{text with n: [ranges]}"""
    found = {}
    for form in fam.forms:
        if isa not in form.isas or form.dialect == "dynasm":
            continue
        operands = [] if form.operands == "-" else split_operands(form.operands)
        kinds = form.run_time.split(", ")
        known = RANGE.search(at_run_time(fam, form))
        if not known or kinds.count("value") > (0 if "offset" in known[0] else 1):
            continue
        words = []
        for i, (text, kind) in enumerate(zip(operands, kinds)):
            value = kind == "value" and text[:1] not in ("[", "{")
            words.append(("#n" if text.startswith("#") else "n") if value else facts.operand(text, i))
        if None in words or len(words) != len(operands) or sum(bool(re.search(r"\bn\b", w)) for w in words) != 1:
            continue
        text = f"{form.mnemonic} {facts.prefix(form.mnemonic)}" + ", ".join(w for w in words if w)
        greatest = known[6] if known[5] == isa else known[2]
        try:
            found.setdefault(text, []).append((number(known[1]), number(greatest), bool(known[3]), int(known[4] or 1)))
        except ValueError:  # it is in words
            found.pop(text, None)
    return found


def taken(assembler, text, value):
    try:
        assembler.emit(text, n=value)
        assembler.bytes()
        return True
    except dasm.Error:
        return False
    finally:
        assembler.reset()


def look(fam, isa):
    assembler, count = dasm.Assembler(isa, features="all"), 0
    for text, ranges in cases(fam, isa, Facts(fam.name)).items():
        least, greatest = min(r[0] for r in ranges), max(r[1] for r in ranges)
        step = min(r[3] for r in ranges)
        if greatest < 2 ** 63 and not taken(assembler, text, greatest):
            print(f"{isa}: {text}: {greatest} is refused")
        if not taken(assembler, text, least if not (ranges[0][2] and least == 0) else step):
            print(f"{isa}: {text}: {least} is refused")
        for value in (least - step, greatest + step) + ((least + 1,) if step > 1 else ()):
            if -2 ** 63 <= value < 2 ** 63 and taken(assembler, text, value):
                print(f"{isa}: {text}: {value} is taken, and the range is {least} to {greatest}")
        if ranges[0][2] and taken(assembler, text, 0):
            print(f"{isa}: {text}: 0 is taken")
        count += 1
    return count


total = sum(look(fam, isa) for fam in written_families() for isa in fam.isas)
print(total, "forms")
