# Tests. A test program is a Check suite (tests/check_*.c) or a script (tests/*.sh); each prints
# its counts, which tests/summary adds up for the last line of `make check`.

AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	CK_DEFAULT_TIMEOUT=300; export CK_DEFAULT_TIMEOUT; \
	CC='$(CC)'; export CC; \
	NM='$(NM)'; export NM; \
	CXX='$(CXX)'; export CXX; \
	WARN_CFLAGS='$(WARN_CFLAGS)'; export WARN_CFLAGS; \
	LIBS='$(LIBS)'; export LIBS; \
	VERSION='$(PACKAGE_VERSION)'; export VERSION; \
	CHECK_CFLAGS='$(CHECK_CFLAGS)'; export CHECK_CFLAGS; \
	CHECK_LIBS='$(CHECK_LIBS)'; export CHECK_LIBS; \
	EXAMPLES='$(small_examples)'; export EXAMPLES; \
	MAKE='$(MAKE)'; export MAKE; \
	SANITIZED='$(SANITIZE_FLAGS)'; export SANITIZED; \
	HEADERS='$(public_headers)'; export HEADERS; \
	LIBRARIES='$(exported_libraries)'; export LIBRARIES; \
	HIDE_OBJCOPY='$(HIDE_OBJCOPY)'; export HIDE_OBJCOPY; \
	HARDENED='$(HARDEN_LDFLAGS)'; export HARDENED; \
	ABIDIFF='$(ABIDIFF)'; export ABIDIFF; \
	SPHINX_BUILD='$(SPHINX_BUILD)'; export SPHINX_BUILD; \
	$(lua_environment) \
	PYTHON='$(PYTHON)'; export PYTHON; \
	pymoddir='$(pymoddir)'; export pymoddir; \
	PYTHON_MODULE='$(python_module)'; export PYTHON_MODULE; \
	$(install_environment) \
	$(compare_environment) \
	DYNASM='$(DYNASM)'; export DYNASM;

install_environment = \
	prefix='$(prefix)'; export prefix; \
	bindir='$(bindir)'; export bindir; \
	libdir='$(libdir)'; export libdir; \
	datadir='$(datadir)'; export datadir; \
	includedir='$(includedir)'; export includedir; \
	mandir='$(mandir)'; export mandir; \
	MANUAL='$(manual_made)'; export MANUAL;

EXTRA_DIST += \
	tests/abi \
	tests/arm64_bindings.lua \
	tests/arm64_bindings.py \
	tests/arm64_dropin.dasc \
	tests/arm64_exec.awk \
	tests/arm64_exec.h \
	tests/arm64_heap.dasc \
	tests/arm64_run.dasc \
	tests/compiled.awk \
	tests/compiled.h \
	tests/dasc \
	tests/dropin \
	tests/emulated \
	tests/engine.h \
	tests/errors.h \
	tests/facts.h \
	tests/far_code.h \
	tests/generated.dasc \
	tests/isa \
	tests/installcheck.sh \
	tests/lib.sh \
	tests/list.h \
	tests/mips_dropin.dasc \
	tests/loongarch_run.dasc \
	tests/mips_run.dasc \
	tests/projects.sh \
	tests/ranges.py \
	tests/ppc_heap.dasc \
	tests/ppc_run.dasc \
	tests/riscv_run.dasc \
	tests/rt.h \
	tests/seen.h \
	tests/session.awk \
	tests/suite.h \
	tests/summary
