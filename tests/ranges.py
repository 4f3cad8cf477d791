"""ranges.py - are the ranges of values at run time, as the manual's reference of instructions has them, those of the code?

Each form with a value is assembled with the least and the greatest value, which have to be taken, and with those beyond, which have to
be refused. Forms that look the same have the ranges of all of them, since a value can choose among them. Prints what is wrong, and
at last how many forms were looked at. Needs the Python module, and what dasm_instructions needs.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "doc", "_ext"))
import dasm  # noqa: E402
from dasm_instructions import at_run_time, family, split_operands  # noqa: E402

X86 = {"r8": "cl", "r16": "cx", "r32": "ecx", "r64": "rcx", "r/m8": "dl", "r/m16": "dx", "r/m32": "edx", "r/m64": "rdx",
       "r32/m8": "edx", "r32/m16": "edx", "r32/m32": "edx", "m16": "word [16]", "mm": "mm1", "mm/m64": "mm2"}
RISCV = {"rd": "a0", "rs1": "a1", "rs2": "a2", "rs3": "a3", "fd": "fa0", "fs1": "fa1", "fs2": "fa2", "fs3": "fa3", "vd": "v8",
         "vs1": "v16", "vs2": "v24", "vs3": "v8", "(rs1)": "(a1)", "sp": "sp", "v0": "v0"}


def x86_operand(text, position):
    text = re.sub(r"\{[^}]*\}", "", text)
    kind = re.match(r"(xmm|ymm|zmm|k|tmm)(/|$)", text)
    if kind:
        return f"{kind[1]}{position + 1}"
    return X86.get(text, text if text in ("al", "ax", "eax", "rax", "cl") or text.isdigit() else None)


def riscv_operand(text, position):
    if text.startswith("["):
        return ""
    text = re.sub(r"!\w+", "", text).replace("'", "")
    inner = re.fullmatch(r"\w+\((rs1|sp)\)", text)
    if inner:
        return f"n({RISCV[inner[1]]})"
    return RISCV.get(text, text if text.isdigit() else None)


def arm64_operand(text, position):
    register = re.fullmatch(r"([BDHRSWX])[adhmnst]2?(\|SP)?(!31)?", text)
    if register:
        return f"{'w' if register[1] == 'R' else register[1].lower()}{position + 1}"
    address = re.fullmatch(r"\[X\w(?:\|SP)?(\(?, #[a-z*0-9]+\)?)?\](!?)", text)
    if address:
        return f"[x{position + 10}{', #n' if address[1] else ''}]{address[2]}"
    return {"lsl #sh*12": "lsl #12", "cond": "eq"}.get(text)


def number(text):
    text = text.replace("−", "-")
    power = re.fullmatch(r"(-?)2([⁰¹²³⁴-⁹]+)(-1)?", text)
    if power:
        n = 2 ** int(power[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
        return -n if power[1] else n - (1 if power[3] else 0)
    return int(text)


RANGE = re.compile(r"(?:value|offset) (\S+?) to ([^, ;]+)(, not 0)?(?:, multiples of (\d+))?(?:; in x86 to (\S+))?")


def cases(fam, isa, operand):
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
            words.append("n" if kind == "value" and not text.startswith("[") else operand(text, i))
        if None in words or len(words) != len(operands) or sum(bool(re.search(r"\bn\b", w)) for w in words) != 1:
            continue
        flags = "{dfv=} " if isa == "x64" and form.mnemonic.startswith(("ccmp", "ctest")) else ""
        text = f"{form.mnemonic} {flags}" + ", ".join(w for w in words if w)
        greatest = known[5] if known[5] and isa == "x86" else known[2]
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


def look(name, isa, operand):
    assembler, count = dasm.Assembler(isa, features="all"), 0
    for text, ranges in cases(family(name), isa, operand).items():
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


total = sum(look(*what) for what in (("x86", "x64", x86_operand), ("x86", "x86", x86_operand), ("riscv", "riscv64", riscv_operand),
                                      ("riscv", "riscv32", riscv_operand), ("arm64", "arm64", arm64_operand)))
print(total, "forms")
