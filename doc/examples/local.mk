# The examples of the manual: built and run by make check (tests/examples.sh), the two large
# ones shown by make demo. NAME.expected is what NAME prints.

small_examples = \
	doc/examples/allocator \
	doc/examples/calculator \
	doc/examples/call_c \
	doc/examples/chapter_arm64 \
	doc/examples/chapter_mips \
	doc/examples/chapter_mips_own \
	doc/examples/chapter_loongarch \
	doc/examples/chapter_ppc \
	doc/examples/chapter_riscv \
	doc/examples/chapter_x64 \
	doc/examples/chapter_x86 \
	doc/examples/cost \
	doc/examples/encode_at \
	doc/examples/errors \
	doc/examples/factorial \
	doc/examples/hello \
	doc/examples/howto_asmjit \
	doc/examples/howto_call_c \
	doc/examples/howto_constants \
	doc/examples/howto_coroutine \
	doc/examples/howto_cross \
	doc/examples/howto_dynasm \
	doc/examples/howto_dynasm_new \
	doc/examples/howto_far_call \
	doc/examples/howto_features \
	doc/examples/howto_fork \
	doc/examples/howto_guard \
	doc/examples/howto_hardened \
	doc/examples/howto_keystone \
	doc/examples/howto_listing \
	doc/examples/howto_pool \
	doc/examples/howto_tail_call \
	doc/examples/howto_testing \
	doc/examples/howto_threads \
	doc/examples/inline_cache \
	doc/examples/jump_table \
	doc/examples/language \
	doc/examples/reuse \
	doc/examples/sections \
	doc/examples/statuses \
	doc/examples/structs

large_examples = \
	doc/examples/brainfuck \
	doc/examples/expr

example_sources = \
	doc/examples/allocator.dasc \
	doc/examples/brainfuck.dasc \
	doc/examples/call_c.dasc \
	doc/examples/chapter_arm64.dasc \
	doc/examples/chapter_mips.dasc \
	doc/examples/chapter_mips_own.dasc \
	doc/examples/chapter_loongarch.dasc \
	doc/examples/chapter_ppc.dasc \
	doc/examples/chapter_riscv.dasc \
	doc/examples/chapter_x64.dasc \
	doc/examples/chapter_x86.dasc \
	doc/examples/cost.dasc \
	doc/examples/encode_at.dasc \
	doc/examples/errors.dasc \
	doc/examples/expr.dasc \
	doc/examples/factorial.dasc \
	doc/examples/heap.dasc \
	doc/examples/hello.dasc \
	doc/examples/howto_asmjit.dasc \
	doc/examples/howto_backtrace.dasc \
	doc/examples/howto_call_c.dasc \
	doc/examples/howto_constants.dasc \
	doc/examples/howto_coroutine.dasc \
	doc/examples/howto_cross.dasc \
	doc/examples/howto_dynasm.dasc \
	doc/examples/howto_dynasm_new.dasc \
	doc/examples/howto_far_call.dasc \
	doc/examples/howto_fork.dasc \
	doc/examples/howto_guard.dasc \
	doc/examples/howto_hardened.dasc \
	doc/examples/howto_listing.dasc \
	doc/examples/howto_pool.dasc \
	doc/examples/howto_tail_call.dasc \
	doc/examples/howto_testing.dasc \
	doc/examples/howto_threads.dasc \
	doc/examples/inline_cache.dasc \
	doc/examples/jump_table.dasc \
	doc/examples/language.dasc \
	doc/examples/reuse.dasc \
	doc/examples/sections.dasc \
	doc/examples/statuses.dasc \
	doc/examples/structs.dasc

if HAVE_UNWINDER
small_examples += doc/examples/heap doc/examples/howto_backtrace
endif

check_PROGRAMS += $(small_examples) $(large_examples)

.dasc.c:
	$(AM_V_GEN)$(MKDIR_P) $(@D) && dasmc/dasmc$(EXEEXT) -o $@ $<

# Its messages quote statements.
doc/examples/errors.c: doc/examples/errors.dasc dasmc/dasmc$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && dasmc/dasmc$(EXEEXT) --texts=yes -o $@ $(srcdir)/doc/examples/errors.dasc

# In libdasm's dialect.
doc/examples/chapter_mips_own.c: doc/examples/chapter_mips_own.dasc dasmc/dasmc$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && dasmc/dasmc$(EXEEXT) --dialect=libdasm -o $@ $(srcdir)/doc/examples/chapter_mips_own.dasc

