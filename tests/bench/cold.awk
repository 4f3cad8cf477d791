# cold.awk - writes the cold bench: a program with SITES put sites, each of one to three instructions with values,
# registers and labels at run time. A compiler for a language looks like that: of many sites each function uses some,
# and each of these a few times.
# usage: awk -f cold.awk -v headers=dasm|dropin|dynasm -v isa=ISA -v header=dasm_N.h [-v SITES=1] tests/isa/*.facts >cold.dasc
# With one site the program is the hot one: that has six instructions with five values, and a label. The program takes the
# number of functions, of sites in each, and 1 to keep one state for all. The instructions are the lines "bench ISA" of the
# facts (tests/isa/x86.facts has the format).

function random(n) # 0 to n - 1, the same on every machine
{
  seed = seed * 16807 % 2147483647
  return int(seed / 64) % n
}

# A number or a word as the facts write it: 5+26 is one of 26 from 5 on, 2*16 an even one below 32, a|b|c one of these.
function drawn(from,   part, n)
{
  if (from ~ /^[0-9]+\+[0-9]+$/) {
    split(from, part, "+")
    return part[1] + random(part[2])
  }
  if (from ~ /^[0-9]+\*[0-9]+$/) {
    split(from, part, "*")
    return part[1] * random(part[2])
  }
  n = split(from, part, "|")
  return part[1 + random(n)]
}

# {name}: what was drawn for the instruction, {=name}: drawn anew, {5+26}: drawn here.
function filled(text,   at, end, what)
{
  while (at = index(text, "{")) {
    end = index(text, "}")
    what = substr(text, at + 1, end - at - 1)
    what = what in value ? value[what] : drawn(what ~ /^=/ ? from[substr(what, 2)] : what)
    text = substr(text, 1, at - 1) what substr(text, end + 1)
  }
  return text
}

function instruction(   i)
{
  for (i = 1; i <= names; i++)
    value[name[i]] = drawn(from[name[i]])
  return filled(site[random(kinds)])
}

# Lines of a program from what stands on one, with ; between.
function lines(text)
{
  gsub(/; */, "\n    | ", text)
  return "    | " text
}

function head()
{
  if (headers == "dasm") print "#include <dasm.h>"
  else {
    folder = headers == "dropin" ? "dynasm/" : ""
    print "#include \"" folder "dasm_proto.h\""
    print "#include \"" folder header "\""
  }
  print "#include <stdio.h>\n#include <stdlib.h>\n#include <time.h>"
  print "|.arch " isa "\n|.actionlist actions\n|.section code\n|.globals glb_"
}

function sites(    i, j)
{
  print "static void site(dasm_State **Dst, unsigned k, int n)\n{\n  switch (k) {"
  for (i = 0; i < SITES; i++) {
    print "  case " i ":"
    if (SITES == 1) {
      print lines(hot) "\n    |1:"
      continue
    }
    for (j = random(3); j >= 0; j--)
      print "    | " instruction()
    if (random(4) == 0)
      print lines(skip) "\n    |1:"
    print "    break;"
  }
  print "  }\n}"
}

function body()
{
  print "static double now(void)"
  print "{"
  print "  struct timespec t;"
  print "  clock_gettime(CLOCK_MONOTONIC, &t);"
  print "  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;"
  print "}"
  print "int main(int argc, char **argv)"
  print "{"
  print "  static unsigned char code[1 << 20];"
  print "  void *globals[glb__MAX + 1];"
  print "  dasm_State *state = NULL, **Dst = &state;"
  print "  unsigned seed = 1, sum = 0, i, f;"
  print "  unsigned functions = argc > 1 ? (unsigned)atoi(argv[1]) : 500, length = argc > 2 ? (unsigned)atoi(argv[2]) : 50;"
  print "  int keep = argc > 3 && atoi(argv[3]);"
  print "  size_t size;"
  print "  double t = now();"
  print "  for (f = 0; f < functions; f++) {"
  print "    if (!keep || f == 0) {"
  print "      dasm_init(Dst, DASM_MAXSECTION);"
  print "      dasm_setupglobal(Dst, globals, glb__MAX);"
  print "    }"
  print "    dasm_setup(Dst, actions);"
  print "    for (i = 0; i < length; i++) {"
  print "      seed = seed * 1103515245 + 12345;"
  print "      site(Dst, (seed >> 12) % " SITES ", (int)(seed >> 8 & " values - 1 "));"
  print "    }"
  print "    if (dasm_link(Dst, &size) != 0 || size > sizeof code || dasm_encode(Dst, code) != 0)"
  print "      return 1;"
  print "    for (i = 0; i < size; i += 7)"
  print "      sum = sum * 31 + code[i];"
  print "    if (!keep || f + 1 == functions)"
  print "      dasm_free(Dst);"
  print "  }"
  print "  printf(\"%.1f %08x\\n\", (now() - t) / ((double)functions * length), sum);"
  print "  return 0;"
  print "}"
}

BEGIN {
  if (!SITES) SITES = 2000
  seed = 7
  values = 128
}

$1 == "bench" && $2 == isa {
  what = $3
  text = $0
  sub(/^bench +[^ ]+ +[^ ]+ +/, "", text)
  if (what == "site") site[kinds++] = text
  else if (what == "skip") skip = text
  else if (what == "hot") hot = hot (hot == "" ? "" : "; ") text
  else if (what == "values") values = text
  else if (what == "draw") {
    name[++names] = $4
    from[$4] = $5
  }
}

END {
  head()
  sites()
  body()
}
