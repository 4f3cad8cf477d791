# The translator: libdasmc_core.la is all of it, used by the command dasmc, by tests, and by
# the installed libdasmc.

noinst_LTLIBRARIES += libdasmc_core.la
libdasmc_core_la_CFLAGS = $(AM_CFLAGS) $(HIDE_CFLAGS)
libdasmc_core_la_SOURCES = \
	dasmc/arena.c \
	dasmc/assembler.c \
	dasmc/assembler.h \
	dasmc/build.c \
	dasmc/build.h \
	dasmc/build_private.h \
	dasmc/build_site.c \
	dasmc/capture.c \
	dasmc/catalog.c \
	dasmc/catalog.h \
	dasmc/cond.c \
	dasmc/ctext.c \
	dasmc/diag.c \
	dasmc/directive.c \
	dasmc/dump.c \
	dasmc/dump.h \
	dasmc/emit_c.c \
	dasmc/emit_c.h \
	dasmc/emit_mem.c \
	dasmc/eval.c \
	dasmc/expr.c \
	dasmc/expr.h \
	dasmc/expr_code.c \
	dasmc/expr_private.h \
	dasmc/expr_run.c \
	dasmc/expr_type.c \
	dasmc/fragment.c \
	dasmc/front.c \
	dasmc/front.h \
	dasmc/front_private.h \
	dasmc/host.c \
	dasmc/isa/arm.c \
	dasmc/isa/arm.def \
	dasmc/isa/arm.h \
	dasmc/isa/arm_load.def \
	dasmc/isa/arm_match.c \
	dasmc/isa/arm_media.def \
	dasmc/isa/arm_name.c \
	dasmc/isa/arm_put.c \
	dasmc/isa/arm_reg.c \
	dasmc/isa/arm_row.c \
	dasmc/isa/arm_system.def \
	dasmc/isa/arm_take.c \
	dasmc/isa/arm_neon.def \
	dasmc/isa/arm_neon_load.def \
	dasmc/isa/arm_neon_more.def \
	dasmc/isa/arm_vfp.def \
	dasmc/isa/arm_vfp8.def \
	dasmc/isa/arm_word.c \
	dasmc/isa/arm64.c \
	dasmc/isa/arm64.def \
	dasmc/isa/arm64.h \
	dasmc/isa/arm64_dynasm.c \
	dasmc/isa/arm64_ext.def \
	dasmc/isa/arm64_feature.c \
	dasmc/isa/arm64_field.c \
	dasmc/isa/arm64_fp.def \
	dasmc/isa/arm64_imm.c \
	dasmc/isa/arm64_label.c \
	dasmc/isa/arm64_lse.def \
	dasmc/isa/arm64_match.c \
	dasmc/isa/arm64_name.c \
	dasmc/isa/arm64_node.c \
	dasmc/isa/arm64_node.h \
	dasmc/isa/arm64_pseudo.c \
	dasmc/isa/arm64_reg.c \
	dasmc/isa/arm64_row.c \
	dasmc/isa/arm64_simd.def \
	dasmc/isa/arm64_sme.def \
	dasmc/isa/arm64_sve.def \
	dasmc/isa/arm64_sysreg.def \
	dasmc/isa/constant.c \
	dasmc/isa/arm64_take.c \
	dasmc/isa/data.c \
	dasmc/isa/feature.c \
	dasmc/isa/isa.c \
	dasmc/isa/isa.h \
	dasmc/isa/isas.c \
	dasmc/isa/isas.h \
	dasmc/isa/match.c \
	dasmc/isa/loongarch.c \
	dasmc/isa/loongarch.def \
	dasmc/isa/loongarch.h \
	dasmc/isa/loongarch_lbt.def \
	dasmc/isa/loongarch_row.c \
	dasmc/isa/loongarch_vec.def \
	dasmc/isa/mips.c \
	dasmc/isa/mips.def \
	dasmc/isa/mips.h \
	dasmc/isa/mips_dsp.def \
	dasmc/isa/mips_dsp64.def \
	dasmc/isa/mips_fp.def \
	dasmc/isa/mips_msa.def \
	dasmc/isa/mips_far.c \
	dasmc/isa/mips_pseudo.c \
	dasmc/isa/mips_result.c \
	dasmc/isa/mips_row.c \
	dasmc/isa/mips_slot.c \
	dasmc/isa/mips_vendor.def \
	dasmc/isa/operand.c \
	dasmc/isa/plain.c \
	dasmc/isa/plain.h \
	dasmc/isa/plain_put.c \
	dasmc/isa/plain_reg.c \
	dasmc/isa/plain_row.c \
	dasmc/isa/ppc.c \
	dasmc/isa/ppc.def \
	dasmc/isa/ppc.h \
	dasmc/isa/ppc_405.def \
	dasmc/isa/ppc_branch.def \
	dasmc/isa/ppc_dfp.def \
	dasmc/isa/ppc_feature.c \
	dasmc/isa/ppc_mma.def \
	dasmc/isa/ppc_row.c \
	dasmc/isa/ppc_prefix.def \
	dasmc/isa/ppc_spe.def \
	dasmc/isa/ppc_spr.def \
	dasmc/isa/ppc_system.def \
	dasmc/isa/ppc_v.def \
	dasmc/isa/ppc_vsx.def \
	dasmc/isa/ppc_word.c \
	dasmc/isa/riscv.c \
	dasmc/isa/riscv.def \
	dasmc/isa/riscv.h \
	dasmc/isa/riscv_a.def \
	dasmc/isa/riscv_attempt.h \
	dasmc/isa/riscv_b.def \
	dasmc/isa/riscv_c.def \
	dasmc/isa/riscv_cpu.c \
	dasmc/isa/riscv_csr.def \
	dasmc/isa/riscv_dynasm.c \
	dasmc/isa/riscv_feature.c \
	dasmc/isa/riscv_fp.def \
	dasmc/isa/riscv_match.c \
	dasmc/isa/riscv_operand.c \
	dasmc/isa/riscv_pseudo.c \
	dasmc/isa/riscv_reg.c \
	dasmc/isa/riscv_row.c \
	dasmc/isa/riscv_rvc.c \
	dasmc/isa/riscv_rvc.def \
	dasmc/isa/riscv_take.c \
	dasmc/isa/riscv_v.def \
	dasmc/isa/riscv_vendor.def \
	dasmc/isa/row.c \
	dasmc/isa/rows.c \
	dasmc/isa/show.c \
	dasmc/isa/text.h \
	dasmc/isa/word.c \
	dasmc/isa/word.h \
	dasmc/isa/x86.c \
	dasmc/isa/x86.def \
	dasmc/isa/x86.h \
	dasmc/isa/x86_address.c \
	dasmc/isa/x86_alias.c \
	dasmc/isa/x86_amd.def \
	dasmc/isa/x86_amx.def \
	dasmc/isa/x86_apx.def \
	dasmc/isa/x86_att.c \
	dasmc/isa/x86_avx.def \
	dasmc/isa/x86_avx10.def \
	dasmc/isa/x86_avx512.def \
	dasmc/isa/x86_avx512fp16.def \
	dasmc/isa/x86_avx_new.def \
	dasmc/isa/x86_brackets.c \
	dasmc/isa/x86_cmp.def \
	dasmc/isa/x86_cpu.c \
	dasmc/isa/x86_dynasm.c \
	dasmc/isa/x86_emit.c \
	dasmc/isa/x86_explain.c \
	dasmc/isa/x86_feature.c \
	dasmc/isa/x86_fits.c \
	dasmc/isa/x86_match.c \
	dasmc/isa/x86_memory.c \
	dasmc/isa/x86_names.def \
	dasmc/isa/x86_opcode.c \
	dasmc/isa/x86_operand.c \
	dasmc/isa/x86_pattern.c \
	dasmc/isa/x86_plan.h \
	dasmc/isa/x86_prefix.c \
	dasmc/isa/x86_reg.c \
	dasmc/isa/x86_short.c \
	dasmc/isa/x86_short.def \
	dasmc/isa/x86_size.c \
	dasmc/isa/x86_sse.def \
	dasmc/isa/x86_system.def \
	dasmc/isa/x86_word.c \
	dasmc/known.c \
	dasmc/list.c \
	dasmc/list.h \
	dasmc/macro.c \
	dasmc/message.c \
	dasmc/messages.def \
	dasmc/names.c \
	dasmc/options.c \
	dasmc/options.h \
	dasmc/origin.c \
	dasmc/placing.c \
	dasmc/runtime.c \
	dasmc/scratch.c \
	dasmc/source.c \
	dasmc/spelling.c \
	dasmc/statement.c \
	dasmc/subst.c \
	dasmc/table.c \
	dasmc/text.c \
	dasmc/translate.h \
	dasmc/view.c \
	lib/field.c \
	lib/isa/arm64.h \
	lib/isa/arm64_mov.c \
	lib/field_quick.c \
	lib/isa/riscv.h \
	lib/isa/mips_li.c \
	lib/isa/riscv_li.c \
	lib/isa/x86.h \
	lib/isa/x86_encode.c \
	lib/ops.c \
	lib/transform.c

