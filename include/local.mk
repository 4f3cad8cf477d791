# Public headers.

include_HEADERS = \
	include/dasm.h
