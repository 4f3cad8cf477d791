#!/bin/sh
# dasmc-compare. With DYNASM=DIR (a folder with DynASM) it finds that the examples have the same
# code, and finds the line where a translator does not.
. "$top_srcdir/tests/lib.sh"

compare() { sh "$top_builddir/dasmc/dasmc-compare" "$@"; }
fails_with() { # STATUS COMMAND...
  expected=$1
  shift
  "$@"
  test $? -eq "$expected"
}

try "without arguments" fails_with 2 compare
try "without a DynASM" fails_with 2 compare "$scratch" "$top_srcdir/doc/examples/hello.dasc"
try "--help" compare --help
if test -n "${DYNASM-}"
then
  for file in "$top_srcdir"/tests/dropin/program.dasc "$top_srcdir"/tests/dropin/isa.dasc
  do try "$file" compare "$DYNASM" "$file"
  done
  # DynASM calls it arm in what it makes.
  if test -f "$DYNASM/dasm_arm64.lua"
  then
    cat >arm64.dasc <<END
|.arch arm64
|.actionlist actions
void add(dasm_State **Dst, int n)
{
  | add x0, x1, #n
  | ldr w0, [x1, #n*4]
  | ret
}
END
    try "another instruction set" compare "$DYNASM" arm64.dasc
    # Operands that are computed from others have no values of their own; what libdasm alone refuses is counted apart.
    cat >computed.dasc <<END
|.arch arm64
|.actionlist actions
void field(dasm_State **Dst, int shift, void *address)
{
  | ubfiz w0, w1, #shift, #(8-shift)
  | lsl x0, x1, #shift
  | cbz x0, &address
}
END
    cat >refused.dasc <<END
|.arch arm64
|.actionlist actions
void shift(dasm_State **Dst, int n)
{
  | lsr w0, w1, #n
  | nop
}
END
    try "operands that are computed" fails_with 1 compare "$DYNASM" computed.dasc
    try "are compared" eval 'compare "$DYNASM" computed.dasc 2>&1 | grep ": 0 differ, 1 refused by libdasm alone, 0 not compared"'
    refused() { compare "$DYNASM" refused.dasc 2>&1 | grep "all in one program: the same 8 bytes"; }
    try "what is refused is compared with other values" refused
  fi
  # A list whose byte order is the C compiler's, and an extern.
  if test -f "$DYNASM/dasm_ppc.lua"
  then
    cat >ppc.dasc <<END
|.arch ppc
|.externnames names
|.actionlist actions
void call(dasm_State **Dst, int n)
{
  | lwz r3, n*4+4(r4)
  | bl extern strlen
}
END
    try "words in the order of the machine" compare "$DYNASM" ppc.dasc
  fi
  try "with options" compare "$DYNASM" -D X64 "$top_srcdir/tests/dropin/isa.dasc"
  # Programs that place a PC label again, with the same values.
  cat >again.dasc <<END
|.arch x64
|.actionlist list
void again(int n)
{
|=>n:
|  nop
|=>n:
|  jmp =>n
}
END
  try "a label that is placed again" compare "$DYNASM" again.dasc
  # [&x] before 2024, when & was C's, and since then. The version is the same.
  cat >address.dasc <<END
|.arch x64
|.actionlist list
void address(int n)
{
|  mov eax, [&n]
|  call qword &n
}
END
  try "[&x]" compare "$DYNASM" address.dasc
  cp -R "$DYNASM" old
  chmod -R u+w old
  sed 's/ or mode == "iPJ" then/ then/' "$DYNASM/dasm_x86.lua" >old/dasm_x86.lua
  try "[&x] of an older DynASM" compare old address.dasc
  # A translator that is wrong about one line.
  cat >wrong <<END
#!/bin/sh
for file; do :; done
sed -i 's/xor ebx, ebx/xor ecx, ecx/' "\$file"
exec "$DASMC" "\$@"
END
  chmod +x wrong
  cp "$top_srcdir/tests/dropin/program.dasc" .
  wrong_line() {
    DASMC=./wrong compare "$DYNASM" program.dasc >out
    test $? -eq 1 && grep -q "program.dasc:$(grep -n 'xor ebx' program.dasc | sed 's/:.*//'):" out &&
      grep -q 'DynASM:.* 31 db' out && grep -q 'libdasm:.* 31 c9' out
  }
  try "a wrong line is found" wrong_line
fi
finish
