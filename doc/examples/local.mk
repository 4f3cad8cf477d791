# The examples of the manual.

example_sources = \
	doc/examples/allocator.dasc \
	doc/examples/brainfuck.dasc \
	doc/examples/call_c.dasc \
	doc/examples/encode_at.dasc \
	doc/examples/errors.dasc \
	doc/examples/expr.dasc \
	doc/examples/factorial.dasc \
	doc/examples/hello.dasc \
	doc/examples/jump_table.dasc \
	doc/examples/reuse.dasc \
	doc/examples/sections.dasc \
	doc/examples/structs.dasc

# What they read, and what they print.
EXTRA_DIST += $(example_sources) \
	doc/examples/call_c.expected \
	doc/examples/factorial.expected \
	doc/examples/formulas.txt \
	doc/examples/hello.expected \
	doc/examples/jump_table.expected \
	doc/examples/programs/hello.bf \
	doc/examples/programs/power.bf \
	doc/examples/programs/primes.bf \
	doc/examples/programs/reverse.bf \
	doc/examples/reuse.expected \
	doc/examples/structs.expected

# Each is a program of its own, translated by the dasmc of this build.
example_programs = \
	doc/examples/allocator \
	doc/examples/brainfuck \
	doc/examples/call_c \
	doc/examples/encode_at \
	doc/examples/errors \
	doc/examples/expr \
	doc/examples/factorial \
	doc/examples/hello \
	doc/examples/jump_table \
	doc/examples/reuse \
	doc/examples/sections \
	doc/examples/structs

check_PROGRAMS += $(example_programs)

.dasc.c:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && dasmc/dasmc$(EXEEXT) -o $@ $<

$(example_sources:.dasc=.c): dasmc/dasmc$(EXEEXT)
MOSTLYCLEANFILES += $(example_sources:.dasc=.c)

doc_examples_allocator_SOURCES = doc/examples/allocator.dasc
doc_examples_allocator_LDADD = libdasm.la
doc_examples_brainfuck_SOURCES = doc/examples/brainfuck.dasc
doc_examples_brainfuck_LDADD = libdasm.la
doc_examples_call_c_SOURCES = doc/examples/call_c.dasc
doc_examples_call_c_LDADD = libdasm.la
doc_examples_encode_at_SOURCES = doc/examples/encode_at.dasc
doc_examples_encode_at_LDADD = libdasm.la
doc_examples_errors_SOURCES = doc/examples/errors.dasc
doc_examples_errors_LDADD = libdasm.la
doc_examples_expr_SOURCES = doc/examples/expr.dasc
doc_examples_expr_LDADD = libdasm.la -lm
doc_examples_factorial_SOURCES = doc/examples/factorial.dasc
doc_examples_factorial_LDADD = libdasm.la
doc_examples_hello_SOURCES = doc/examples/hello.dasc
doc_examples_hello_LDADD = libdasm.la
doc_examples_jump_table_SOURCES = doc/examples/jump_table.dasc
doc_examples_jump_table_LDADD = libdasm.la
doc_examples_reuse_SOURCES = doc/examples/reuse.dasc
doc_examples_reuse_LDADD = libdasm.la
doc_examples_sections_SOURCES = doc/examples/sections.dasc
doc_examples_sections_LDADD = libdasm.la
doc_examples_structs_SOURCES = doc/examples/structs.dasc
doc_examples_structs_LDADD = libdasm.la

# ./bootstrap demo
demo: $(example_programs)
	@cd doc/examples && $(SHELL) $(abs_top_srcdir)/doc/examples/demo.sh $(abs_top_srcdir)/doc/examples
EXTRA_DIST += doc/examples/demo.sh
.PHONY: demo
