# Manual pages, the manual, and the examples in it.
include doc/examples/local.mk
