#!/bin/sh
# messages.sh - each message of dasmc has an id, which dasmc/messages.def explains, and doc/examples/messages.txt a text that
# provokes it. The manual shows both.
. "$top_srcdir/tests/lib.sh"

"$DASMC" --list=messages >messages
cut -f 1 messages >ids
try "ids are found" test "$(wc -l <ids)" -gt 40
sort ids >sorted
try "they are in order, each once" cmp sorted ids
try "each has a cause and a cure" awk -F '\t' 'NF != 3 || $2 !~ /[.]$/ || $3 !~ /[.]$/ { print; bad = 1 } END { exit bad }' messages

# Every call that reports has an id of the table; and no id of the table is left over. What user texts say goes on with "%s".
grep -hoE '(diag_(error|warning|fatal|error_at)|diag_error\))\(?[^"]*"[^"]*"?|message_add\(.*DASMC_ERROR, "[^"]*"' \
  $(find "$top_srcdir/dasmc" -name "*.c") | grep '"' >calls
try "calls are found" test "$(wc -l <calls)" -gt 100
without_id() { grep -v -e '"\[[a-z0-9-]*\] ' -e 'DASMC_ERROR, "%s"' calls >without; test ! -s without || { cat without; return 1; }; }
try "each call names an id" without_id
cat $(find "$top_srcdir/dasmc" -name "*.c") | grep -o '"\[[a-z][a-z0-9]*\(-[a-z0-9]*\)*\] ' | sed 's/^"\[//; s/\] $//' | sort -u >used
try "the ids used are those of the table" cmp used ids

# The examples.
awk '/^#/ { next } /^== / { id = $2; print id >"examples"; options = $0; sub(/^== [^ ]+ ?/, "", options)
                            print options >(id ".options"); first = 1; next }
     id == "" { common = common $0 "\n"; next }
     /^-- / { print >(id ".none"); next }
     { if (first && $0 != "|!") printf "%s", common >(id ".dasc")
       if ($0 != "|!") print >(id ".dasc"); first = 0 }' "$top_srcdir/doc/examples/messages.txt"
try "each id has an example, in the table's order" cmp examples ids
provokes() # ID
{
  # shellcheck disable=SC2046
  "$DASMC" $(cat "$1.options") -o out.c "$1.dasc" 2>said
  grep -q "^$1.dasc[:0-9]*: [a-z]*: .* \[$1\]\$" said || { cat "$1.dasc" said; return 1; }
}
while read -r id
do
  if test -f "$id.none"; then continue; fi
  try "its example provokes $id" provokes "$id"
done <ids

# dasmc --explain.
"$DASMC" --explain out-of-range >said
try "an explanation has the cause and the cure" test "$(tr '\n' ' ' <said)" = "$(awk -F '\t' '$1 == "out-of-range" { print $2, $3, "" }' messages)"
try "in lines of 79 characters" awk 'length > 79 { exit 1 }' said
unknown() { ! "$DASMC" --explain nonsense >said 2>&1 && grep -q "no message has the id 'nonsense'" said; }
try "an id that there is not" unknown
one() { test "$("$DASMC" --list=messages bad-size | cut -f 1)" = bad-size && ! "$DASMC" --list=messages nonsense; }
try "one of the list" one
finish
