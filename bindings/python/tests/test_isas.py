"""All instruction sets, with lines of the conformance data (tests/isa): what is known of one, and the bytes of lines."""

import os
import re
import unittest

import dasm

DATA = os.path.join(os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..", ".."), "tests", "isa")
EVERY = 23


def rows(isa, name, every=EVERY):
    """The columns of every 23rd row that says its bytes and needs nothing but its values."""
    found = []
    with open(os.path.join(DATA, f"{isa}.{name}.tsv"), encoding="utf-8") as file:
        for line in file:
            columns = line.rstrip("\n").split("\t")
            if not line.startswith("#") and not re.search(r"extern|\.type|\.section|\.code|=>", columns[0]):
                found.append([columns[0].replace("\\n", "\n"), *columns[1:]])
    return found[::every]


class EachIsa(unittest.TestCase):
    def test_lines(self):
        for isa in dasm.isas():
            tested = 0
            with dasm.Assembler(isa) as a:
                self.assertEqual(a.isa, isa)
            for text, data, *_ in rows(isa, "libdasm"):
                if re.fullmatch("([0-9a-f]{2})+", data):
                    self.assertEqual(dasm.assemble(text, isa=isa, features="all").hex(), data, f"{isa}: {text}")
                    tested += 1
            self.assertGreater(tested, 0, isa)

    def test_values(self):
        for isa in dasm.isas():
            tested = 0
            for text, arguments, data, *own in rows(isa, "runtime"):
                data = own[0] if own and own[0] else data  # where the bytes are not DynASM's
                if not re.fullmatch(r"(\w=-?\d+,?)+", arguments) or not re.fullmatch("([0-9a-f]{2})+|status=RANGE_I", data):
                    continue
                values = {k: int(v) for k, v in (a.split("=") for a in arguments.split(","))}
                if data == "status=RANGE_I":
                    if min(values.values()) >= 0:  # x86: what is negative may be the pattern of bits
                        with self.assertRaises(dasm.Error, msg=f"{isa}: {text}"):
                            dasm.assemble(text, isa=isa, features="all", **values)
                else:
                    self.assertEqual(dasm.assemble(text, isa=isa, features="all", **values).hex(), data, f"{isa}: {text}")
                tested += 1
            self.assertGreater(tested, 5, isa)

    def test_constants(self):
        for isa in dasm.isas():
            if not os.path.exists(os.path.join(DATA, f"{isa}.constants.runtime.tsv")):
                continue  # it has no constants in memory
            tested = 0
            for text, arguments, data, *_ in rows(isa, "constants.runtime", 1):
                if re.search(r"->|<|base", text + arguments) or data.startswith("status"):  # these know an address
                    continue
                values = {k: int(v) for k, v in (a.split("=") for a in arguments.split(",") if a)}
                self.assertEqual(dasm.assemble(text, isa=isa, features="all", **values).hex(), data, f"{isa}: {text}")
                tested += 1
            self.assertGreater(tested, 1 if isa != "x86" else -1, isa)

    def test_listings(self):
        # What the manual prefers of several names for an instruction, and where branches go.
        text = "orr x1, xzr, x2; subs wzr, w3, #4; ubfm x0, x1, #60, #59; csinc w0, wzr, wzr, ne; 1: add v0.4s, v1.4s, v2.4s; b <1"
        listing = dasm.disassemble(dasm.assemble(text, isa="arm64", at=0x1000), isa="arm64", at=0x1000)
        self.assertIn("e1 03 02 aa", listing)
        if "mov" in listing:  # the module has capstone
            for words in ("mov x1, x2", "cmp w3, #4", "lsl x0, x1, #4", "cset w0, eq", "add v0.4s, v1.4s, v2.4s", "b #0x1010"):
                self.assertIn(words, " ".join(listing.split()))

    def test_not_here(self):
        for isa in dasm.isas():
            if isa != dasm.host_isa():
                a = dasm.Assembler(isa)
                a.emit(".byte 1")
                self.assertRaisesRegex(dasm.Error, f"{isa} code cannot run on this machine", a.publish)


if __name__ == "__main__":
    unittest.main()
