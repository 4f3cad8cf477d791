# The translator: libdasmc_core.la is all of it, used by the command dasmc, by tests, and by
# the installed libdasmc.

noinst_LTLIBRARIES += libdasmc_core.la
libdasmc_core_la_CFLAGS = $(AM_CFLAGS) $(HIDE_CFLAGS)
libdasmc_core_la_SOURCES = \
	dasmc/arena.c \
	dasmc/build.c \
	dasmc/build.h \
	dasmc/capture.c \
	dasmc/cond.c \
	dasmc/diag.c \
	dasmc/directive.c \
	dasmc/dump.c \
	dasmc/dump.h \
	dasmc/emit_c.c \
	dasmc/emit_c.h \
	dasmc/eval.c \
	dasmc/front.c \
	dasmc/front.h \
	dasmc/front_private.h \
	dasmc/isa_list.c \
	dasmc/layout.c \
	dasmc/macro.c \
	dasmc/names.c \
	dasmc/options.c \
	dasmc/options.h \
	dasmc/source.c \
	dasmc/statement.c \
	dasmc/subst.c \
	dasmc/table.c \
	dasmc/text.c \
	dasmc/translate.h

bin_PROGRAMS += dasmc/dasmc
dasmc_dasmc_CFLAGS = $(AM_CFLAGS)
dasmc_dasmc_SOURCES = dasmc/main.c
dasmc_dasmc_LDADD = libdasmc_core.la
