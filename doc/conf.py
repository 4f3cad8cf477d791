"""Configuration of the manual. make html, info, man and pdf run Sphinx with it; see doc/local.mk."""
import os
import sys

sys.path.insert(0, os.path.abspath("_ext"))
from dasm_headers import MAN_PAGES  # noqa: E402

project = "libdasm"
author = "the libdasm authors"
copyright = "the libdasm authors"
release = os.environ.get("DASM_VERSION", "0.9.0")
version = release

extensions = ["dasc_lexer", "dasm_figure", "dasm_headers", "dasm_instructions", "dasm_messages", "lua_domain"]
try:
    import sphinx_copybutton  # noqa: F401  (a convenience of the HTML pages)
except ImportError:
    pass
else:
    extensions.append("sphinx_copybutton")
    copybutton_prompt_text = r">>> |\.\.\. |\$ "
    copybutton_prompt_is_regexp = True

exclude_patterns = ["examples", "editors", "playground/*", "_ext", "README*"] + ([] if tags.has("man") else ["man"])  # noqa: F821
highlight_language = "dasc"
nitpicky = False
suppress_warnings = ["config.cache"]
smartquotes = False

html_title = f"libdasm {release}"
try:
    if tags.has("plain"):  # noqa: F821  (what has no need of a side bar on each page is made in less time)
        raise ImportError
    import furo  # noqa: F401
except ImportError:
    html_theme = "alabaster"
else:
    html_theme = "furo"
    pygments_style = "friendly"
    pygments_dark_style = "github-dark"
    # The dark colours are all here, because the theme's own ones are missing in some packages for readers whose system is dark.
    # value0 to value5 are those of values in the playground.
    light_css_variables = {
        "color-brand-primary": "#0b5cad", "color-brand-content": "#0b5cad",
        "color-api-name": "#0b4a8a", "color-api-pre-name": "#57606a",
        "value0": "#0550ae", "value1": "#a3360c", "value2": "#116329", "value3": "#6f42c1", "value4": "#8a5d00", "value5": "#a40e65",
    }
    dark_css_variables = {
        "color-brand-primary": "#6cb6ff", "color-brand-content": "#6cb6ff",
        "color-api-name": "#8ec8ff", "color-api-pre-name": "#9aa4ae", "color-api-keyword": "#9aa4ae",
        "color-code-background": "#161b22", "color-inline-code-background": "#1d232b",
        "color-foreground-primary": "#d6dbe1", "color-foreground-secondary": "#9aa4ae",
        "color-foreground-muted": "#7d8790", "color-foreground-border": "#5b6570",
        "color-background-primary": "#10141a", "color-background-secondary": "#161b22",
        "color-background-hover": "#1d232b", "color-background-hover--transparent": "#1d232b00",
        "color-background-border": "#2b323b", "color-background-item": "#3a424c",
        "color-announcement-background": "#000000dd", "color-announcement-text": "#e8e4ea",
        "color-highlighted-background": "#0c3a66", "color-highlight-on-target": "#33301a",
        "color-guilabel-background": "#0c3a6680", "color-guilabel-border": "#1c4a7680",
        "color-admonition-background": "#141920", "color-problematic": "#ff7b72",
        "color-card-border": "#161b22", "color-card-background": "#141920", "color-card-marginals-background": "#1d232b",
        "value0": "#79c0ff", "value1": "#ffa657", "value2": "#7ee787", "value3": "#d2a8ff", "value4": "#e3b341", "value5": "#ff9bce",
    }
    html_theme_options = {"light_css_variables": light_css_variables, "dark_css_variables": dark_css_variables, "footer_icons": []}
html_static_path = ["_static"]
html_css_files = ["dasm.css"]
html_js_files = ["forms.js", "theme.js"]
html_copy_source = False
html_show_sphinx = False

texinfo_documents = [
    ("index", "libdasm", "libdasm", author, "libdasm", "Dynamic assembler: machine code at run time.", "Libraries", True),
]
texinfo_show_urls = "no"
latex_documents = [("index", "libdasm.tex", "libdasm", author, "manual")]
latex_elements = {"papersize": "a4paper", "preamble": r"\DeclareUnicodeCharacter{2212}{\ensuremath{-}}"}

man_pages = [
    ("reference/dasmc", "dasmc", "translate C with assembler lines", author, 1),
    ("reference/dasmc-compare", "dasmc-compare", "compare the machine code of DynASM and libdasm", author, 1),
    ("reference/encoder", "libdasm", "emit machine code", author, 3),
    ("reference/heap", "dasm_heap", "executable memory", author, 3),
    ("reference/runtime", "libdasmc", "assemble text at run time", author, 3),
] + [("man/" + name, name, purpose, author, 3) for name, purpose in MAN_PAGES.values()]
man_show_urls = False


def setup(app):
    def first_word(env, text, node):
        from sphinx import addnodes
        name, _, rest = text.partition(" ")
        node += addnodes.desc_name(name, name)
        if rest:
            node += addnodes.desc_annotation(rest, " " + rest)
        return name

    # Directives of the language and messages of dasmc, for the index, for links and for tests/manual.sh.
    app.add_object_type("asmdirective", "asmdir", "pair: %s; directive", first_word, objname="directive")
    app.add_object_type("message", "msg", "pair: %s; message", first_word, objname="message")
    app.add_object_type("feature", "feat", "pair: %s; feature", first_word, objname="feature")
