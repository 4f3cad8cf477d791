#!/bin/sh
# For make installcheck: users' projects build with what is installed in the prefix.
. "$top_srcdir/tests/lib.sh"
. "$top_srcdir/tests/projects.sh"

build_projects ""
finish
