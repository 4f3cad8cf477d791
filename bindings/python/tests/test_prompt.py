"""python -m dasm: what is typed, and what is answered."""

import subprocess
import sys
import unittest

import dasm


def answers(*lines, args=(), status=0):
    out = subprocess.run([sys.executable, "-m", "dasm", *args], input="\n".join(lines), capture_output=True, text=True)
    assert out.returncode == status, out
    assert "Traceback" not in out.stderr, out.stderr
    return out.stdout.splitlines() if status == 0 else out.stderr


class Prompt(unittest.TestCase):
    def test_bytes_and_run(self):
        self.assertEqual(
            answers("lea eax, [rdi+rsi]", "ret", ":run int(int, int) 40, 2"), ["   0  8d 04 37", "   3  c3", "42"]
        )

    def test_values_labels_undo(self):
        self.assertEqual(
            answers("n = 0x10", "mov eax, n", "jmp >1", "1: ret", ":run", ":undo", ":undo", "ret", ":run")[-1], "16"
        )

    def test_macro(self):
        self.assertEqual(answers(".macro two", "nop", "nop", ".endmacro", "two"), ["   0  90 90"])

    def test_errors_change_nothing(self):
        out = answers("foo", "mov eax, xmm0", "mov al, 300", "mov eax, missing", ":run int", ":run int() x", ":bad", "nop", ":quit", "nop")
        self.assertEqual(out[-1], "   0  90")
        self.assertIn("unknown statement", "\n".join(out))
        self.assertIn("'missing'", "\n".join(out))

    def test_list(self):
        out = answers("->f: mov eax, 1; ret", ":list")
        self.assertIn("->f:", out)

    def test_other_isa(self):
        self.assertEqual(answers("inc eax", ":isa x64", "inc eax", args=["--isa", "x86"]),
                         ["   0  40", f"x64 (of {', '.join(dasm.isas())})", "   0  ff c0"])  # fmt: skip
        self.assertIn("pdp11", answers(args=["--isa", "pdp11"], status=2))


if __name__ == "__main__":
    unittest.main()
