#!/bin/sh
# playground.sh - the playground of the manual in headless Chromium: for each instruction set a text has the bytes that another
# assembler gave it, values have their place, messages are shown. `make playground` has made the module before.
. "$top_srcdir/tests/lib.sh"

module=$top_builddir/doc/playground-module.js
test -f "$module" || skip "the playground is not there: make playground makes it, with clang, lld and wasi-libc"
for chromium in chromium chromium-browser google-chrome chrome ""
do
  test -z "$chromium" || ! command -v "$chromium" >/dev/null 2>&1 || break
done
test -n "$chromium" || skip "the playground is not looked at: this needs Chromium"

cp "$module" playground-module.js && cp "$top_srcdir/doc/_static/playground.js" .
echo '<!doctype html><meta charset="utf-8"><div id="assemble-here" data-module="playground-module.js"></div><script src="playground.js"></script>' >page.html
escape() { od -An -v -tx1 | tr -d '\n' | tr ' ' '%'; }
page() # ISA TEXT [MORE]: the page as it is when the text was typed
{
  "$chromium" --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/profile" --virtual-time-budget=20000 --dump-dom \
    "file://$PWD/page.html#isa=$1&text=$(printf '%s' "$2" | escape)${3-}" 2>/dev/null >page.out
  sed 's/<\/tr>/&\n/g; s/<\/pre>/&\n/g' page.out | sed 's/<[^>]*>//g' >page.text
}
shows() { grep -q -F -e "$1" page.text || { cat page.text; return 1; }; }
marks() { sed 's/<\/tr>/&\n/g' page.out | grep -q -e "$1" || { cat page.out; return 1; }; }

for isa in $("$DASMC" --list=isas | cut -f 1)
do
  # A line of the conformance data that a program would have, with what it says of its bytes.
  line=$(grep -v '^[#.]' "$top_srcdir/tests/isa/$isa.libdasm.tsv" | sed -n '1p')
  text=$(printf '%s' "$line" | cut -f 1)
  try "$isa: a line is there" test -n "$text"
  page "$isa" "$text"
  try "$isa: $text" shows "$(printf '%s' "$line" | cut -f 2 | sed 's/../& /g; s/ $//')"
  try "$isa: an example" grep -q "^  $isa: " playground-module.js
  try "$isa is there" marks "<option value=\"$isa\">"
done
page x64 'mov eax, n' '&value=n=0x12345678'
try "a value" shows 'b8 78 56 34 12'
try "its bytes have its colour" marks 'b8</span> <span class="value0">78</span>'
try "where it goes" shows 'bits 31–0 of n in bytes 1–4'
page x64 'imul eax, edi, n' '&value=n=7'
try "a value with a sign" shows 'bits 7–0 of n in byte 2'
# Where the bits of a label's distance are, as the manuals of the processors have it.
page x64 'jz near >1; 1: ret'
try "a label" shows 'bits 31–0 of the distance to label 1 in bytes 2–5'
page x64 'jz >1; nop; 1: ret'
try "a short branch" shows 'bits 7–0 of the distance to label 1 in byte 1'
page x64 '->data: .aword ->data'
try "an address" shows 'bits 63–0 of the address of -&gt;data in bytes 0–7'
page x86 'mov eax, a<1'
try "no label" shows 'b8 01 00 00 00'
page riscv64 'beqz a0, >1; 1: ret'
try "a label of RISC-V" shows 'bit 11 of the distance to label 1 in bit 7 of the code, bits 4–1 of the distance to label 1 in bits 11–8 of the code, bits 10–5 of the distance to label 1 in bits 30–25 of the code, bit 12 of the distance to label 1 in bit 31 of the code'
page ppc64 'beq >1; 1: blr'
try "a label of PowerPC" shows 'of the distance to label 1 in bits'
page mips_r6 'beqzc r4, >1; 1: jrc ra'
try "a label of MIPS" shows 'of the distance to label 1 in bits'
# What the page begins with has no mistakes.
for isa in $("$DASMC" --list=isas | cut -f 1)
do
  sed -n "s/^  $isa: \"\(.*\)\",\$/\1/p" playground-module.js >text
  try "$isa has an example" test -s text
  printf '|.arch %s\n|.actionlist list\n' "$isa" >text.dasc
  # shellcheck disable=SC2059 # it has the escapes of JavaScript
  printf "$(cat text)" | sed 's/^/|/' >>text.dasc
  try "the example of $isa" "$DASMC" --dialect=libdasm -o text.c text.dasc
done
page arm64 'cbz x0, >1; 1: ret'
try "a label of AArch64" shows 'bits 20–2 of the distance to label 1 in bits 23–5 of the code'
page x64 'movv eax, 1'
try "a message" shows "1:1: error: unknown statement 'movv'"
try "its id is a link" marks 'errors/messages.html#message-unknown-statement'
page x64 'mov al, n' '&value=n=300'
try "a value that does not fit" shows 'immediate 300 does not fit in 8 bits'
page x64 '.fatal stop'
try "the text ends early" shows 'error: stop'
finish
