#!/bin/sh
# The files of lib/ and dasmc/ do not lean on each other in circles: what a file uses of others, as its object says, may
# not lead back to it. Headers with inline functions are no files here.
#
# One name does not count: walk_table, the table of operations that are functions. Each ends with a jump through it to that
# of the next record, so all files that have such functions would be a circle.
. "$top_srcdir/tests/lib.sh"

# The objects of one library, each once (of libtool's two), without those of files that are gone.
symbols() # FOLDER
{
  (cd "$top_builddir" && find "$1" -name '*core_la-*.o') >objects
  sed 's,\.libs/,,; s,[^/]*core_la-,,; s,\.o$,,' objects | paste -d ' ' - objects | sort -u -k 1,1 >files
  while read -r file object
  do
    test -f "$top_srcdir/$file.c" || continue
    echo "FILE $file"
    ${NM:-nm} -P -g "$top_builddir/$object" 2>/dev/null
  done <files
}

# From the graph take what uses nothing, and what nothing uses, until nothing changes: the rest is circles and ways
# between them.
circles()
{
  awk '
    $1 == "FILE" { file = $2; next }
    $1 == "walk_table" { next }
    $2 == "U" { uses[file " " $1] = 1; next }
    $2 ~ /^[TDRBVWC]$/ { where[$1] = file; n++ }
    END {
      if (n == 0) exit 2
      for (u in uses) {
        split(u, part, " ")
        to = where[part[2]]
        if (to != "" && to != part[1]) edge[part[1] " " to] = edge[part[1] " " to] " " part[2]
      }
      do {
        split("", out); split("", in_)
        for (e in edge) { split(e, part, " "); out[part[1]] = 1; in_[part[2]] = 1 }
        changed = 0
        for (e in edge) {
          split(e, part, " ")
          if (!(part[2] in out) || !(part[1] in in_)) { delete edge[e]; changed = 1 }
        }
      } while (changed)
      for (e in edge) { split(e, part, " "); print part[1] " uses of " part[2] ":" edge[e]; bad = 1 }
      exit bad
    }' "$@"
}

for folder in lib dasmc
do
  symbols $folder >$folder.txt
  grep -q ' T ' $folder.txt || skip "${NM:-nm} tells nothing of these objects"
  try "files of $folder/" circles $folder.txt
done
try "files of both" circles lib.txt dasmc.txt
# An ISA sees front.h, where struct front has no members: what it may ask of a translation, and the builder that it writes to.
opaque()
{
  ! grep -n -E '#include "([^"]*/)?(front_private|translate|build|build_private|emit_c|assembler)\.h"' "$top_srcdir"/dasmc/isa/*.[ch]
}
try "ISAs see nothing private of the translation" opaque
printf 'FILE a\nf T\ng U\nFILE b\ng T\nh U\nFILE c\nh T\nf U\nFILE d\nf U\n' >example
try "a circle is found" eval '! circles example >found && test "$(wc -l <found)" -eq 3 && grep -q "a uses of b: g" found'
finish
