"""howto.py - what some of the how-to pages do in C, in Python."""
import random

import dasm

# ---- constants ----
a = dasm.Assembler()
a.emit("""
  mulsd xmm0, [->half]
  ret
  .align 8
->half:
  .double 0.5
""")
halve = a.publish().function(signature="double(double)")
print(halve(3.0))
# ---- jump table ----
a = dasm.Assembler()
cases = [a.label() for _ in range(3)]
a.emit("""
  cmp edi, n
  jae >9
  mov edi, edi
  lea rax, [->table]
  jmp aword [rax+rdi*8]
9:
  mov eax, -1
  ret
""", n=len(cases))
for number, case in enumerate(cases):
    a.emit("=>case: mov eax, value; ret", case=case, value=10 * number)
a.emit(".align 8; ->table:")
for case in cases:
    a.emit(".aword =>case", case=case)
choose = a.publish().function(signature="int(unsigned)")
print(*[choose(number) for number in range(4)])
# ---- patching ----
a = dasm.Assembler()
a.emit("nop; nop; nop; mov eax, n; ret", n=1)  # the number is at offset 4
code = a.publish()
get = code.function(signature="int()")
before = get()
code.patch(4, 2)
print(before, get())
# ---- cross ----
print(dasm.assemble("push ebx; mov ebx, n", isa="x86", n=5).hex(" "))
print(dasm.assemble("addi a0, a0, n", isa="riscv64", n=5).hex(" "))
# ---- testing ----
random.seed(1)
for _ in range(200):
    n = random.choice([0, 1, -1, 127, 128, -128, -129, 2**31 - 1, -2**31])
    add = dasm.function("int64(int64)", "lea rax, [rdi+n]; ret", n=n)
    x = random.randrange(-2**40, 2**40)
    assert add(x) == x + n, (x, n)
print("200 functions are right")
# ---- end ----
