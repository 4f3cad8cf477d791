# arm64_exec.awk - lines of tests/isa that can be executed with any registers: of those that compute, load and store, with
# x0 to x15, vectors, predicates and tiles. No branches, nor what concerns the system.
#
#   awk -f arm64_exec.awk FILE...                             the lines, one for each mnemonic and kind of operands
#   awk -v program=1 -v arch=ARCHITECTURE -f arm64_exec.awk LINES    a program of them, for tests/arm64_exec.h

function shape(text)
{
  gsub(/-?[0-9]+(\.[0-9]+)?/, "1", text)
  return text
}

function quoted(text)
{
  gsub(/\\/, "\\\\", text)
  gsub(/"/, "\\\"", text)
  return "\"" text "\""
}

BEGIN {
  FS = "\t"
  count = 0
  system_words = "^(b|bl|br|blr|ret|eret|drps|cbn?z|tbn?z|adrp?|mrs|msr|mrrs|msrr|sys|sysl|sysp|svc|hvc|smc|hlt|brk|udf|dcps[123]|wfet?" \
    "|wfit?|yield|sevl?|hint|isb|dsb|dmb|sb|tsb|psb|csdb|clrbhb|bti|gcs.*|chkfeat|xpaclri|smstart|smstop|at|ic|dc|tlbip?|cfp|cpp" \
    "|cosp|dvp|brb|trcit|tstart|tcommit|tcancel|ttest|prfm|rprfm|ldr|ldrsw|irg|gmi|addg|subg|subps?|autia1716|.*(aut|pac)[a-z0-9]*" \
    "|esb|dgh|nop|rndr.*|rdvl|movprfx|e?ret[a-z]*|bl?ra[ab]z?|setf.*|stshh|b\\..*|bc\\..*|b(eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al))$"
}

program { line[count++] = $0; next }

{
  text = $1
  split(text, word, " ")
  if ($3 == "refused" || $2 !~ /^[0-9a-f]+$/ || length($2) != 8 || text ~ /[\\;:>=]|zt0|sp|lr|ip0|ip1|[^a-z]fp/ || word[1] ~ system_words ||
      text ~ /[^a-z0-9_][wx](1[6-9]|2[0-9]|30)([^0-9]|$)/ || seen[shape(text)]++)
    next
  print text
}

END {
  if (!program)
    exit
  print "#define ARCHITECTURE \"" arch "\""
  print "#include \"tests/arm64_exec.h\""
  print "|.arch arm64"
  print "|.actionlist templates"
  print "static const char *const text[] = {"
  for (i = 0; i < count; i++)
    print quoted(line[i]) ","
  print "};"
  print "enum { COUNT = " count " };"
  print "__asm__(\".pushsection .text\\n.arch \" ARCHITECTURE \"\\n.balign 8\\n.globl their_code\\ntheir_code:\\n\""
  for (i = 0; i < count; i++)
    print quoted(line[i]) " \"\\n ret\\n\""
  print "\".popsection\\n\");"
  print "static void emit(dasm_State **Dst)\n{"
  for (i = 0; i < count; i++)
    print "|=>" i ":; " line[i] "; ret"
  print "}"
  print "int main(void) { return compare(templates, text, COUNT, emit); }"
}
