# The manual: pages in reStructuredText, which Sphinx makes into HTML, Info, man pages and PDF, and the examples in it.
#
#   make html info man pdf    each alone, into doc/ of the build tree
#   make playground           html, with libdasmc in it as WebAssembly
#
# A release contains the first three, and `make install` installs what it contains; from a clone they are made
# first, if Sphinx is there. HTML is installed by `make install-html`, or by `make install` after configure --with-html.

manual_pages = \
	doc/concepts.rst \
	doc/errors/index.rst \
	doc/errors/messages.rst \
	doc/glossary.rst \
	doc/howto/backtraces.rst \
	doc/howto/calling-c.rst \
	doc/howto/constants.rst \
	doc/howto/coroutines.rst \
	doc/howto/cross.rst \
	doc/howto/editors.rst \
	doc/howto/far-calls.rst \
	doc/howto/features.rst \
	doc/howto/fork.rst \
	doc/howto/from-asmjit.rst \
	doc/howto/from-dynasm.rst \
	doc/howto/from-gas.rst \
	doc/howto/from-keystone.rst \
	doc/howto/guards.rst \
	doc/howto/hardened.rst \
	doc/howto/inline-caches.rst \
	doc/howto/jump-tables.rst \
	doc/howto/listing.rst \
	doc/howto/tail-calls.rst \
	doc/howto/testing.rst \
	doc/howto/threads.rst \
	doc/howto/vendoring.rst \
	doc/index.rst \
	doc/inside/abi.rst \
	doc/inside/adding-an-instruction.rst \
	doc/inside/how-it-works.rst \
	doc/inside/list.rst \
	doc/inside/performance.rst \
	doc/inside/security.rst \
	doc/instructions/amd.rst \
	doc/instructions/amx.rst \
	doc/instructions/apx-conditions.rst \
	doc/instructions/apx.rst \
	doc/instructions/arm-float.rst \
	doc/instructions/arm-system.rst \
	doc/instructions/arm-neon.rst \
	doc/instructions/arm.rst \
	doc/instructions/arm64-atomic.rst \
	doc/instructions/arm64-float.rst \
	doc/instructions/arm64-memory.rst \
	doc/instructions/arm64-simd.rst \
	doc/instructions/arm64-sme.rst \
	doc/instructions/arm64-sve.rst \
	doc/instructions/arm64-system.rst \
	doc/instructions/arm64.rst \
	doc/instructions/avx-compare.rst \
	doc/instructions/avx.rst \
	doc/instructions/avx10.rst \
	doc/instructions/avx512-compare.rst \
	doc/instructions/avx512-convert.rst \
	doc/instructions/avx512-fma.rst \
	doc/instructions/avx512-moves.rst \
	doc/instructions/avx512.rst \
	doc/instructions/avx512fp16.rst \
	doc/instructions/control.rst \
	doc/instructions/conventions-arm.rst \
	doc/instructions/conventions-arm64.rst \
	doc/instructions/conventions-loongarch.rst \
	doc/instructions/conventions-mips.rst \
	doc/instructions/conventions-ppc.rst \
	doc/instructions/conventions-riscv.rst \
	doc/instructions/conventions-x64.rst \
	doc/instructions/conventions-x86.rst \
	doc/instructions/conventions.rst \
	doc/instructions/features.rst \
	doc/instructions/fma.rst \
	doc/instructions/general.rst \
	doc/instructions/index.rst \
	doc/instructions/other.rst \
	doc/instructions/ppc-branch.rst \
	doc/instructions/ppc-decimal.rst \
	doc/instructions/ppc-embedded.rst \
	doc/instructions/ppc-float.rst \
	doc/instructions/ppc-matrix.rst \
	doc/instructions/ppc-prefix.rst \
	doc/instructions/ppc-system.rst \
	doc/instructions/ppc-vector.rst \
	doc/instructions/ppc-vsx.rst \
	doc/instructions/ppc.rst \
	doc/instructions/registers.rst \
	doc/instructions/loongarch-float.rst \
	doc/instructions/loongarch-lbt.rst \
	doc/instructions/loongarch-system.rst \
	doc/instructions/loongarch-vector.rst \
	doc/instructions/loongarch.rst \
	doc/instructions/mips-dsp.rst \
	doc/instructions/mips-float.rst \
	doc/instructions/mips-makers.rst \
	doc/instructions/mips-msa.rst \
	doc/instructions/mips-system.rst \
	doc/instructions/mips.rst \
	doc/instructions/riscv-atomic.rst \
	doc/instructions/riscv-bits.rst \
	doc/instructions/riscv-compressed.rst \
	doc/instructions/riscv-float.rst \
	doc/instructions/riscv-system.rst \
	doc/instructions/riscv-vector.rst \
	doc/instructions/riscv-vendor.rst \
	doc/instructions/riscv.rst \
	doc/instructions/sse.rst \
	doc/instructions/strings.rst \
	doc/instructions/system.rst \
	doc/instructions/x86.rst \
	doc/instructions/x87.rst \
	doc/language/captures.rst \
	doc/language/conditions.rst \
	doc/language/data.rst \
	doc/language/defines.rst \
	doc/language/index.rst \
	doc/language/instructions.rst \
	doc/language/labels.rst \
	doc/language/lines.rst \
	doc/language/macros.rst \
	doc/language/messages.rst \
	doc/language/operands.rst \
	doc/language/setup.rst \
	doc/language/spellings.rst \
	doc/language/types.rst \
	doc/man/dasm_code_address.rst \
	doc/man/dasm_code_patch.rst \
	doc/man/dasm_getstatus.rst \
	doc/man/dasm_heap_new.rst \
	doc/man/dasm_init.rst \
	doc/man/dasm_link.rst \
	doc/man/dasm_publish.rst \
	doc/man/dasm_put.rst \
	doc/man/dasm_status.rst \
	doc/man/dasm_version.rst \
	doc/man/dasmc_define.rst \
	doc/man/dasmc_emit.rst \
	doc/man/dasmc_fragment.rst \
	doc/man/dasmc_global.rst \
	doc/man/dasmc_message.rst \
	doc/man/dasmc_new.rst \
	doc/playground.rst \
	doc/reference/dasmc-compare.rst \
	doc/reference/dasmc.rst \
	doc/reference/encoder.rst \
	doc/reference/heap.rst \
	doc/reference/lua.rst \
	doc/reference/python.rst \
	doc/reference/runtime.rst \
	doc/start/first.rst \
	doc/start/index.rst \
	doc/start/install.rst \
	doc/tutorial/arguments.rst \
	doc/tutorial/calls.rst \
	doc/tutorial/cold.rst \
	doc/tutorial/constants.rst \
	doc/tutorial/errors.rst \
	doc/tutorial/gdb.rst \
	doc/tutorial/index.rst \
	doc/tutorial/interpreter.rst \
	doc/tutorial/loops.rst \
	doc/tutorial/memory.rst \
	doc/tutorial/patching.rst \
	doc/tutorial/perf.rst \
	doc/tutorial/registers.rst \
	doc/tutorial/shipping.rst

