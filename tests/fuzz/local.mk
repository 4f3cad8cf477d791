# Fuzzing. make check runs some mutations of the test inputs (tests/fuzz.sh); make fuzz runs
# libFuzzer with clang for FUZZ_SECONDS, or until FUZZ_LIMIT, on a corpus kept in tests/fuzz/corpus of the build tree.

check_PROGRAMS += tests/fuzz/fuzz_front
tests_fuzz_fuzz_front_SOURCES = tests/fuzz/fuzz_front.c dasmc/emit_script.c

# The run-time assembler; longer by hand: tests/fuzz/fuzz_text -n 10000000 -s SEED [FILE...]
check_PROGRAMS += tests/fuzz/fuzz_text
tests_fuzz_fuzz_text_SOURCES = tests/fuzz/fuzz_text.c
tests_fuzz_fuzz_text_LDADD = libdasmc.la libdasm.la

FUZZ_CC = clang
FUZZ_SECONDS = 300
FUZZ_LIMIT = -max_total_time=$(FUZZ_SECONDS)

.PHONY: fuzz
fuzz: libdasm_core.la
	$(AM_V_at)$(MKDIR_P) tests/fuzz/corpus
	$(AM_V_at)for i in $(srcdir)/tests/dasc/*/input.dasc; do \
	  cp $$i tests/fuzz/corpus/`basename \`dirname $$i\``.dasc; done
	$(AM_V_CC)sources=; for i in $(tests_fuzz_fuzz_front_SOURCES) $(libdasmc_core_la_SOURCES); do \
	  case $$i in *.c) sources="$$sources $(srcdir)/$$i";; esac; done; \
	$(FUZZ_CC) -g -O1 -DWITH_LIBFUZZER $(DEFS) $(AM_CPPFLAGS) \
	  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	  -o tests/fuzz/libfuzzer_front $$sources .libs/libdasm_core.a
	tests/fuzz/libfuzzer_front -max_len=4000 -timeout=60 $(FUZZ_LIMIT) \
	  -artifact_prefix=tests/fuzz/ tests/fuzz/corpus

CLEANFILES += tests/fuzz/libfuzzer_front
