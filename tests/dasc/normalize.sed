# normalize.sed - what dasmc and DynASM write differently by design, made equal.
# usage: sed -E -f normalize.sed

# The comment at the top, and the check that the header is of the right version.
1,/^\*\/$/d
/^#if .*DASM(_LIST)?_VERSION/,/^#endif/d

# The bytes of the list, and where a put begins in it.
/^static const unsigned char/,/^\};/{
  s/\[[0-9]+\]/[]/
  /^ *[0-9]/d
}
s/dasm_put\(Dst, [0-9]+/dasm_put(Dst, N/

# Arguments travel as int64_t.
/dasm_put\(Dst, N, DASM_ARG/{
  s/\)\), DASM_ARG\(\(/, /g
  s/, DASM_ARG\(\(/, /
  s/\)\)\);$/);/
  s/DASM_LOW\(\((([^()]|\(([^()]|\([^()]*\))*\))*)\)\)/\1/g
}

# The offset of a member, without an object at address 0; C++ has a line of its own.
/^#ifdef __cplusplus$/,/^#else$/d
/^#endif$/d
s/^(#define Dt[0-9A-F]+\(_V\)) .*\(\((.*) \*\)0(x40000000)?\)_V\).*/\1 in \2/

# The end of an array of names.
s/^  \(const char \*\)0$/  0/