# What makes pages of them.
manual_tools = \
	doc/_ext/dasc_lexer.py \
	doc/_ext/dasm_figure.py \
	doc/_ext/dasm_headers.py \
	doc/_ext/dasm_instructions.py \
	doc/_ext/dasm_messages.py \
	doc/_ext/dasm_tables.py \
	doc/_ext/lua_domain.py \
	doc/_static/dasm.css \
	doc/_static/forms.js \
	doc/_static/playground.js \
	doc/_static/theme.js \
	doc/conf.py \
	doc/editors/words.txt \
	doc/instructions/arm.txt \
	doc/instructions/arm64.txt \
	doc/instructions/ppc.txt \
	doc/instructions/loongarch.txt \
	doc/instructions/mips.txt \
	doc/instructions/riscv.txt \
	doc/instructions/x86.txt

# The playground: libdasmc for browsers, and what makes it.
playground_tools = \
	doc/playground/build.sh \
	doc/playground/longjmp.c \
	doc/playground/playground.c \
	doc/playground/setjmp.h
# All but the command's own; build.sh leaves out the code heap.
playground_sources = $(filter-out dasmc/depend.c dasmc/options.c dasmc/output.c, \
	$(sort $(filter %.c, $(libdasm_core_la_SOURCES) $(libdasmc_core_la_SOURCES))))

# Diagrams.
manual_figures = \
	doc/figures/field.dot \
	doc/figures/flow.dot \
	doc/figures/heap.dot \
	doc/figures/relaxation.dot

