# libdasm: the encoder and the code heap.
#
# Everything is compiled once, into the convenience library libdasm_core.la. The installed
# library is that, with only the symbols of libdasm.map, or, when it is static, with private names
# that no program has (lib/own_names); tests of internals link the core.

noinst_LTLIBRARIES += libdasm_core.la
libdasm_core_la_CFLAGS = $(AM_CFLAGS) $(HIDE_CFLAGS)
libdasm_core_la_SOURCES = \
	lib/args.h \
	lib/arguments.c \
	lib/blocks.c \
	lib/blocks.h \
	lib/bytes.h \
	lib/codeheap.c \
	lib/compiler.h \
	lib/debug_gdb.c \
	lib/debug_perf.c \
	lib/dwarf.c \
	lib/drop.c \
	lib/dropin.c \
	lib/dynasm.c \
	lib/encode.c \
	lib/errmsg.c \
	lib/fail.c \
	lib/far.h \
	lib/field.c \
	lib/field.h \
	lib/fork.c \
	lib/field_quick.c \
	lib/field_valid.c \
	lib/gdb_file.c \
	lib/gdb_file.h \
	lib/grow.c \
	lib/heap.h \
	lib/host.h \
	lib/host/arm64.h \
	lib/host/mips.h \
	lib/host/others.h \
	lib/host/ppc.h \
	lib/host/riscv.h \
	lib/host/x86.h \
	lib/internal.h \
	lib/isa.c \
	lib/isas.def \
	lib/isa/arm64.c \
	lib/isa/arm64.h \
	lib/isa/arm64_mov.c \
	lib/isa/arm64_put.c \
	lib/isa/arm64_walk.c \
	lib/isa/isas.h \
	lib/isa/loongarch.c \
	lib/isa/loongarch.h \
	lib/isa/mips.c \
	lib/isa/mips.h \
	lib/isa/mips_far.c \
	lib/isa/mips_li.c \
	lib/isa/mips_walk.c \
	lib/isa/ppc.c \
	lib/isa/ppc.h \
	lib/isa/riscv.c \
	lib/isa/riscv.h \
	lib/isa/riscv_far.c \
	lib/isa/riscv_li.c \
	lib/isa/riscv_short.c \
	lib/isa/riscv_walk.c \
	lib/isa/x86.c \
	lib/isa/x86.h \
	lib/isa/x86_encode.c \
	lib/isa/x86_walk.c \
	lib/label.c \
	lib/label.h \
	lib/lines.c \
	lib/link.c \
	lib/list.h \
	lib/list_read.c \
	lib/lock.c \
	lib/lock.h \
	lib/memory.c \
	lib/ops.c \
	lib/ops.def \
	lib/pages.h \
	lib/pages_file.c \
	lib/pages_near.c \
	lib/pages_posix.c \
	lib/pages_posix.h \
	lib/pages_unwind.c \
	lib/patch.c \
	lib/pool.c \
	lib/pool.h \
	lib/publish.c \
	lib/put.c \
	lib/record.c \
	lib/record.h \
	lib/region.c \
	lib/retire.c \
	lib/section.c \
	lib/state.c \
	lib/status.c \
	lib/take.c \
	lib/template.c \
	lib/tools.c \
	lib/tools.h \
	lib/transform.c \
	lib/unwind.c \
	lib/used.c \
	lib/walk.h \
	lib/walk_careful.c \
	lib/walk_labels.c \
	lib/walk_fields.c \
	lib/walk_quick.c

# libtool's version triple CURRENT:REVISION:AGE. At a release, compared with the last release:
#   any source changed:               REVISION + 1
#   functions added (and only that):  CURRENT + 1, REVISION = 0, AGE + 1; a new map node
#   anything removed or changed:      not done within soname 0; would be CURRENT + 1, 0, 0
libdasm_version = 0:0:0

lib_LTLIBRARIES += libdasm.la
libdasm_la_SOURCES =
libdasm_la_LIBADD = libdasm_core.la
libdasm_la_LDFLAGS = $(AM_LDFLAGS) $(SYMBOLIC_LDFLAGS) $(HARDEN_LDFLAGS) -no-undefined -version-info $(libdasm_version)
if HAVE_VERSION_SCRIPT
libdasm_la_LDFLAGS += -Wl,--version-script=$(srcdir)/lib/libdasm.map
endif
libdasm_la_LINK = $(own_names) dasm .libs/libdasm.a \
	$(LIBTOOL) $(AM_V_lt) --tag=CC $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=link \
	$(CCLD) $(AM_CFLAGS) $(CFLAGS) $(libdasm_la_LDFLAGS) $(LDFLAGS) -o $@
EXTRA_libdasm_la_DEPENDENCIES = lib/libdasm.map lib/own_names link.folders
EXTRA_DIST += lib/libdasm.map lib/own_names

own_names = OBJCOPY='$(HIDE_OBJCOPY)' NM='$(NM)' RANLIB='$(RANLIB)' $(SHELL) $(srcdir)/lib/own_names
