# Manual pages, the manual, and the examples in it.