# Other files that are shown in it.
manual_data = \
	doc/examples/calculator.c \
	doc/examples/calculator.expected \
	doc/examples/editors/clangd.yaml \
	doc/examples/editors/init.el \
	doc/examples/editors/vimrc \
	doc/examples/first.lua \
	doc/examples/first.output \
	doc/examples/first.py \
	doc/examples/howto.lua \
	doc/examples/howto.output \
	doc/examples/howto.py \
	doc/examples/messages.txt \
	doc/examples/mistake.dasc \
	doc/examples/mistake.messages \
	doc/examples/session/add.dasc \
	doc/examples/session/dasmc.session \
	doc/examples/session/words.inc \
	doc/picture.py \
	doc/picture.svg \
	doc/picture.txt

# Examples that are projects of their own; tests/install.sh builds them.
example_projects = \
	doc/examples/project-automake/Makefile.am \
	doc/examples/project-automake/configure.ac \
	doc/examples/project-cmake/CMakeLists.txt \
	doc/examples/project-dynasm/CMakeLists.txt \
	doc/examples/project-dynasm/Makefile \
	doc/examples/project-meson/meson.build \
	doc/examples/project-meson/meson_options.txt \
	doc/examples/project-vendored/Makefile \
	doc/examples/project/Makefile \
	doc/examples/project/power.dasc

EXTRA_DIST += $(manual_pages) $(manual_tools) $(manual_figures) $(manual_data) $(example_projects) $(playground_tools)

manual_sources = $(manual_pages) $(manual_tools) $(manual_figures) $(manual_data) $(example_projects) \
	$(example_sources) $(public_headers)
man1dir = $(mandir)/man1
man3dir = $(mandir)/man3
man1_pages = dasmc.1 dasmc-compare.1
# Those of section 3 are all that the folder has: a page for each group of functions, an alias for each function.

manual_made =
if PREBUILT_MANUAL
manual_dir = $(srcdir)/doc
else
manual_dir = doc
if HAVE_SPHINX
manual_made += doc/man.stamp
if HAVE_MAKEINFO
manual_made += doc/info.stamp
endif
endif
endif

if HAVE_SPHINX
# sphinx FORMAT FOLDER: each format keeps what it has read for itself, so they can be made side by side. All is read
# anew: what Sphinx remembers of a page makes a label that has moved to another one a duplicate.
sphinx = DASM_VERSION='$(PACKAGE_VERSION)' DASMC='$(abs_builddir)/dasmc/dasmc$(EXEEXT)' PYTHONDONTWRITEBYTECODE=1 \
	$(SPHINX_BUILD) -q -W --keep-going -E -t $(1) -d doc/read.$(1) -b $(1) $(srcdir)/doc $(2)

doc/html.stamp: $(manual_sources) dasmc/dasmc$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && $(call sphinx,html,doc/html) && $(with_playground) && touch $@
doc/man.stamp: $(manual_sources) dasmc/dasmc$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) doc && $(call sphinx,man,doc/man) && touch $@
doc/info.stamp: $(manual_sources) dasmc/dasmc$(EXEEXT)
	@test -n '$(MAKEINFO_PROG)' || { echo 'make info needs makeinfo (Debian: texinfo)' >&2; exit 1; }
	$(AM_V_GEN)$(MKDIR_P) doc && $(call sphinx,texinfo,doc/texinfo) && \
	  $(MAKEINFO_PROG) --no-split -o doc/libdasm.info doc/texinfo/libdasm.texi && touch $@

# The page of the playground asks for this file, and says so when it is not there.
with_playground = { test ! -f doc/playground-module.js || cp doc/playground-module.js doc/html/_static/; }
playground: doc/html.stamp doc/playground-module.js
	$(with_playground)

html-local: doc/html.stamp
info-local: doc/info.stamp
man: doc/man.stamp
pdf-local: $(manual_sources) dasmc/dasmc$(EXEEXT)
	@command -v latexmk >/dev/null && command -v pdflatex >/dev/null || { \
	  echo 'make pdf needs LaTeX (Debian: latexmk texlive-latex-extra texlive-fonts-recommended tex-gyre)' >&2; exit 1; }
	$(AM_V_GEN)$(MKDIR_P) doc && $(call sphinx,latex,doc/latex) && \
	  $(MAKE) -C doc/latex LATEXMKOPTS=-silent all-pdf >doc/latex.log 2>&1 && cp doc/latex/libdasm.pdf doc/libdasm.pdf
