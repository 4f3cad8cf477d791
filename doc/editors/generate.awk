# generate.awk - an editor's file of its template: each @NAME@ becomes an alternative of the patterns that words.txt has for
# that name, in the editor's own notation of regular expressions. awk -v editor=vim|emacs|json -f generate.awk words.txt TEMPLATE

function notation(pattern)
{
  if (editor == "json") {
    gsub(/\\/, "\\\\\\\\", pattern)
    return pattern
  }
  gsub(/\\d/, "[0-9]", pattern)
  if (editor == "vim") {
    gsub(/\(\?:/, "%(", pattern)
    return pattern
  }
  gsub(/\|/, "\\\\\\\\|", pattern)
  gsub(/\(/, "\\\\\\\\(", pattern)
  gsub(/\)/, "\\\\\\\\)", pattern)
  return pattern
}

BEGIN { bar = editor == "emacs" ? "\\\\|" : "|" }
FNR == NR {
  sub(/#.*/, "")
  colon = index($0, ":")
  if (colon == 0)
    next
  name = toupper(substr($0, 1, colon - 1))
  n = split(substr($0, colon + 1), pattern, " ")
  for (i = 1; i <= n; i++)
    list[name] = list[name] (list[name] == "" ? "" : bar) notation(pattern[i])
  next
}
{
  while (match($0, /@[A-Z]+@/)) {
    name = substr($0, RSTART + 1, RLENGTH - 2)
    if (!(name in list)) {
      print "words.txt has no " name >"/dev/stderr"
      exit 1
    }
    $0 = substr($0, 1, RSTART - 1) list[name] substr($0, RSTART + RLENGTH)
  }
  print
}
