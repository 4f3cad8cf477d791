# Colours for editors. What contains words of words.txt is made of a template, so that all of them and the manual agree.

made_editor_files = \
	doc/editors/emacs/dasc-mode.el \
	doc/editors/vim/syntax/dasc.vim \
	doc/editors/vscode/dasc.tmLanguage.json

doc/editors/emacs/dasc-mode.el: editor = emacs
doc/editors/vim/syntax/dasc.vim: editor = vim
doc/editors/vscode/dasc.tmLanguage.json: editor = json
$(made_editor_files): %: $(srcdir)/%.in $(srcdir)/doc/editors/words.txt $(srcdir)/doc/editors/generate.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(AWK) -v editor=$(editor) -f $(srcdir)/doc/editors/generate.awk \
	  $(srcdir)/doc/editors/words.txt $(srcdir)/$@.in >$@.tmp && mv $@.tmp $@

EXTRA_DIST += \
	$(made_editor_files:=.in) \
	doc/editors/generate.awk

CLEANFILES += $(made_editor_files)

# Where the Vim and Emacs of distributions look; VS Code is told where its folder is.
emacsdir = $(datadir)/emacs/site-lisp
vimdetectdir = $(datadir)/vim/vimfiles/ftdetect
vimplugindir = $(datadir)/vim/vimfiles/ftplugin
vimsyntaxdir = $(datadir)/vim/vimfiles/syntax
vscodedir = $(datadir)/libdasm/vscode
emacs_DATA = doc/editors/emacs/dasc-mode.el
dist_vimdetect_DATA = doc/editors/vim/ftdetect/dasc.vim
dist_vimplugin_DATA = doc/editors/vim/ftplugin/dasc.vim
vimsyntax_DATA = doc/editors/vim/syntax/dasc.vim
dist_vscode_DATA = doc/editors/vscode/language-configuration.json doc/editors/vscode/package.json
vscode_DATA = doc/editors/vscode/dasc.tmLanguage.json
