# Public headers. tests/headers.sh compiles each of them alone.

include_HEADERS = \
	include/dasm.h \
	include/dasm_heap.h \
	include/dasmc.h

public_headers = \
	$(include_HEADERS)
