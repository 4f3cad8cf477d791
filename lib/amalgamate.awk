# amalgamate.awk - many sources become one file, to copy into the tree of a program. It knows no file by name.
#
#   awk -f amalgamate.awk -v out=NAME -v version=N.N.N [-v needed_by=FILE] [-v keep=" NAME ..."] FILE...
#
# Run at the top of the tree; FILEs are .c files (then the rest of them in `out` is one translation unit) or one header.
# Includes of our own files are replaced by the file: one with an include guard the first time, any other each time.
# With needed_by, sources that FILE and what it needs do not mention are left out. Includes of what `keep` names stay.
#
# What a source has for itself (functions, objects, tags, macros ...) and another one has, too, gets the name of its
# file before its own; its macros end with it. What sources share with each other but not with programs is renamed
# dasm_private_*, and hidden. This relies on the style of the tree: whatever begins in the first column is a definition
# or a declaration of the file, everything else is inside of one; macros are defined behind the includes.

function fail(message)
{
  print "amalgamate: " message | "cat >&2"
  failed = 1
  exit 1
}

# ---- files ----------------------------------------------------------------------------

function load(path,   line, n)
{
  if (path in length_of)
    return length_of[path] >= 0
  n = 0
  while ((getline line <path) > 0)
    text[path, ++n] = line
  close(path)
  length_of[path] = n > 0 ? n : -1
  if (n > 0)
    find_guard(path)
  return n > 0
}

function find_guard(path,   i, comment, code)
{
  comment = 0
  for (i = 1; i <= length_of[path]; i++) {
    code = text[path, i]
    if (comment || code ~ /^\/\*/) {
      comment = code !~ /\*\//
      continue
    }
    if (code ~ /^[ \t]*$/)
      continue
    if (code ~ /^#ifndef [A-Z0-9_]+_H$/ && text[path, i + 1] == "#define " substr(code, 9)) {
      guard[path] = substr(code, 9)
      if (guard[path] in guarded_by)
        fail(path " and " guarded_by[guard[path]] " have the guard " guard[path])
      guarded_by[guard[path]] = path
    }
    return
  }
}

function folder(path)
{
  return sub(/[^\/]*$/, "", path) ? path : ""
}

