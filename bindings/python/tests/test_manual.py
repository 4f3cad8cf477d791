"""The manual's chapter: every example with a prompt does what is shown, and every public name is
described, and no other."""

import doctest
import inspect
import os
import re
import unittest

import dasm
import dasm.listing

CHAPTER = os.path.join(os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..", ".."), "doc", "reference", "python.rst")


def chapter():
    with open(CHAPTER) as f:
        return f.read()


def signatures(text):
    """(kind, signature) of everything that is described, as in '.. py:method:: Label.offset'."""
    return [
        (kind, line.strip())
        for kind, first, more in re.findall(r"^\.\. py:(\w+):: (.*)\n((?: {10,}\S.*\n)*)", text, re.M)
        for line in [first, *more.splitlines()]
    ]


def public(cls):
    """Names that a class of the package defines itself; of exceptions and tuples, what instances have."""
    names = {n for c in cls.__mro__ if c.__module__.startswith("dasm.") for n in vars(c) if not n.startswith("_")}
    return names


class Manual(unittest.TestCase):
    def test_examples(self):
        text = re.sub(r"^\.\. code-block:: text\n\n(?:   .*\n|\n(?=   ))+", "", chapter(), flags=re.M)
        test = doctest.DocTestParser().get_doctest(text, {}, "python.rst", CHAPTER, 0)
        self.assertGreater(len(test.examples), 30)
        out = []
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        result = doctest.DocTestRunner(optionflags=flags, verbose=False).run(test, out=out.append)
        self.assertEqual(result.failed, 0, "".join(out))

    def test_every_name(self):
        text = chapter()
        objects = signatures(text)
        described = {sig.partition("(")[0] for kind, sig in objects if kind in ("class", "exception", "function")}
        self.assertEqual(described, set(dasm.__all__))
        members = {sig.partition("(")[0].replace(".", " ") for kind, sig in objects if kind in ("method", "attribute")}
        existing = set()
        for name in dasm.__all__:
            cls = getattr(dasm, name)
            if inspect.isclass(cls) and not issubclass(cls, (tuple, Exception)):
                existing |= {f"{name} {m}" for m in public(cls)}
        error = dasm.AssemblyError("text")
        existing |= {f"AssemblyError {m}" for m in vars(error) if m != "status"} | {"Error status"}
        self.assertEqual(members, existing)
        for field in dasm.Message._fields + dasm.listing.Row._fields:
            self.assertIn(f"``{field}``", text)

    def test_parameters(self):
        for kind, sig in signatures(chapter()):
            if kind not in ("function", "method"):
                continue
            name, _, parameters = sig.partition("(")
            function = dasm
            for part in name.split("."):
                function = getattr(function, part)
            described = [w.strip().lstrip("*").partition("=")[::2] for w in parameters.rstrip(")").split(",") if w]
            actual = [
                (p.name, "" if p.default is p.empty else repr(p.default).replace("'", '"'))
                for p in inspect.signature(function).parameters.values()
                if p.name != "self"
            ]
            self.assertEqual(described, actual, sig)

    def test_docstrings(self):
        for name in dasm.__all__:
            thing = getattr(dasm, name)
            self.assertTrue(thing.__doc__, name)
            for member in public(thing) if inspect.isclass(thing) and not issubclass(thing, (tuple, Exception)) else ():
                if name != "Label" or member == "offset":
                    self.assertTrue(getattr(thing, member).__doc__, f"{name}.{member}")


if __name__ == "__main__":
    unittest.main()
