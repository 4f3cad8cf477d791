# The Python and Lua modules. What both share is the convenience library libglue.la, and dasm.i.

EXTRA_DIST += bindings/dasm.i

if BINDINGS
noinst_LTLIBRARIES += bindings/libglue.la
bindings_libglue_la_SOURCES = bindings/glue.c bindings/glue.h \
	dasmc/emit_script.c dasmc/emit_script.h
bindings_libglue_la_CFLAGS = $(AM_CFLAGS) $(HIDE_CFLAGS) $(CAPSTONE_CFLAGS)
bindings_libglue_la_LIBADD = libdasmc.la libdasm.la $(CAPSTONE_LIBS)
endif

include bindings/lua/local.mk
include bindings/python/local.mk