bin_PROGRAMS += dasmc/dasmc
dasmc_dasmc_CFLAGS = $(AM_CFLAGS)
dasmc_dasmc_SOURCES = \
	dasmc/depend.c \
	dasmc/depend.h \
	dasmc/emit_script.c \
	dasmc/emit_script.h \
	dasmc/main.c \
	dasmc/output.c \
	dasmc/output.h
dasmc_dasmc_LDADD = libdasmc_core.la libdasm_core.la

# The comparison with DynASM: a script, and the program that it compiles against DynASM's headers.
bin_SCRIPTS = dasmc/dasmc-compare
comparedir = $(datadir)/dasmc/compare
dist_compare_DATA = \
	dasmc/compare/arithmetic.c \
	dasmc/compare/compare.h \
	dasmc/compare/main.c \
	dasmc/compare/read.c \
	dasmc/compare/run.c \
	dasmc/compare/values.c

compare_library = $(abs_top_builddir)/.libs
if SHARED
compare_link = $(compare_library)/libdasm.so -Wl,-rpath,$(compare_library)
else
compare_link = $(compare_library)/libdasm.a -lpthread
endif
compare_environment = \
	DASMC='$(abs_top_builddir)/dasmc/dasmc'; export DASMC; \
	DASMC_COMPARE_SOURCE='$(abs_top_srcdir)/dasmc/compare'; export DASMC_COMPARE_SOURCE; \
	DASMC_COMPARE_FLAGS='-I$(abs_top_srcdir)/include/dynasm $(compare_link)'; export DASMC_COMPARE_FLAGS; \
	CC='$(CC)'; export CC;

