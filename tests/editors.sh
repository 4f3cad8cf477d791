#!/bin/sh
# editors.sh - the files for editors colour C with assembler lines: Vim and Emacs are asked, if they are there, and the grammar for
# VS Code has to be sound.
. "$top_srcdir/tests/lib.sh"

made=$top_builddir/doc/editors
cat >example.dasc <<'END'
static void f(dasm_State **Dst)
{
  if (a > 1) {
    |1: mov eax, dword [rbx+8] // load
    | jmp >1; inc Rd(n)
    || g(ax, "| mov");
    | add x(n), a0, w30
  }
}
END

# Line, column, and what is there. (A register's name outside of assembly is nothing special.)
cat >places <<'END'
4 5 bar
4 6 label
4 9 mnemonic
4 13 register
4 18 size
4 25 register
4 32 comment
5 7 mnemonic
5 11 place
5 15 mnemonic
5 19 dynamic
6 16 string
6 10 -
7 11 dynamic
7 17 register
7 21 register
END

no_templates() { ! grep '@[A-Z]*@' "$@"; }
try "all words are put in" no_templates "$made/vim/syntax/dasc.vim" "$made/emacs/dasc-mode.el" "$made/vscode/dasc.tmLanguage.json"

if command -v python3 >/dev/null
then
  for file in "$made/vscode/dasc.tmLanguage.json" "$top_srcdir/doc/editors/vscode/package.json" \
    "$top_srcdir/doc/editors/vscode/language-configuration.json"
  do try "JSON: $file" python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$file"
  done
fi

if vim --version 2>/dev/null | grep -q '+syntax'
then
  mkdir -p vimfiles/syntax && cp "$made/vim/syntax/dasc.vim" vimfiles/syntax/ &&
    cp -R "$top_srcdir/doc/editors/vim/ftdetect" "$top_srcdir/doc/editors/vim/ftplugin" vimfiles/
  chmod -R u+w vimfiles
  sed 's,/usr/local/share/vim/,,' "$top_srcdir/doc/examples/editors/vimrc" >ask.vim
  cat >>ask.vim <<'END'
filetype plugin on
syntax on
edit example.dasc
let found = []
for place in readfile('places')
  let [line, column, what] = split(place)
  call add(found, line . ' ' . column . ' ' . tolower(synIDattr(synID(line, column, 0), 'name')))
endfor
call writefile(found, 'found')
qall!
END
  sed 's/ \([a-z]*\)$/ dasc\1/; s/dascstring/cstring/; s/ -$/ cparen/' places >wanted
  vim -es -N -u NONE -i NONE -S ask.vim </dev/null >/dev/null 2>&1
  try "Vim" diff wanted found
fi

if command -v emacs >/dev/null
then
  sed "s,/usr/local/share/emacs/site-lisp,$made/emacs," "$top_srcdir/doc/examples/editors/init.el" >ask.el
  cat >>ask.el <<'END'
(find-file "example.dasc")
(font-lock-ensure)
(dolist (place (with-temp-buffer (insert-file-contents "places") (split-string (buffer-string) "\n" t)))
  (let* ((words (split-string place)) (line (string-to-number (nth 0 words))) (column (string-to-number (nth 1 words))))
    (goto-char (point-min))
    (forward-line (1- line))
    (forward-char (1- column))
    (princ (format "%d %d %s\n" line column (get-text-property (point) 'face)))))
END
  sed 's/ -$/ nil/; s/bar$/builtin/; s/label$/constant/; s/place$/constant/; s/mnemonic$/keyword/; s/register$/variable-name/; s/size$/type/
       s/dynamic$/function-name/; / nil$/!s/ \([a-z-]*\)$/ font-lock-\1-face/' places >wanted
  HOME=. emacs -Q --batch -l ask.el >found 2>emacs.err
  try "Emacs" diff wanted found
fi

# The settings for clangd let it read the C in a .dasc file, and it finds mistakes in what dasmc writes.
if command -v clangd >/dev/null
then
  clangd_says() { clangd --check="$1" 2>&1 | sed 's/^[A-Z]\[[^]]*\] //' | grep "$2"; }
  mkdir -p clangd && cp "$top_srcdir/doc/examples/editors/clangd.yaml" clangd/.clangd && cp "$top_srcdir/doc/examples/hello.dasc" clangd/
  try "clangd reads .dasc" clangd_says "$PWD/clangd/hello.dasc" '^All checks completed'
  sed 's/^  | ret/  no_such_name = 1;\n  | ret/' "$top_srcdir/doc/examples/hello.dasc" >clangd/wrong.dasc
  (cd clangd && "$DASMC" -o wrong.c wrong.dasc)
  cat >clangd/compile_commands.json <<END
[{"directory": "$PWD/clangd", "command": "cc -I$top_srcdir/include -c wrong.c", "file": "wrong.c"}]
END
  try "clangd finds mistakes" clangd_says "$PWD/clangd/wrong.c" 'undeclared_var_use'
fi
finish