else
html-local info-local man pdf-local playground:
	@if test -d $(manual_dir)/html; then echo 'the manual is in $(manual_dir)'; else \
	  echo 'the manual needs Sphinx (Debian: python3-sphinx furo), which configure did not find' >&2; exit 1; fi
endif

.PHONY: man playground

doc/playground-module.js: $(playground_tools) $(libdasm_core_la_SOURCES) $(libdasmc_core_la_SOURCES) $(public_headers)
	$(AM_V_GEN)$(MKDIR_P) doc && out=$$(pwd)/$@ && cd $(srcdir) && $(SHELL) doc/playground/build.sh "$$out" \
	  '-DPACKAGE_VERSION="$(PACKAGE_VERSION)"' -DDASM_VERSION_NUMBER=0 $(playground_sources)

install-data-local: $(manual_made)
	@if test -d $(manual_dir)/man; then \
	  $(MKDIR_P) "$(DESTDIR)$(man1dir)" "$(DESTDIR)$(man3dir)" && \
	  for page in $(man1_pages); do $(INSTALL_DATA) $(manual_dir)/man/$$page "$(DESTDIR)$(man1dir)" || exit 1; done && \
	  for page in $(manual_dir)/man/*.3; do $(INSTALL_DATA) $$page "$(DESTDIR)$(man3dir)" || exit 1; done; \
	else echo 'no man pages: they need Sphinx, which configure did not find'; fi
	@if test -f $(manual_dir)/libdasm.info; then \
	  $(MKDIR_P) "$(DESTDIR)$(infodir)" && $(INSTALL_DATA) $(manual_dir)/libdasm.info "$(DESTDIR)$(infodir)" && \
	  if test -z "$(DESTDIR)" && install-info --version >/dev/null 2>&1; then \
	    install-info --info-dir="$(infodir)" "$(infodir)/libdasm.info" || :; fi; fi
	@if test '$(with_html)' = yes; then $(MAKE) install-html; fi

install-html-local:
	@test -d $(manual_dir)/html || $(MAKE) html
	$(MKDIR_P) "$(DESTDIR)$(htmldir)" && cp -R $(manual_dir)/html/. "$(DESTDIR)$(htmldir)" && \
	  rm -f "$(DESTDIR)$(htmldir)/.buildinfo"

uninstall-local:
	for page in $(man1_pages); do rm -f "$(DESTDIR)$(man1dir)/$$page"; done
	for page in $(manual_dir)/man/*.3; do rm -f "$(DESTDIR)$(man3dir)/$$(basename $$page)"; done
	if test -z "$(DESTDIR)" && install-info --version >/dev/null 2>&1; then \
	  install-info --delete --info-dir="$(infodir)" "$(infodir)/libdasm.info" || :; fi
	rm -f "$(DESTDIR)$(infodir)/libdasm.info"
	test -z "$(htmldir)" || rm -rf "$(DESTDIR)$(htmldir)/_static" "$(DESTDIR)$(htmldir)/_sources"
	if test -d $(manual_dir)/html; then (cd $(manual_dir)/html && find . -type f) | \
	  while read -r file; do rm -f "$(DESTDIR)$(htmldir)/$$file"; done; fi

# A release has the manual ready; doc/prebuilt tells configure so.
dist-hook:
	@if test -d $(manual_dir)/html && test -d $(manual_dir)/man && test -f $(manual_dir)/libdasm.info; then :; \
	elif test '$(HAVE_SPHINX_TRUE)' = ''; then $(MAKE) html info man; fi
	@if test -d $(manual_dir)/html; then \
	  cp -R $(manual_dir)/html $(manual_dir)/man $(distdir)/doc/ && \
	  cp $(manual_dir)/libdasm.info $(distdir)/doc/ && rm -f $(distdir)/doc/html/.buildinfo && \
	  echo 'This release contains the manual.' >$(distdir)/doc/prebuilt; \
	else echo 'this archive has no manual: making it needs Sphinx' >&2; fi

CLEANFILES += doc/playground-module.js doc/html.stamp doc/man.stamp doc/info.stamp doc/libdasm.pdf doc/latex.log
clean_targets += clean-manual
clean-manual:
	test -f doc/prebuilt || rm -rf doc/html doc/man doc/libdasm.info
	rm -rf doc/texinfo doc/latex doc/read.html doc/read.man doc/read.texinfo doc/read.latex

.PHONY: clean-manual

include doc/examples/local.mk
include doc/editors/local.mk
