# The programs of the tutorial: the interpreter, and a step of the compiler with it.

check_LTLIBRARIES += doc/examples/tutorial/libabacus.la
doc_examples_tutorial_libabacus_la_SOURCES = \
	doc/examples/tutorial/abacus.h \
	doc/examples/tutorial/interpret.c \
	doc/examples/tutorial/main.c \
	doc/examples/tutorial/parse.c

tutorial_steps = \
	doc/examples/tutorial/step01 \
	doc/examples/tutorial/step02 \
	doc/examples/tutorial/step03 \
	doc/examples/tutorial/step04 \
	doc/examples/tutorial/step05 \
	doc/examples/tutorial/step06 \
	doc/examples/tutorial/step07 \
	doc/examples/tutorial/step08 \
	doc/examples/tutorial/step09 \
	doc/examples/tutorial/step10

check_PROGRAMS += $(tutorial_steps)

tutorial_sources = \
	doc/examples/tutorial/step02.dasc \
	doc/examples/tutorial/step03.dasc \
	doc/examples/tutorial/step04.dasc \
	doc/examples/tutorial/step05.dasc \
	doc/examples/tutorial/step06.dasc \
	doc/examples/tutorial/step07.dasc \
	doc/examples/tutorial/step08.dasc \
	doc/examples/tutorial/step09.dasc \
	doc/examples/tutorial/step10.dasc

# What is translated is compiled in the build tree, and includes abacus.h.
tutorial_flags = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples/tutorial
tutorial_libraries = doc/examples/tutorial/libabacus.la libdasm.la -lm
doc_examples_tutorial_step01_SOURCES = doc/examples/tutorial/step01.c
doc_examples_tutorial_step01_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step01_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step02_SOURCES = doc/examples/tutorial/step02.dasc
doc_examples_tutorial_step02_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step02_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step03_SOURCES = doc/examples/tutorial/step03.dasc
doc_examples_tutorial_step03_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step03_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step04_SOURCES = doc/examples/tutorial/step04.dasc
doc_examples_tutorial_step04_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step04_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step05_SOURCES = doc/examples/tutorial/step05.dasc
doc_examples_tutorial_step05_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step05_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step06_SOURCES = doc/examples/tutorial/step06.dasc
doc_examples_tutorial_step06_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step06_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step07_SOURCES = doc/examples/tutorial/step07.dasc
doc_examples_tutorial_step07_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step07_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step08_SOURCES = doc/examples/tutorial/step08.dasc
doc_examples_tutorial_step08_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step08_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step09_SOURCES = doc/examples/tutorial/step09.dasc
doc_examples_tutorial_step09_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step09_LDADD = $(tutorial_libraries)
doc_examples_tutorial_step10_SOURCES = doc/examples/tutorial/step10.dasc
doc_examples_tutorial_step10_CPPFLAGS = $(tutorial_flags)
doc_examples_tutorial_step10_LDADD = $(tutorial_libraries)

$(tutorial_sources:.dasc=.c): dasmc/dasmc$(EXEEXT)
MOSTLYCLEANFILES += $(tutorial_sources:.dasc=.c)

EXTRA_DIST += \
	doc/examples/tutorial/demo.aba \
	doc/examples/tutorial/faults.aba \
	doc/examples/tutorial/gdb.commands \
	doc/examples/tutorial/gdb.transcript \
	doc/examples/tutorial/limit.expected \
	doc/examples/tutorial/perf-annotate.txt \
	doc/examples/tutorial/perf-map.txt \
	doc/examples/tutorial/step01.expected \
	doc/examples/tutorial/step02.expected \
	doc/examples/tutorial/step03.expected \
	doc/examples/tutorial/step04.expected \
	doc/examples/tutorial/step05.expected \
	doc/examples/tutorial/step06.expected \
	doc/examples/tutorial/step07.expected \
	doc/examples/tutorial/step08.expected \
	doc/examples/tutorial/step09.expected \
	doc/examples/tutorial/step10.expected
