# compiled.awk - C programs (with assembler lines) from rows of conformance data: each row becomes a function, and main()
# compares what they give. -v isa=, -v to=NAME: rows that have the same .type lines and structures go to one program,
# NAME.1.dasc, NAME.2.dasc ...

function types_of(text,   n, part, i, found)
{
  n = split(text, part, "\\\\n")
  found = ""
  for (i = 1; i <= n; i++)
    if (part[i] ~ /^\.type /)
      found = found "|" part[i] "\n"
  return found
}

# "struct foo=a@0:4;arr@32:4x8;size=64": bytes in which the members are where they are said to be.
function structure(text,   n, part, i, name, place, at, of)
{
  of = substr(text, 1, index(text, "=") - 1) " {\n"
  at = 0
  n = split(substr(text, index(text, "=") + 1), part, ";")
  for (i = 1; i <= n; i++) {
    split(part[i], name, /[@=]/)
    split(name[2], place, /[:x]/)
    if (name[2] + 0 > at)
      of = of "  char before_" i "[" name[2] - at "];\n"
    if (part[i] ~ /^size=/)
      continue
    of = of "  struct { char byte[" place[2] "]; } " name[1] (place[3] ? "[" place[3] "]" : "") ";\n"
    at = place[1] + place[2] * (place[3] ? place[3] : 1)
  }
  return of "};\n"
}

function structures_of(args,   n, part, i, found)
{
  n = split(args, part, ",")
  found = ""
  for (i = 1; i <= n; i++)
    if (part[i] ~ /^struct /)
      found = found structure(part[i])
  return found
}

# The number of a program for these definitions, which is begun if it is new.
function program(structures, types)
{
  if (!((structures, types) in number)) {
    number[structures, types] = ++programs
    file[programs] = to "." programs ".dasc"
    print (structures ? "#define HAS_STRUCTURES\n" : "") "#include \"compiled.h\"\n" structures "|.arch " isa \
      "\n|.section code, cold, data\n|.globals g_\n|.actionlist actions\n" types >file[programs]
  }
  return number[structures, types]
}

# Values that an int cannot have; in hexadecimal those that it can have with another sign are passed as such.
function type_of(value)
{
  if (value ~ /^-?0x/)
    return length(value) > 10 + (value ~ /^-/) ? "int64_t" : "int"
  return value + 0 > 2147483647 || value + 0 < -2147483648 ? "int64_t" : "int"
}

BEGIN { FS = "\t" }

{
  p = program(structures_of($2), types_of($1))
  rows[p]++
  out = file[p]
  print "static void row_" rows[p] "(dasm_State **Dst, struct row *row)\n{" >out
  n = split($2, arg, ",")
  late = ""
  negative = 0
  for (i = 1; i <= n; i++) {
    at = index(arg[i], "=")
    name = substr(arg[i], 1, at - 1)
    value = substr(arg[i], at + 1)
    if (value ~ /^-/ || value + 0 > 2147483647) # which programs of DynASM pass as an int
      negative = 1
    if (name == "base")
      print "  row->base = " value ";" >out
    else if (name ~ /^extern /)
      print "  row->foo = " value ";" >out
    else if (name ~ /^->/)
      late = late "  row->globals[g_" substr(name, 3) "] = (void *)" value ";\n"
    else if (name !~ /^struct /)
      print "  " (name == "q" ? "int64_t" : type_of(value)) " " name " = " value ";" >out
  }
  printf "%s", late >out
  if (FILENAME ~ /\.rvc\./)
    print "|.option rvc" >out
  n = split($1, line, "\\\\n")
  for (i = 1; i <= n; i++)
    if (line[i] !~ /^\.(type|section) /)
      print "|" line[i] >out
  if ($1 ~ /\.feature/)
    print "|.feature all" >out
  if (FILENAME ~ /\.rvc\./ || $1 ~ /\.option/)
    print "|.option norvc" >out
  print "}" >out
  expected[p] = expected[p] "{ row_" rows[p] ", \"" FILENAME ":" FNR "\", \"" $3 "\", " negative " },\n"
}

END {
  for (p = 1; p <= programs; p++)
    print "static const struct expected expected[] = {\n" expected[p] "};\nint main(void)\n{\n" \
      "  return compare(actions, g__MAX, expected, sizeof expected / sizeof expected[0]);\n}" >file[p]
}
