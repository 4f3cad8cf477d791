# marks.awk - compares the messages of dasmc with the marks that a person put into its input.
# usage: awk -f marks.awk INPUT... messages
#
# A mark is a C line below the line in question, its caret below the place in question:
#
#       | mov al, 300
#     //          ^~~ error: 300 out of range mov
#     //              help: mov r8, imm8
#
# - The words after the level have to stand in the message, in this order.
# - Every message needs its mark and every mark its message: place, length of the caret line and level
#   must agree. dasmc has to show the line as it is in the input, and the caret where the mark has it.
# - A mark without ^ is of a message without a column, at the top of a file of one without a line.
# - All help lines of a message are one text, for which its marks say the words.
# - Notes follow the error they belong to: error[a] is followed by note[a1], note[a2] and so on.
# - '// stopped' is the message of too many errors. The last line counts the errors, which this compares.

function wrong(text)
{
  print text
  bad = 1
}

# "help: words" from position p of line s: sets level, tag and words of mark n.
function take_text(s)
{
  match(s, /^[a-z]+/)
  level[n] = substr(s, 1, RLENGTH)
  s = substr(s, RLENGTH + 1)
  tag[n] = ""
  if (match(s, /^\[[a-z0-9]+\]/)) {
    tag[n] = substr(s, 2, RLENGTH - 2)
    s = substr(s, RLENGTH + 1)
  }
  words[n] = substr(s, 2)
}

function take_mark(s)
{
  sub(/^\/\//, "  ", s)
  if (s ~ /^ *help:/) {
    sub(/^ *help:/, "", s)
    help[n] = help[n] " " s
    return
  }
  if (s ~ /^ *stopped/) {
    stopped = 1
    return
  }
  n++
  place[n] = FILENAME (at ? ":" at : "")
  caret[n] = ""
  if (match(s, /^[ \t]*\^~*/)) {
    caret[n] = substr(s, 1, RLENGTH)
    place[n] = place[n] ":" index(s, "^")
    s = substr(s, RLENGTH + 1)
  }
  sub(/^ */, "", s)
  take_text(s)
  if (level[n] == "error")
    nerrors++
}

# All the words of w in s, in order?
function has_words(s, w, i, count, part)
{
  count = split(w, part, " ")
  for (i = 1; i <= count; i++) {
    if (!index(s, part[i]))
      return 0
    s = substr(s, index(s, part[i]) + length(part[i]))
  }
  return count > 0
}

# The mark of the message at `where`; notes only of the error in hand.
function find_mark(where, kind, text, i)
{
  for (i = 1; i <= n; i++)
    if (!used[i] && place[i] == where && level[i] == kind && has_words(text, words[i]) &&
        (kind != "note" || tag[i] == group (notes + 1)))
      return i
  return 0
}

# The message before this line has had all its lines?
function complete()
{
  if (want_source || want_caret)
    wrong("the line with the caret is missing before: " $0)
  if (now && (help[now] == "" ? shown != "" : !has_words(shown, help[now])))
    wrong("wanted the help:" help[now] "\nand not:" shown)
  want_source = want_caret = 0
}

function header(s, where, kind)
{
  complete()
  match(s, /: (error|warning|note): /)
  where = substr(s, 1, RSTART - 1)
  kind = substr(s, RSTART + 2, RLENGTH - 4)
  now = find_mark(where, kind, substr(s, RSTART + RLENGTH))
  shown = ""
  if (!now) {
    wrong("no mark for: " s)
    return
  }
  used[now] = 1
  if (kind == "note") {
    notes++
  } else {
    group = tag[now]
    notes = 0
  }
  if (caret[now] != "")
    want_source = want_caret = 1
}

# The mark's caret, with the tabs of the line.
function check_caret(s, i, c, line, expected)
{
  line = text[place[now]]
  for (i = 1; i < index(caret[now], "^"); i++)
    expected = expected (substr(line, i, 1) == "\t" ? "\t" : " ")
  expected = expected substr(caret[now], i)
  if (s != expected)
    wrong("the caret should stand\n" line "\n" expected "\nand not\n" s)
}

FNR == 1 { at = 0 }

FILENAME != "messages" && /^\/\/[ \t]*(\^~*)? *(stopped|help:|(error|warning|note)(\[[a-z0-9]+\])?:)/ { take_mark($0); next }

FILENAME != "messages" { at = FNR; source[FILENAME ":" FNR] = $0; next }

want_source {
  want_source = 0
  s = place[now]
  sub(/:[0-9]+$/, "", s)
  text[place[now]] = source[s]
  sub(/[ \t]+$/, "", source[s])
  if ($0 != source[s])
    wrong("the line shown should be\n" source[s] "\nand not\n" $0)
  next
}

want_caret { want_caret = 0; check_caret($0); next }

/^  help: / {
  shown = shown substr($0, 8)
  next
}

/: (error|warning|note): / { header($0); next }

{ complete(); now = 0 }

/^too many errors; stopped$/ && stopped { stopped = 0; next }

/^[^:]*: [0-9]+ errors?; no output was written$/ { total = $2; plural = $3 == "errors;"; next }

{ wrong("unexpected: " $0) }

END {
  complete()
  for (i = 1; i <= n; i++)
    if (!used[i])
      wrong("no message for: " place[i] ": " level[i] ": " words[i])
  if (stopped)
    wrong("not stopped")
  if (total != nerrors || (nerrors && plural != (nerrors != 1)))
    wrong("the last line should count " nerrors " errors")
  exit bad
}
