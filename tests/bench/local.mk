# Measuring: make bench [DYNASM=DIR] [FADEC=DIR] [DYNASM_RISCV=DIR] [ASMJIT=DIR] [BENCH_FILES='FILE.dasc ...']
#   [BENCH_DEFINES='-D NAME=VALUE ...'] [BENCH_FLAGS=-t]
#
# DIR is LuaJIT's dynasm folder, or that of its port to RISC-V; with it, DynASM is measured in the same run. AsmJit and Xbyak
# are measured if configure found them, AsmJit for AArch64 if it can be linked (ASMJIT: where it is installed). Nothing here is part of make check.

bench_programs = \
	tests/bench/bench_emit \
	tests/bench/bench_heap \
	tests/bench/bench_text \
	tests/bench/bench_translate
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs) tests/bench/cold_* tests/bench/lines_* tests/bench/list.c tests/bench/emit.c tests/bench/heap_ours.c tests/bench/dynasm_emit.* tests/bench/emit_asmjit_arm64 tests/bench/fadec* tests/bench/text_input.s tests/bench/text_output.obj

tests_bench_bench_emit_SOURCES = \
	tests/bench/bench.h \
	tests/bench/bench_emit.c \
	tests/bench/emit.dasc
tests_bench_bench_emit_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/bench
tests_bench_bench_emit_LDFLAGS = $(AM_LDFLAGS)
tests_bench_bench_emit_LDADD = libdasm.la -ldl
if HAVE_ASMJIT
# Debian's AsmJit is a static library of position-dependent code.
tests_bench_bench_emit_SOURCES += tests/bench/emit_asmjit.cc
tests_bench_bench_emit_CPPFLAGS += -DBENCH_ASMJIT
tests_bench_bench_emit_LDFLAGS += -no-pie
tests_bench_bench_emit_LDADD += -lasmjit
endif
if HAVE_XBYAK
tests_bench_bench_emit_SOURCES += tests/bench/emit_xbyak.cc
tests_bench_bench_emit_CPPFLAGS += -DBENCH_XBYAK
endif

EXTRA_DIST += tests/bench/bench.sh tests/bench/cold.awk tests/bench/emit_asmjit_arm64.cc tests/bench/emit_fadec.c

tests_bench_bench_heap_SOURCES = \
	tests/bench/bench.h \
	tests/bench/bench_heap.c \
	tests/bench/bench_heap.h \
	tests/bench/heap_ours.dasc
tests_bench_bench_heap_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests/bench
tests_bench_bench_heap_LDFLAGS = $(AM_LDFLAGS)
tests_bench_bench_heap_LDADD = libdasm.la
if HAVE_ASMJIT
tests_bench_bench_heap_SOURCES += tests/bench/heap_asmjit.cc
tests_bench_bench_heap_CPPFLAGS += -DBENCH_ASMJIT
tests_bench_bench_heap_LDFLAGS += -no-pie
tests_bench_bench_heap_LDADD += -lasmjit
endif

tests/bench/emit.c tests/bench/heap_ours.c: dasmc/dasmc$(EXEEXT)

tests_bench_bench_text_SOURCES = \
	tests/bench/bench.h \
	tests/bench/bench_text.c
tests_bench_bench_text_LDADD = libdasmc.la libdasm.la -ldl

tests_bench_bench_translate_SOURCES = tests/bench/bench_translate.c
tests_bench_bench_translate_LDADD =

.PHONY: bench
bench: $(bench_programs) dasmc/dasmc$(EXEEXT)
	@top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' CC='$(CC)' DYNASM='$(DYNASM)' FADEC='$(FADEC)' DYNASM_RISCV='$(DYNASM_RISCV)' \
	  CXX='$(CXX)' ASMJIT='$(ASMJIT)' BENCH_FILES='$(BENCH_FILES)' BENCH_DEFINES='$(BENCH_DEFINES)' LUAJIT='$(LUAJIT_PROG)' AS='$(GAS)' LLVM_MC='$(LLVM_MC)' \
	  $(SHELL) $(top_srcdir)/tests/bench/bench.sh $(BENCH_FLAGS)
