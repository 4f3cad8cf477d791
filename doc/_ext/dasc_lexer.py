"""dasc_lexer - colours for .dasc, .dasp and .dasl files, and for assembler text alone.

A line whose first character behind white space is a bar is assembly; two bars, and every other line, are the
host language. Assembly is a label, a directive or a mnemonic, and operands. The words are in doc/editors/words.txt, which
the editor files are made from, too.
"""
import os
import re

from pygments.lexer import Lexer, RegexLexer, bygroups, words
from pygments.lexers import LuaLexer, PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Whitespace

WORDS = os.path.join(os.path.dirname(__file__), "..", "editors", "words.txt")


def word_lists():
    """{name: [pattern, ...]} of words.txt: lines 'name: patterns' with '#' comments."""
    lists = {}
    with open(WORDS) as f:
        for line in f:
            name, colon, rest = line.partition("#")[0].partition(":")
            if colon:
                lists.setdefault(name.strip(), []).extend(rest.split())
    return lists


def alternatives(name):
    return r"(?:%s)\b" % "|".join(word_lists()[name])


C_KEYWORDS = """auto break case char const continue default do double else enum extern float for goto if inline int
    long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    _Bool _Static_assert bool class delete namespace new private public template this throw try catch using
    virtual""".split()

ASSEMBLY = {
    "assembly": [
        (r"\n", Whitespace, "#pop"),
        (r"//[^\n]*", Comment.Single),
        (r"[ \t]+", Whitespace),
        (r"[1-9]:|->[\w.]+:|=>[^:;\n]+:|\{\w+\}:", Name.Label), # a mnemonic may follow
        (r"\.\w+", Keyword, "statement"),
        (r"\{\w+\}", Keyword.Type),
        (r"(lock|rep|repe|repz|repne|repnz|xacquire|xrelease|data16|addr32)\b(?=[ \t]+\w)", Keyword.Type),
        (r"[A-Za-z_][\w.]*", Name.Function, "statement"),
        (r";", Punctuation),
        (r".", Text),
    ],
    "statement": [
        (r"(?=\n)", Text, "#pop"),
        (r"//[^\n]*", Comment.Single),
        (r";", Punctuation, "#pop"),
        (r"[ \t]+", Whitespace),
        (r"/\*.*?\*/", Comment.Multiline),
        (r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'', String),
        (r"->[A-Za-z_]\w*|=>|[<>][1-9]\b", Name.Label),
        (alternatives("sizes"), Keyword.Type),
        (alternatives("dynamic") + r"(?=\()", Name.Variable),
        (alternatives("registers"), Name.Variable),
        (r"extern\b", Keyword),
        (r"0[xX][0-9a-fA-F]+|\d[\w.]*", Number),
        (r"[A-Za-z_]\w*", Name),
        (r"[-+*/%&|^~!<>=?.:#]", Operator),
        (r".", Punctuation),
    ],
}


class AssemblyLexer(RegexLexer):
    """Assembler text without bars, as libdasmc takes it."""

    name, aliases, filenames = "libdasm assembly", ["dasm"], []
    tokens = {"root": [(r"\n", Whitespace)] + ASSEMBLY["assembly"][1:], "statement": ASSEMBLY["statement"]}


class DascLexer(RegexLexer):
    """C with assembler lines."""

    name, aliases, filenames = "C with assembly", ["dasc"], ["*.dasc"]
    flags = re.MULTILINE
    tokens = {
        "root": [
            (r"^([ \t]*)(\|\|)", bygroups(Whitespace, Operator.Word)),
            (r"^([ \t]*)(\|)", bygroups(Whitespace, Operator.Word), "assembly"),
            (r"^([ \t]*)(#[ \t]*include)([ \t]+)([<\"][^>\"\n]+[>\"])",
             bygroups(Whitespace, Comment.Preproc, Whitespace, Comment.PreprocFile)),
            (r"^[ \t]*#(?:[^\\\n]|\\.|\\\n)*", Comment.Preproc),
            (r"\n", Whitespace),  # alone, so that the next line begins at its first character
            (r"[ \t\r\f\v]+", Whitespace),
            (r"/\*(?:.|\n)*?\*/", Comment.Multiline),
            (r"//[^\n]*", Comment.Single),
            (r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'', String),
            (words(C_KEYWORDS, suffix=r"\b"), Keyword),
            (r"(?:u?int(?:8|16|32|64|ptr)_t|size_t|dasmc?_[A-Z]\w*)\b", Keyword.Type),
            (r"[A-Z][A-Z0-9_]+\b", Name.Constant),
            (r"[A-Za-z_]\w*(?=\()", Name.Function),
            (r"[A-Za-z_]\w*", Name),
            (r"0[xX][0-9a-fA-F]+[uUlL]*|\d[\w.]*", Number),
            (r"[-+*/%&|^~!<>=?.:]", Operator),
            (r".", Punctuation),
        ],
        **ASSEMBLY,
    }


class HostLexer(Lexer):
    """A scripting language with assembler lines: its own lexer for all others."""

    def get_tokens_unprocessed(self, text):
        position = 0
        for run in re.findall(r"(?:^[ \t]*\|[^\n]*\n?)+|(?:^(?![ \t]*\|)[^\n]*(?:\n|\Z))+", text, re.M):
            lexer = DascLexer() if run.lstrip(" \t").startswith("|") else self.host()
            for index, token, value in lexer.get_tokens_unprocessed(run):
                yield position + index, token, value
            position += len(run)


class DaspLexer(HostLexer):
    name, aliases, filenames = "Python with assembly", ["dasp"], ["*.dasp"]
    host = PythonLexer


class DaslLexer(HostLexer):
    name, aliases, filenames = "Lua with assembly", ["dasl"], ["*.dasl"]
    host = LuaLexer


def setup(app):
    for lexer in (AssemblyLexer, DascLexer, DaspLexer, DaslLexer):
        app.add_lexer(lexer.aliases[0], lexer)
    return {"parallel_read_safe": True}
