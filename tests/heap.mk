# Tests of the code heap.

heap_scripts = \
	tests/cross.sh \
	tests/gdb.sh \
	tests/perf.sh \
	tests/translators.sh \
	tests/unwind.sh

dist_check_SCRIPTS += $(heap_scripts)
TESTS += $(heap_scripts)

EXTRA_DIST += tests/heap_changes.c tests/heap_gdb.c tests/heap_host.c tests/heap_process.h tests/heap_suite.h

if HAVE_CXX
check_PROGRAMS += tests/throw
TESTS += tests/throw
endif
tests_throw_SOURCES = tests/throw.cc
tests_throw_LDADD = libdasm.la

check_PROGRAMS += tests/traced
tests_traced_SOURCES = tests/traced.dasc
tests_traced_LDADD = libdasm.la

tests/traced.c: dasmc/dasmc$(EXEEXT)
MOSTLYCLEANFILES += tests/traced.c

if HAVE_CHECK
heap_suites = \
	tests/check_blocks \
	tests/check_heap_failures \
	tests/check_heap_fork \
	tests/check_heap_place \
	tests/check_heap_process \
	tests/check_heap_states \
	tests/check_heap_systems \
	tests/check_heap_threads \
	tests/check_heap_tools \
	tests/check_lines

check_PROGRAMS += $(heap_suites)
TESTS += $(heap_suites)

tests_check_heap_failures_SOURCES = \
	tests/check_heap_failures.c \
	tests/faults.c \
	tests/faults.h
endif
