# Manual pages, the manual, and the examples in it.

dist_man_MANS += \
	doc/dasmc-compare.1 \
	doc/dasmc.1 \
	doc/libdasm.3 \
	doc/libdasmc.3

manual_chapters = \
	doc/dasc.texi \
	doc/dasmc.texi \
	doc/dynasm.texi \
	doc/encoder.texi \
	doc/errors.texi \
	doc/heap.texi \
	doc/instructions.texi \
	doc/introduction.texi \
	doc/lua.texi \
	doc/python.texi \
	doc/runtime.texi \
	doc/templates.texi \
	doc/tutorial.texi

# Other files that are shown in it.
manual_data = \
	doc/examples/calculator.c \
	doc/examples/calculator.expected \
	doc/examples/mistake.dasc \
	doc/examples/mistake.messages

# Examples that are projects of their own; tests/install.sh builds them.
example_projects = \
	doc/examples/project-automake/Makefile.am \
	doc/examples/project-automake/configure.ac \
	doc/examples/project/Makefile \
	doc/examples/project/power.dasc

EXTRA_DIST += doc/libdasm.texi $(manual_chapters) $(example_projects) $(manual_data)

manual_flags = -D 'VERSION $(PACKAGE_VERSION)' -I $(srcdir)/doc -I $(srcdir)/doc/examples

if HAVE_MAKEINFO
manualdir = $(infodir)
manual_DATA = doc/libdasm.info
CLEANFILES += doc/libdasm.info
endif

doc/libdasm.info: doc/libdasm.texi $(manual_chapters) $(example_sources) $(manual_data)
	$(AM_V_GEN)$(MKDIR_P) doc && $(MAKEINFO_PROG) --no-split $(manual_flags) -o $@ $(srcdir)/doc/libdasm.texi

html-local: doc/libdasm.html
doc/libdasm.html: doc/libdasm.texi $(manual_chapters) $(example_sources) $(manual_data)
	$(AM_V_GEN)$(MKDIR_P) doc && $(MAKEINFO_PROG) --html --no-split $(manual_flags) -o $@ $(srcdir)/doc/libdasm.texi
CLEANFILES += doc/libdasm.html

include doc/examples/local.mk
