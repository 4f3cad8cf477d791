# check-oracle: the tables against llvm-mc and GNU as, where they are installed.

check_PROGRAMS += tests/oracle/oracle
tests_oracle_oracle_SOURCES = \
	tests/oracle/compare.c \
	tests/oracle/data.c \
	tests/oracle/dynamic.c \
	tests/oracle/features.c \
	tests/oracle/find.c \
	tests/oracle/known.c \
	tests/oracle/lines.c \
	tests/oracle/oracle.c \
	tests/oracle/oracle.h \
	tests/oracle/ours.c \
	tests/oracle/prove.c \
	tests/oracle/read.c \
	tests/oracle/scan.c \
	tests/oracle/tools.c
tests_oracle_oracle_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE

# The same for ISAs whose rows are bit diagrams: a file for each says what the others need to know.
check_PROGRAMS += tests/oracle/words
tests_oracle_words_SOURCES = \
	tests/oracle/arm.c \
	tests/oracle/arm_lines.c \
	tests/oracle/arm64.c \
	tests/oracle/arm64_lines.c \
	tests/oracle/data.c \
	tests/oracle/arm64_pattern.c \
	tests/oracle/arm64_pattern.h \
	tests/oracle/loongarch.c \
	tests/oracle/mips.c \
	tests/oracle/find.c \
	tests/oracle/ours.c \
	tests/oracle/ppc.c \
	tests/oracle/riscv.c \
	tests/oracle/runtime.c \
	tests/oracle/tools.c \
	tests/oracle/words.c \
	tests/oracle/words.h \
	tests/oracle/words_lines.c
tests_oracle_words_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE

check_PROGRAMS += tests/rows_hit
tests_rows_hit_SOURCES = tests/rows_hit.c tests/oracle/ours.c
tests_rows_hit_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests -D_GNU_SOURCE
EXTRA_DIST += tests/oracle/explained.tsv tests/oracle/newest.sh tests/oracle/theirs.sh
dist_check_SCRIPTS += tests/oracle/oracle.sh
TESTS += tests/oracle/oracle.sh

check-oracle: tests/oracle/oracle$(EXEEXT) tests/oracle/words$(EXEEXT)
	status=0; $(builddir)/tests/oracle/words || status=1; \
	ORACLE="$(ORACLE)" $(builddir)/tests/oracle/oracle -s $(srcdir)/tests/oracle/explained.tsv || status=1; exit $$status

.PHONY: check-oracle