# The file that #include "name" in `path` means.
function resolve(path, name,   found)
{
  found = folder(path) name
  while (sub(/[^\/.]+\/\.\.\//, "", found))
    ;
  if (load(found))
    return found
  if (load("include/" name))
    return "include/" name
  if (load(name))
    return name
  fail(path ": no " name)
}

function included(line)
{
  if (line !~ /^[ \t]*#[ \t]*include[ \t]*"/)
    return ""
  sub(/^[^"]*"/, "", line)
  sub(/".*/, "", line)
  return line
}

function base(path)
{
  sub(/.*\//, "", path)
  return path
}

# Line by line what a source is with its unguarded includes in place; the guarded ones are remembered.
function expand(unit, path,   i, name, file)
{
  for (i = 1; i <= length_of[path]; i++) {
    name = included(text[path, i])
    if (name != "") {
      file = resolve(path, name)
      if (!(file in guard)) {
        expand(unit, file)
        continue
      }
      see_header(unit, file)
    }
    body[unit, ++body_length[unit]] = text[path, i]
    body_file[unit, body_length[unit]] = path
  }
}

function see_header(unit, file,   i, name)
{
  if ((unit, file) in sees)
    return
  sees[unit, file] = 1
  headers_of[unit] = headers_of[unit] " " file
  for (i = 1; i <= length_of[file]; i++)
    if ((name = included(text[file, i])) != "") {
      name = resolve(file, name)
      if (name in guard)
        see_header(unit, name)
    }
  if (!(file in scanned)) {
    scanned[file] = 1
    scanning = file
    in_comment = in_enum = 0
    for (i = 1; i <= length_of[file]; i++)
      scan("", text[file, i], file ~ /^include\//)
  }
}

# ---- names ----------------------------------------------------------------------------

# A line without comments and texts.
function strip(line,   out, at)
{
  out = ""
  while (line != "") {
    if (in_comment) {
      at = index(line, "*/")
      if (!at)
        return out
      line = substr(line, at + 2)
      in_comment = 0
      continue
    }
    if (!match(line, /"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*|\/\//))
      return out line
    out = out substr(line, 1, RSTART - 1)
    if (substr(line, RSTART, 2) == "//")
      return out
    if (substr(line, RSTART, 2) == "/*")
      in_comment = 1
    else
      out = out "\"\""
    line = substr(line, RSTART + RLENGTH)
  }
  return out
}

# A name of a unit, or, if that is "", of a header; what: linked (a function or an object), macro, other. Tags, which
# are apart from other names in C, too, have an @ before them.
function declare(unit, name, what, public, defined)
{
  if (name == "" || name == "main" || name ~ /^__/)
    return
  if (unit != "") {
    if (!((unit, name) in has)) {
      has[unit, name] = what
      names_of[unit] = names_of[unit] " " name
      owners[name]++
    }
    return
  }
  if (defined && (name in defined_by) && defined_by[name] != scanning)
    twice[name] = defined_by[name] " " scanning
  if (defined)
    defined_by[name] = scanning
  in_headers[name] = what
  declared_by[scanning, name] = 1
  if (what == "linked" && !public && name !~ /^dasmc?_/ && !(name in is_private)) {
    is_private[name] = 1
    private[++nprivate] = name
  }
}

function last_name(s)
{
  sub(/[^A-Za-z_0-9]+$/, "", s)
  sub(/.*[^A-Za-z_0-9]/, "", s)
  return s
}

# Headers share a tag when they use it.
function scan_tags(code, public)
{
  while (match(code, /(struct|union|enum) [a-z_0-9]+/)) {
    declare("", "@" last_name(substr(code, RSTART, RLENGTH)), "other", public)
    code = substr(code, RSTART + RLENGTH)
  }
}

# What a line declares. enum lists may go over several lines.
function scan(unit, line, public,   code, name, what, own, n, part, i)
{
  code = strip(line)
  if (unit == "")
    scan_tags(code, public)
  if (match(code, /^[ \t]*#[ \t]*define[ \t]+/)) {
    code = substr(code, RLENGTH + 1)
    match(code, /^[A-Za-z_0-9]+/)
    declare(unit, substr(code, 1, RLENGTH), "macro", public)
    return
  }
  if (in_enum || code ~ /^(typedef |static )?enum( [a-z_0-9]+)? \{/) {
    if (!in_enum) {
      name = code
      sub(/^(typedef |static )?enum */, "", name)
      sub(/ *\{.*/, "", name)
      if (name != "")
        declare(unit, "@" name, "other", public, 1)
      sub(/^[^{]*\{/, "", code)
    }
    in_enum = code !~ /\}/
    name = code
    sub(/\}.*/, "", name)
    n = split(name, part, ",")
    for (i = 1; i <= n; i++)
      if (match(part[i], /[A-Z][A-Za-z_0-9]*/) && part[i] ~ /^[ \t]*[A-Z]/)
        declare(unit, substr(part[i], RSTART, RLENGTH), "other", public, 1)
    return
  }
  if (code ~ /^\} *[A-Za-z_]/) {
    sub(/^\} */, "", code)
    match(code, /^[A-Za-z_0-9]+/)
    declare(unit, substr(code, 1, RLENGTH), "other", public)
    return
  }
  if (unit != "" && code ~ /^[A-Z_]+\(/) {
    name = substr(code, 1, index(code, "(") - 1)
    definers[name] = definers[name] " " unit
    return
  }
  if (code !~ /^[A-Za-z_]/ || code ~ /^(return|case|default|goto|if|else|for|while|_Static_assert|extern "")/)
    return
  if (code ~ /^(struct|union) [A-Za-z_0-9]+( \{|;)/) {
    split(code, part, /[ ;]/)
    declare(unit, "@" part[2], "other", public, code ~ /\{/)
    return
  }
  while (sub(/__attribute__\(\([a-z_0-9, ]*(\([^()]*\))?\)\)/, "", code))
    ;
  own = unit != "" && code ~ /(^| )static /
  what = code ~ /^typedef / || (unit == "" && code ~ /(^| )(static|inline)( |$)/) ? "other" : "linked"
  if (match(code, /\(\*?[A-Za-z_0-9]+\)/) && substr(code, RSTART + RLENGTH, 1) == "(")
    name = last_name(substr(code, RSTART, RLENGTH))
  else {
    name = code
    if (what == "other" && code ~ /^typedef /)
      sub(/;.*/, "", name)
    else if (!match(name, /[\[(=;]/))
      return
    else
      name = substr(name, 1, RSTART - 1)
    while (code ~ /^extern [^(]*,/ && match(name, /,/)) {
      declare(unit, last_name(substr(name, 1, RSTART - 1)), what, public)
      name = substr(name, RSTART + 1)
    }
    name = last_name(name)
  }
  declare(unit, name, what, public)
  if (own)
    is_own[unit, name] = 1
}

# ---- what is needed -------------------------------------------------------------------

# The words of a line; those that a needed source defines make that source needed. So does a header's macro by which
# sources define functions: NAME(what).
function mention(unit, code,   n, word, i, m, definer, j)
{
  n = split(code, word, /[^A-Za-z_0-9]+/)
  for (i = 1; i <= n; i++) {
    if (word[i] in defined_in && defined_in[word[i]] != unit)
      need(defined_in[word[i]])
    if (word[i] in definers && in_headers[word[i]] == "macro") {
      m = split(definers[word[i]], definer, " ")
      for (j = 1; j <= m; j++)
        need(definer[j])
    }
  }
}

function need(unit)
{
  if (!(unit in needed)) {
    needed[unit] = 1
    queue[++queued] = unit
  }
}

function find_needed(first,   u, i, j, n, name, header, line)
{
  for (u = 1; u <= nunits; u++) {
    n = split(names_of[unit_at[u]], name, " ")
    for (i = 1; i <= n; i++)
      if (has[unit_at[u], name[i]] == "linked" && in_headers[name[i]] == "linked" && !((unit_at[u], name[i]) in is_own))
        defined_in[name[i]] = unit_at[u]
  }
  need(first)
  for (u = 1; u <= queued; u++) {
    in_comment = 0
    for (i = 1; i <= body_length[queue[u]]; i++)
      mention(queue[u], strip(body[queue[u], i]))
    n = split(headers_of[queue[u]], header, " ")
    for (j = 1; j <= n; j++) {
      if (header[j] in mentioned)
        continue
      mentioned[header[j]] = 1
      in_comment = 0
      for (i = 1; i <= length_of[header[j]]; i++) {
        line = strip(text[header[j], i])
        if (line ~ /^([ \t]|#[ \t]*define|.*[{])/)
          mention("", line)
      }
    }
  }
}

# ---- writing --------------------------------------------------------------------------

# A line with the names of `unit` that have to be others. Members keep theirs.
function renamed(unit, line,   out, token, before, key)
{
  out = ""
  if (line ~ /^((static|const|typedef) )*(struct|union)[^;(=]*\{$/)
    in_struct = 1
  else if (line ~ /^\}/)
    in_struct = 0
  while (line != "") {
    if (in_comment) {
      if (!match(line, /\*\//))
        return out line
      out = out substr(line, 1, RSTART + 1)
      line = substr(line, RSTART + 2)
      in_comment = 0
      continue
    }
    if (!match(line, /[A-Za-z_0-9]+|"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|\/\*|\/\//))
      return out line
    before = out substr(line, 1, RSTART - 1)
    token = substr(line, RSTART, RLENGTH)
    line = substr(line, RSTART + RLENGTH)
    if (token == "//")
      return before token line
    if (token == "/*")
      in_comment = 1
    else {
      key = before ~ /(^|[^A-Za-z_0-9])(struct|union|enum) $/ ? "@" token : token
      if (((unit, key) in other_name) && !(token == "defined" && before ~ /^[ \t]*#/) && before !~ /([^.]\.|->)[ ]*$/ && (key != token || !in_struct || token !~ /^[a-z]/))
        token = other_name[unit, key]
    }
    out = before token
  }
  return out
}

function choose_names(unit,   n, name, i, prefix, other)
{
  prefix = unit
  sub(/\.c$/, "_", prefix)
  gsub(/[^A-Za-z_0-9]/, "_", prefix)
  n = split(names_of[unit], name, " ")
  for (i = 1; i <= n; i++) {
    if (has[unit, name[i]] == "macro")
      other = (name[i] in in_headers) && !tests_macro(unit, name[i])
    else
      other = (name[i] in in_headers) ? !is_shared(unit, name[i]) : owners[name[i]] > 1
    if (other) {
      other_name[unit, name[i]] = prefix (name[i] ~ /^@/ ? substr(name[i], 2) : name[i])
      renames[unit]++
    }
  }
}

# Does the unit define what a header that it includes declares?
function is_shared(unit, name,   n, header, i)
{
  n = split(headers_of[unit], header, " ")
  for (i = 1; i <= n; i++)
    if ((header[i], name) in declared_by)
      return 1
  return 0
}

function tests_macro(unit, name,   i)
{
  for (i = 1; i <= body_length[unit]; i++)
    if (body[unit, i] ~ ("^[ \t]*#[ \t]*(ifndef|undef)[ \t]+" name "$"))
      return 1
  return 0
}

function put(line)
{
  if (line == "" && last_line == "")
    return
  print line
  last_line = line
}

# A header at its first include, or a file without a guard; conditions around it, its guard too, count in depth.
function put_header(path, depth,   i, line, name)
{
  if ((path in guard) && (path in done))
    return
  done[path] = 1
  if (path in guard)
    depth--
  for (i = 1; i <= length_of[path]; i++) {
    line = text[path, i]
    depth = nesting(line, depth)
    name = included(line)
    if (name == "")
      put_line(line, depth)
    else if (index(keep " ", " " base(name) " ") == 0)
      put_header(resolve(path, name), depth)
    else
      put("#include \"" base(name) "\"")
  }
}

function nesting(line, depth)
{
  if (line ~ /^[ \t]*#[ \t]*if/)
    return depth + 1
  if (line ~ /^[ \t]*#[ \t]*endif/)
    return depth - 1
  return depth
}

function system_name(line)
{
  if (line !~ /^[ \t]*#[ \t]*include[ \t]*</)
    return ""
  sub(/^[^<]*/, "", line)
  sub(/>.*/, ">", line)
  return line
}

# What the C library declares is never hidden.
function put_line(line, depth)
{
  if (is_header || system_name(line) == "")
    put(line)
  else if (depth > 0) {
    put("DASM_HIDDEN_END")
    put(line)
    put("DASM_HIDDEN_BEGIN")
  }
}

function put_unit(unit,   i, line, name, depth, live, tested, macro, order, nmacro)
{
  depth = nmacro = 0
  split("", live)
  split("", tested)
  in_comment = in_struct = 0
  put("")
  put("/* ==== " unit " " substr("==========================================================", 1, 90 - length(unit)) " */")
  for (i = 1; i <= body_length[unit]; i++) {
    line = body[unit, i]
    depth = nesting(line, depth)
    if ((name = included(line)) != "") {
      name = resolve(body_file[unit, i], name)
      if (depth > 0 && !(name in done))
        fail(unit ": " name " is included under a condition")
      put_header(name, depth)
      continue
    }
    if (line ~ /^#define _GNU_SOURCE/)
      continue
    if (match(line, /^[ \t]*#[ \t]*(define|undef|ifndef)[ \t]+[A-Za-z_0-9]+/)) {
      macro = substr(line, RSTART, RLENGTH)
      name = macro
      sub(/.*[ \t]/, "", macro)
      if (name ~ /define/) {
        if (!(macro in live))
          order[++nmacro] = macro
        live[macro] = 1
      } else {
        if (!(macro in live))
          tested[macro] = 1 # the system may have it, and others want it as it is then
        if (name ~ /undef/)
          live[macro] = live[macro] == 1 ? 0 : live[macro]
      }
    }
    put_line((unit in renames) && system_name(line) == "" ? renamed(unit, line) : line, depth)
  }
  for (i = 1; i <= nmacro; i++)
    if (live[order[i]] == 1 && !(order[i] in tested))
      put("#undef " ((unit, order[i]) in other_name ? other_name[unit, order[i]] : order[i]))
}

# The system headers that are included without a condition, once each, at the top.
function put_system(   u, j, header, sorted, n, i)
{
  for (u = 1; u <= nunits; u++) {
    if (!(unit_at[u] in needed))
      continue
    for (i = 1; i <= body_length[unit_at[u]]; i++)
      note_system(body[unit_at[u], i], i == 1)
    split(headers_of[unit_at[u]], header, " ")
    for (j = 1; j in header; j++)
      for (i = 1; i <= length_of[header[j]]; i++)
        note_system(text[header[j], i], i == 1 ? 2 : 0)
  }
  for (i = 1; i <= nsystem; i++)
    put("#include " system_at[i])
}

# first: the line begins a source (1) or a header (2), which has a guard around all.
function note_system(line, first,   name, i)
{
  if (first)
    system_depth = 1 - first
  system_depth = nesting(line, system_depth)
  name = system_name(line)
  if (name == "" || system_depth != 0 || (name in is_system))
    return
  is_system[name] = 1
  for (i = nsystem++; i >= 1 && system_at[i] > name; i--)
    system_at[i + 1] = system_at[i]
  system_at[i + 1] = name
}

function put_title(   line)
{
  put("/* " out " - of libdasm " version ", made of its sources by `make amalgamation`: change those.")
  put(" *")
  while ((getline line <"LICENSE") > 0)
    put(line == "" ? " *" : " * " line)
  put(" */")
}

# What dasm.h and dasm_dropin.h would say of a library is not so of a copy.
function put_api()
{
  put("#if !defined(DASM_API) && defined(__GNUC__) && defined(__ELF__)")
  put("#define DASM_API extern __attribute__((visibility(\"hidden\"))) /* the program's own */")
  put("#endif")
  put("")
}

function put_sources(   u, i, part)
{
  split(version, part, ".")
  put("#ifndef _GNU_SOURCE")
  put("#define _GNU_SOURCE 1")
  put("#endif")
  put("#define PACKAGE_VERSION \"" version "\"")
  put("#define DASM_VERSION_NUMBER " (part[1] * 10000 + part[2] * 100 + part[3]))
  put("")
  put_system()
  put("")
  if (keep == "")
    put_api()
  else
    put("#include \"dasm.h\"")
  put("#if defined(__GNUC__) && defined(__ELF__)")
  put("#define DASM_HIDDEN_BEGIN _Pragma(\"GCC visibility push(hidden)\")")
  put("#define DASM_HIDDEN_END _Pragma(\"GCC visibility pop\")")
  put("#else")
  put("#define DASM_HIDDEN_BEGIN")
  put("#define DASM_HIDDEN_END")
  put("#endif")
  put("#if defined(__clang__)")
  put("#pragma clang diagnostic ignored \"-Wunused-function\" /* of headers: no header now */")
  put("#endif")
  put("")
  if (needed_by == "")
    for (i = 1; i <= nprivate; i++)
      put("#define " private[i] " dasm_private_" private[i])
  put("")
  put("DASM_HIDDEN_BEGIN")
  for (u = 1; u <= nunits; u++)
    if (unit_at[u] in needed)
      put_unit(unit_at[u])
  put("")
  put("DASM_HIDDEN_END")
}

BEGIN {
  for (a = 1; a < ARGC; a++) {
    if (!load(ARGV[a]))
      fail("no file " ARGV[a])
    if (ARGV[a] ~ /\.h$/)
      is_header = ARGV[a]
    else if (!(ARGV[a] in body_length)) {
      unit_at[++nunits] = ARGV[a]
      body_length[ARGV[a]] = 0
      expand(ARGV[a], ARGV[a])
      in_comment = in_enum = 0
      for (i = 1; i <= body_length[ARGV[a]]; i++)
        scan(ARGV[a], body[ARGV[a], i], 0)
      if (needed_by == "")
        needed[ARGV[a]] = 1
    }
  }
  if (needed_by != "")
    find_needed(needed_by)
  for (u = 1; u <= nunits; u++)
    if (unit_at[u] in needed)
      choose_names(unit_at[u])
  put_title()
  if (is_header) {
    put_api()
    put_header(is_header, 0)
  } else
    put_sources()
}

# Such a thing has to get another name in one of the two headers.
END {
  if (failed)
    exit 1
  for (name in twice) {
    split(twice[name], file, " ")
    if ((file[1] in done) && (file[2] in done))
      fail(file[1] " and " file[2] " both define " name)
  }
}