MOSTLYCLEANFILES += tests/*.log tests/*.trs

# Make's own rule would copy tests/NAME.sh to tests/NAME, where the folder of that name is looked for.
.sh:
	@:

# Scripts.
TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(SHELL)

check_scripts = \
	tests/abi.sh \
	tests/amalgamation.sh \
	tests/arm64.sh \
	tests/arm64_bindings.sh \
	tests/big_endian.sh \
	tests/circles.sh \
	tests/compare.sh \
	tests/compiled.sh \
	tests/conformance.sh \
	tests/dasc.sh \
	tests/dropin.sh \
	tests/editors.sh \
	tests/examples.sh \
	tests/exports.sh \
	tests/fuzz.sh \
	tests/headers.sh \
	tests/generated.sh \
	tests/install.sh \
	tests/isas.sh \
	tests/layout.sh \
	tests/long.sh \
	tests/manual.sh \
	tests/messages.sh \
	tests/loongarch.sh \
	tests/mips.sh \
	tests/output.sh \
	tests/playground.sh \
	tests/ppc.sh \
	tests/python.sh \
	tests/python_install.sh \
	tests/riscv.sh \
	tests/session.sh \
	tests/tutorial.sh \
	tests/warnings.sh

dist_check_SCRIPTS += $(check_scripts)
TESTS += $(check_scripts)

# To install libdasmc, libtool links it anew and moves the file that tests load out of the way meanwhile:
# the tests that install run behind all others, one at a time.
installing_logs = tests/install.log tests/python_install.log
$(installing_logs): $(filter-out $(installing_logs), $(TEST_LOGS))
tests/python_install.log: $(filter tests/install.log, $(TEST_LOGS))

# library:map:header,header..., for tests/exports.sh
if SHARED
exported_libraries = \
	libdasm.so:lib/libdasm.map:include/dasm.h,include/dasm_heap.h,include/dynasm/dasm_dropin.h \
	libdasmc.so:dasmc/libdasmc.map:include/dasmc.h
endif

# The baseline of tests/abi.sh, from this build. Review the difference before it is committed.
abi-baseline: libdasm.la libdasmc.la
	for l in libdasm libdasmc; do \
	  abidw --no-corpus-path --no-comp-dir-path --no-show-locs --drop-private-types --exported-interfaces-only \
	    --headers-dir $(srcdir)/include --out-file abi.tmp .libs/$$l.so && \
	  sed "s,path='[^']*/\(lib\|dasmc\)/,path='\1/," abi.tmp >$(srcdir)/tests/abi/$$l.abi || exit 1; \
	done; rm -f abi.tmp

.PHONY: abi-baseline

# Suites link the cores, so that they reach what is private; a suite of the public interface
# alone sets its _LDADD to $(check_libs), the installed library.
LDADD = libdasmc_core.la libdasm_core.la $(CHECK_LIBS)
check_libs = libdasm.la $(CHECK_LIBS)

if HAVE_CHECK
check_suites = \
	tests/check_branches \
	tests/check_build \
	tests/check_dropin \
	tests/check_engine \
	tests/check_errors \
	tests/check_expr \
	tests/check_field \
	tests/check_field_put \
	tests/check_front \
	tests/check_heap \
	tests/check_loongarch \
	tests/check_mips \
	tests/check_nomem \
	tests/check_output \
	tests/check_pool_lists \
	tests/check_pools \
	tests/check_ppc \
	tests/check_preprocessor \
	tests/check_relax \
	tests/check_riscv \
	tests/check_rt \
	tests/check_rt_errors \
	tests/check_rt_files \
	tests/check_rt_nomem \
	tests/check_stack \
	tests/check_states \
	tests/check_status \
	tests/check_table \
	tests/check_stubs \
	tests/check_units \
	tests/check_veneer \
	tests/check_word \
	tests/check_x86 \
	tests/check_x86_run \
	tests/check_x86_table

check_PROGRAMS += $(check_suites)
TESTS += $(check_suites)

# The encoder near its limits; takes gigabytes.
EXTRA_PROGRAMS += tests/large
CLEANFILES += tests/large$(EXEEXT)
check-large: tests/large$(EXEEXT)
	tests/large
endif

tests_check_output_SOURCES = tests/check_output.c dasmc/output.c
tests_check_rt_LDADD = libdasmc.la $(check_libs)
tests_check_rt_errors_LDADD = libdasmc.la $(check_libs)
tests_check_rt_files_LDADD = libdasmc.la $(check_libs)
tests_check_rt_nomem_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
tests_check_status_LDADD = $(check_libs)

# Conformance data against the translator and the engine; also for use by hand.
check_PROGRAMS += tests/conform
tests_conform_SOURCES = tests/conform.c tests/conform.h tests/conform_data.c tests/conform_row.c
tests_conform_LDADD = libdasmc.la libdasm.la

# The last line of make check. (When a test failed, make stops before it; automake's own
# summary is the last thing then, and `make summary` says the same.)
check-local: check-TESTS
	@$(MAKE) $(AM_MAKEFLAGS) summary

summary:
	@$(SHELL) $(top_srcdir)/tests/summary $(TEST_LOGS)

# Everything that the tests need, without running them.
tests:
	@$(MAKE) $(AM_MAKEFLAGS) all
	@$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS)

# After make install: users' projects build. (make distcheck runs it.)
installcheck-local:
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(top_srcdir)/tests/installcheck.sh

.PHONY: check-large summary tests

include tests/bench/local.mk
include tests/fuzz/local.mk
include tests/heap.mk
include tests/oracle/local.mk
