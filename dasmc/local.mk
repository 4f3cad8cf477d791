# The translator: libdasmc_core.la is all of it, used by the command dasmc, by tests, and by
# the installed libdasmc.

noinst_LTLIBRARIES += libdasmc_core.la
libdasmc_core_la_CFLAGS = $(AM_CFLAGS) $(HIDE_CFLAGS)
libdasmc_core_la_SOURCES = \
	dasmc/front.h
