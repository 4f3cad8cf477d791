# Public headers. tests/headers.sh compiles each of them alone.

include_HEADERS = \
	include/dasm.h \
	include/dasm_heap.h \
	include/dasmc.h

# For programs that were written for DynASM.
dynasmdir = $(includedir)/dynasm
dynasm_HEADERS = \
	include/dynasm/dasm_arg.h \
	include/dynasm/dasm_arm.h \
	include/dynasm/dasm_arm64.h \
	include/dynasm/dasm_common.h \
	include/dynasm/dasm_define.h \
	include/dynasm/dasm_dropin.h \
	include/dynasm/dasm_mips.h \
	include/dynasm/dasm_loongarch64.h \
	include/dynasm/dasm_ppc.h \
	include/dynasm/dasm_proto.h \
	include/dynasm/dasm_riscv.h \
	include/dynasm/dasm_x86.h

public_headers = \
	$(include_HEADERS) \
	include/dynasm/dasm_arg.h \
	include/dynasm/dasm_arm.h \
	include/dynasm/dasm_arm64.h \
	include/dynasm/dasm_dropin.h \
	include/dynasm/dasm_mips.h \
	include/dynasm/dasm_loongarch64.h \
	include/dynasm/dasm_ppc.h \
	include/dynasm/dasm_proto.h \
	include/dynasm/dasm_riscv.h \
	include/dynasm/dasm_x86.h