doc_examples_allocator_SOURCES = doc/examples/allocator.dasc
doc_examples_allocator_LDADD = libdasm.la
doc_examples_brainfuck_SOURCES = doc/examples/brainfuck.dasc
doc_examples_brainfuck_LDADD = libdasm.la
doc_examples_calculator_SOURCES = doc/examples/calculator.c
doc_examples_calculator_LDADD = libdasmc.la libdasm.la
doc_examples_call_c_SOURCES = doc/examples/call_c.dasc
doc_examples_call_c_LDADD = libdasm.la
doc_examples_chapter_arm64_SOURCES = doc/examples/chapter_arm64.dasc doc/examples/chapter.h
doc_examples_chapter_arm64_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples
doc_examples_chapter_arm64_LDADD = libdasm.la
doc_examples_chapter_mips_SOURCES = doc/examples/chapter_mips.dasc doc/examples/chapter.h
doc_examples_chapter_mips_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples
doc_examples_chapter_mips_LDADD = libdasm.la
doc_examples_chapter_mips_own_SOURCES = doc/examples/chapter_mips_own.dasc doc/examples/chapter.h
doc_examples_chapter_mips_own_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples
doc_examples_chapter_mips_own_LDADD = libdasm.la
doc_examples_chapter_loongarch_SOURCES = doc/examples/chapter_loongarch.dasc doc/examples/chapter.h
doc_examples_chapter_loongarch_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples
doc_examples_chapter_loongarch_LDADD = libdasm.la
doc_examples_chapter_ppc_SOURCES = doc/examples/chapter_ppc.dasc doc/examples/chapter.h
doc_examples_chapter_ppc_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples
doc_examples_chapter_ppc_LDADD = libdasm.la
doc_examples_chapter_riscv_SOURCES = doc/examples/chapter_riscv.dasc doc/examples/chapter.h
doc_examples_chapter_riscv_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples
doc_examples_chapter_riscv_LDADD = libdasm.la
doc_examples_chapter_x64_SOURCES = doc/examples/chapter_x64.dasc doc/examples/chapter.h
doc_examples_chapter_x64_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples
doc_examples_chapter_x64_LDADD = libdasm.la
doc_examples_chapter_x86_SOURCES = doc/examples/chapter_x86.dasc doc/examples/chapter.h
doc_examples_chapter_x86_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/doc/examples
doc_examples_chapter_x86_LDADD = libdasm.la
doc_examples_cost_SOURCES = doc/examples/cost.dasc
doc_examples_cost_LDADD = libdasm.la
doc_examples_encode_at_SOURCES = doc/examples/encode_at.dasc
doc_examples_encode_at_LDADD = libdasm.la
doc_examples_errors_SOURCES = doc/examples/errors.dasc
doc_examples_errors_LDADD = libdasm.la
doc_examples_expr_SOURCES = doc/examples/expr.dasc
doc_examples_expr_LDADD = libdasm.la -lm
doc_examples_factorial_SOURCES = doc/examples/factorial.dasc
doc_examples_factorial_LDADD = libdasm.la
doc_examples_heap_SOURCES = doc/examples/heap.dasc
doc_examples_heap_LDADD = libdasm.la
doc_examples_hello_SOURCES = doc/examples/hello.dasc
doc_examples_hello_LDADD = libdasm.la
doc_examples_howto_asmjit_SOURCES = doc/examples/howto_asmjit.dasc
doc_examples_howto_asmjit_LDADD = libdasm.la
doc_examples_howto_backtrace_SOURCES = doc/examples/howto_backtrace.dasc
doc_examples_howto_backtrace_LDADD = libdasm.la
doc_examples_howto_call_c_SOURCES = doc/examples/howto_call_c.dasc
doc_examples_howto_call_c_LDADD = libdasm.la
doc_examples_howto_constants_SOURCES = doc/examples/howto_constants.dasc
doc_examples_howto_constants_LDADD = libdasm.la
doc_examples_howto_coroutine_SOURCES = doc/examples/howto_coroutine.dasc
doc_examples_howto_coroutine_LDADD = libdasm.la
doc_examples_howto_cross_SOURCES = doc/examples/howto_cross.dasc
doc_examples_howto_cross_LDADD = libdasm.la
doc_examples_howto_dynasm_SOURCES = doc/examples/howto_dynasm.dasc
doc_examples_howto_dynasm_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/include/dynasm
doc_examples_howto_dynasm_LDADD = libdasm.la
doc_examples_howto_dynasm_new_SOURCES = doc/examples/howto_dynasm_new.dasc
doc_examples_howto_dynasm_new_LDADD = libdasm.la
doc_examples_howto_far_call_SOURCES = doc/examples/howto_far_call.dasc
doc_examples_howto_far_call_LDADD = libdasm.la
doc_examples_howto_features_SOURCES = doc/examples/howto_features.c
doc_examples_howto_features_LDADD = libdasmc.la libdasm.la
doc_examples_howto_fork_SOURCES = doc/examples/howto_fork.dasc
doc_examples_howto_fork_LDADD = libdasm.la
doc_examples_howto_guard_SOURCES = doc/examples/howto_guard.dasc
doc_examples_howto_guard_LDADD = libdasm.la
doc_examples_howto_hardened_SOURCES = doc/examples/howto_hardened.dasc
doc_examples_howto_hardened_LDADD = libdasm.la
doc_examples_howto_keystone_SOURCES = doc/examples/howto_keystone.c
doc_examples_howto_keystone_LDADD = libdasmc.la libdasm.la
doc_examples_howto_listing_SOURCES = doc/examples/howto_listing.dasc
doc_examples_howto_listing_LDADD = libdasm.la
doc_examples_howto_pool_SOURCES = doc/examples/howto_pool.dasc
doc_examples_howto_pool_LDADD = libdasm.la
doc_examples_howto_tail_call_SOURCES = doc/examples/howto_tail_call.dasc
doc_examples_howto_tail_call_LDADD = libdasm.la
doc_examples_howto_testing_SOURCES = doc/examples/howto_testing.dasc
doc_examples_howto_testing_LDADD = libdasm.la
doc_examples_howto_threads_SOURCES = doc/examples/howto_threads.dasc
doc_examples_howto_threads_LDADD = libdasm.la
doc_examples_inline_cache_SOURCES = doc/examples/inline_cache.dasc
doc_examples_inline_cache_LDADD = libdasm.la
doc_examples_jump_table_SOURCES = doc/examples/jump_table.dasc
doc_examples_jump_table_LDADD = libdasm.la
doc_examples_language_SOURCES = doc/examples/language.dasc
doc_examples_language_LDADD = libdasm.la
doc_examples_reuse_SOURCES = doc/examples/reuse.dasc
doc_examples_reuse_LDADD = libdasm.la
doc_examples_sections_SOURCES = doc/examples/sections.dasc
doc_examples_sections_LDADD = libdasm.la
doc_examples_statuses_SOURCES = doc/examples/statuses.dasc
doc_examples_statuses_LDADD = libdasmc.la libdasm.la
doc_examples_structs_SOURCES = doc/examples/structs.dasc
doc_examples_structs_LDADD = libdasm.la