# make check-dynasm DYNASM=DIR [COMPAREFLAGS='-D X64'] FILES='vm.dasc ...': do both translators
# make the same code?
check-dynasm: all
	@$(compare_environment) $(SHELL) dasmc/dasmc-compare '$(DYNASM)' $(COMPAREFLAGS) $(FILES)
.PHONY: check-dynasm

# libdasmc: the run-time assembler. Its version moves by the rules in lib/local.mk.
libdasmc_version = 0:0:0

lib_LTLIBRARIES += libdasmc.la
libdasmc_la_SOURCES =
libdasmc_la_LIBADD = libdasmc_core.la libdasm.la
libdasmc_la_LDFLAGS = $(AM_LDFLAGS) $(SYMBOLIC_LDFLAGS) $(HARDEN_LDFLAGS) -no-undefined -version-info $(libdasmc_version)
if HAVE_VERSION_SCRIPT
libdasmc_la_LDFLAGS += -Wl,--version-script=$(srcdir)/dasmc/libdasmc.map
endif
libdasmc_la_LINK = $(own_names) dasmc .libs/libdasmc.a \
	$(LIBTOOL) $(AM_V_lt) --tag=CC $(AM_LIBTOOLFLAGS) $(LIBTOOLFLAGS) --mode=link \
	$(CCLD) $(AM_CFLAGS) $(CFLAGS) $(libdasmc_la_LDFLAGS) $(LDFLAGS) -o $@
EXTRA_libdasmc_la_DEPENDENCIES = dasmc/libdasmc.map lib/own_names link.folders
EXTRA_DIST += dasmc/libdasmc.map
