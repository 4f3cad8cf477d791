# The examples of the manual.

example_sources = \
	doc/examples/allocator.dasc \
	doc/examples/brainfuck.dasc \
	doc/examples/call_c.dasc \
	doc/examples/encode_at.dasc \
	doc/examples/errors.dasc \
	doc/examples/expr.dasc \
	doc/examples/factorial.dasc \
	doc/examples/hello.dasc \
	doc/examples/jump_table.dasc \
	doc/examples/reuse.dasc \
	doc/examples/sections.dasc \
	doc/examples/structs.dasc

# What they read, and what they print.
EXTRA_DIST += $(example_sources) \
	doc/examples/call_c.out \
	doc/examples/factorial.out \
	doc/examples/formulas.txt \
	doc/examples/hello.out \
	doc/examples/jump_table.out \
	doc/examples/programs/hello.bf \
	doc/examples/programs/power.bf \
	doc/examples/programs/primes.bf \
	doc/examples/programs/reverse.bf \
	doc/examples/reuse.out \
	doc/examples/structs.out
