# compiled.awk - a C program (with assembler lines) from rows of conformance data: each row becomes
# a function, and main() compares what they give. -v isa=, -v types=: rows with these .type lines only
# ("" for none).

function types_of(text,   n, part, i, found)
{
  n = split(text, part, "\\\\n")
  found = ""
  for (i = 1; i <= n; i++)
    if (part[i] ~ /^\.type /)
      found = found part[i] "\n"
  return found
}

function begin(   n, line, i)
{
  print "#include \"compiled.h\"\n|.arch " isa "\n|.section code, cold\n|.globals g_\n|.actionlist actions"
  n = split(types, line, "\n")
  for (i = 1; i < n; i++)
    print "|" line[i]
}

BEGIN { FS = "\t"; begin() }

types_of($1) == types {
  rows++
  print "static void row_" rows "(dasm_State **Dst, struct row *row)\n{"
  n = split($2, arg, ",")
  late = ""
  negative = 0
  for (i = 1; i <= n; i++) {
    at = index(arg[i], "=")
    name = substr(arg[i], 1, at - 1)
    value = substr(arg[i], at + 1)
    if (value ~ /^-/)
      negative = 1
    if (name == "base")
      print "  row->base = " value ";"
    else if (name ~ /^extern /)
      print "  row->foo = " value ";"
    else if (name ~ /^->/)
      late = late "  row->globals[g_" substr(name, 3) "] = (void *)" value ";\n"
    else
      print "  " (name == "q" ? "int64_t" : "int") " " name " = " value ";"
  }
  printf "%s", late
  n = split($1, line, "\\\\n")
  for (i = 1; i <= n; i++)
    if (line[i] !~ /^\.(type|section) /)
      print "|" line[i]
  print "}"
  expected[rows] = "{ row_" rows ", \"" FILENAME ":" FNR "\", \"" $3 "\", " negative " },"
}

END {
  print "static const struct expected expected[] = {"
  for (i = 1; i <= rows; i++)
    print expected[i]
  print "};\nint main(void)\n{\n  return compare(actions, g__MAX, expected, sizeof expected / sizeof expected[0]);\n}"
}