# A suffix rule has no further prerequisites: each of these needs the translator.
$(example_sources:.dasc=.c): dasmc/dasmc$(EXEEXT)
MOSTLYCLEANFILES += $(example_sources:.dasc=.c)

example_programs = \
	doc/examples/programs/hello.bf \
	doc/examples/programs/power.bf \
	doc/examples/programs/primes.bf \
	doc/examples/programs/reverse.bf

EXTRA_DIST += $(example_programs) \
	doc/examples/allocator.expected \
	doc/examples/call_c.expected \
	doc/examples/chapter_arm64.expected \
	doc/examples/chapter_mips.expected \
	doc/examples/chapter_mips_own.expected \
	doc/examples/chapter_loongarch.expected \
	doc/examples/chapter_ppc.expected \
	doc/examples/chapter_riscv.expected \
	doc/examples/chapter_x64.expected \
	doc/examples/chapter_x86.expected \
	doc/examples/cost.expected \
	doc/examples/cost.sh \
	doc/examples/demo.sh \
	doc/examples/encode_at.expected \
	doc/examples/errors.expected \
	doc/examples/factorial.expected \
	doc/examples/formulas.txt \
	doc/examples/heap.expected \
	doc/examples/hello.expected \
	doc/examples/howto_asmjit.expected \
	doc/examples/howto_backtrace.expected \
	doc/examples/howto_call_c.expected \
	doc/examples/howto_constants.expected \
	doc/examples/howto_coroutine.expected \
	doc/examples/howto_cross.expected \
	doc/examples/howto_dynasm.expected \
	doc/examples/howto_dynasm_new.expected \
	doc/examples/howto_far_arm64.dasc \
	doc/examples/howto_far_arm64.expected \
	doc/examples/howto_far_call.expected \
	doc/examples/howto_far_riscv.dasc \
	doc/examples/howto_far_riscv.expected \
	doc/examples/howto_features.expected \
	doc/examples/howto_fork.expected \
	doc/examples/howto_guard.expected \
	doc/examples/howto_hardened.expected \
	doc/examples/howto_keystone.expected \
	doc/examples/howto_listing.expected \
	doc/examples/howto_pool.expected \
	doc/examples/howto_tail_call.expected \
	doc/examples/howto_testing.expected \
	doc/examples/howto_threads.expected \
	doc/examples/inline_cache.expected \
	doc/examples/jump_table.expected \
	doc/examples/language.expected \
	doc/examples/programs/hello.expected \
	doc/examples/programs/primes.expected \
	doc/examples/reuse.expected \
	doc/examples/sections.expected \
	doc/examples/statuses.expected \
	doc/examples/structs.expected

demo: $(large_examples)
	@top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' $(SHELL) $(top_srcdir)/doc/examples/demo.sh

.PHONY: demo

include doc/examples/tutorial/local.mk
