"""Files with assembler lines."""

import importlib
import os
import subprocess
import sys
import tempfile
import unittest

import dasm

SOURCE = '''"""A module."""
import dasm
Dst = dasm.Assembler()
|.macro both, op, reg
|  op reg     // twice, "quoted" and \\\\
|  op reg
|.endmacro

def make(n):
    top = Dst.label()
    | mov eax, edi
    |=>top:
    | add eax, n
    if n > 3:
        | both inc, eax
    def inner():
        || k = n * 2
        | add eax, k
    inner()
    | ret
    return Dst.publish().function(None, "int(int)")
'''
LINE_OF_IF = SOURCE.splitlines().index("    if n > 3:")


class Translation(unittest.TestCase):
    def test_keeps_lines(self):
        text = dasm.translate(SOURCE)
        self.assertEqual(text.count("\n"), SOURCE.count("\n"))
        self.assertEqual(text.splitlines()[LINE_OF_IF], "    if n > 3:")
        self.assertEqual(dasm.translate("a = 1\nb = 'x|y'"), "a = 1\nb = 'x|y'")
        self.assertEqual(dasm.translate(""), "")

    def test_errors_have_the_file_and_line(self):
        with self.assertRaises(dasm.AssemblyError) as e:
            dasm.translate("import dasm\n\n| nop\n| foo eax\n", "file.dasp")
        self.assertIn("file.dasp:4:1: error: unknown statement 'foo'", str(e.exception))
        self.assertEqual((e.exception.line, e.exception.column, e.exception.text), (4, 1, "unknown statement 'foo'"))

    def test_types_known_at_run_time_only(self):
        import ctypes

        class P(ctypes.Structure):
            _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_int)]

        names = {"Dst": dasm.Assembler("x64"), "n": 5}
        names["Dst"].type("P", P)
        exec(dasm.translate("| mov eax, P:rdi->y\n| add eax, n\n"), names)
        self.assertEqual(names["Dst"].bytes().hex(" "), "8b 47 04 83 c0 05")

    def test_other_machine(self):
        names = {"Dst": dasm.Assembler("x86")}
        exec(dasm.translate("| .arch x86\n| inc eax"), names)
        self.assertEqual(names["Dst"].bytes(), b"\x40")
        with self.assertRaises(dasm.Error):
            dasm.translate("| .arch pdp11\n| inc eax")

    def test_import(self):
        dasm.install_hook()
        dasm.install_hook()
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "dasp_example.dasp"), "w") as f:
                f.write(SOURCE)
            with open(os.path.join(folder, "dasp_wrong.dasp"), "w") as f:
                f.write("x = 1\n| nonsense\n")
            sys.path.insert(0, folder)
            try:
                module = importlib.import_module("dasp_example")
                with self.assertRaises(dasm.AssemblyError) as e:
                    importlib.import_module("dasp_wrong")
            finally:
                sys.path.remove(folder)
            self.assertIn("dasp_wrong.dasp:2:1:", str(e.exception))
        self.assertEqual(module.make(10)(1), 1 + 10 + 2 + 20)
        self.assertTrue(module.__file__.endswith(".dasp"))

    def test_command(self):
        command = os.environ.get("DASMC")
        if not command:
            self.skipTest("DASMC does not say where dasmc is")
        out = subprocess.run([command, "--language=python", "-"], input=SOURCE, capture_output=True, text=True)
        self.assertEqual((out.returncode, out.stdout), (0, dasm.translate(SOURCE)))
        out = subprocess.run([command, "--language=python", "-"], input="| foo", capture_output=True, text=True)
        self.assertEqual((out.returncode, out.stdout), (1, ""))
        self.assertIn("(stdin):1:1: error: unknown statement", out.stderr)
        out = subprocess.run([command, "--language=lua", "-"], input="| mov eax, n\n| nop\n", capture_output=True, text=True)
        self.assertEqual(out.stdout, 'Dst:emit("mov eax, n\\n" ..\n"nop", {n = n})\n')


if __name__ == "__main__":
    unittest.main()
