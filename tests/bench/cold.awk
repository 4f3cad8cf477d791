# cold.awk - writes the cold bench: a program with SITES put sites, each of one to three instructions with values,
# registers and labels at run time. A compiler for a language looks like that: of many sites each function uses some,
# and each of these a few times.
# usage: awk -f cold.awk -v headers=dasm|dropin|dynasm [-v isa=x64|riscv64|arm64|mips|ppc] [-v SITES=1] >cold.dasc
# With one site the program is the hot one: that has six instructions with five values, and a label. The program takes the number of functions, of sites in
# each, and 1 to keep one state for all.

function random(n) # 0 to n - 1, the same on every machine
{
  seed = seed * 16807 % 2147483647
  return int(seed / 64) % n
}

# What DynASM's port to RISC-V has: no registers at run time.
function riscv_instruction(    a, b, kind)
{
  a = "x" 5 + random(26)
  b = "x" 5 + random(26)
  kind = random(10)
  if (kind == 0) return "ld " a ", n*8(" b ")"
  if (kind == 1) return "addi " a ", " b ", n"
  if (kind == 2) return "sd " a ", n(" b ")"
  if (kind == 3) return "sltiu " a ", " b ", n"
  if (kind == 4) return "lw " a ", n(" b ")"
  if (kind == 5) return "add " a ", " a ", " b
  if (kind == 6) return "fld f" random(32) ", n(" b ")"
  if (kind == 7) return "slli " a ", " b ", n&63"
  if (kind == 8) return "xori " a ", " b ", n"
  return "lui " a ", n"
}

function arm64_instruction(    a, b, kind)
{
  a = random(18)
  b = random(18)
  kind = random(10)
  if (kind == 0) return "ldr x" a ", [x" b ", #n*8]"
  if (kind == 1) return "add w" a ", w" b ", #n"
  if (kind == 2) return "str x" a ", [x" b ", #n*8]"
  if (kind == 3) return "cmp w" a ", #n"
  if (kind == 4) return "ldr Rx(n&7), [x" b ", #8]"
  if (kind == 5) return "add Rw(n&7), Rw(n&7), w" b
  if (kind == 6) return "ldr d" random(32) ", [x" b ", #n*8]"
  if (kind == 7) return "add x" a ", x" b ", x" random(18) ", lsl #2"
  if (kind == 8) return "tst x" a ", x" a
  return "movz x" a ", #n"
}

function mips_instruction(    a, b, kind)
{
  a = "r" 2 + random(20)
  b = "r" 2 + random(20)
  kind = random(10)
  if (kind == 0) return "lw " a ", n*8(" b ")"
  if (kind == 1) return "addiu " a ", " b ", n"
  if (kind == 2) return "sw " a ", n(" b ")"
  if (kind == 3) return "sltiu " a ", " b ", n"
  if (kind == 4) return "lbu " a ", n(" b ")"
  if (kind == 5) return "addu " a ", " a ", " b
  if (kind == 6) return "ldc1 f" 2*random(16) ", n(" b ")"
  if (kind == 7) return "sll " a ", " b ", n&31"
  if (kind == 8) return "xori " a ", " b ", n"
  return "lui " a ", n"
}

function ppc_instruction(    a, b, kind)
{
  a = "r" 3 + random(28)
  b = "r" 3 + random(28)
  kind = random(10)
  if (kind == 0) return "lwz " a ", n*8(" b ")"
  if (kind == 1) return "addi " a ", " b ", n"
  if (kind == 2) return "stw " a ", n(" b ")"
  if (kind == 3) return "cmplwi " a ", n"
  if (kind == 4) return "lbz " a ", n(" b ")"
  if (kind == 5) return "add " a ", " a ", " b
  if (kind == 6) return "lfd f" random(32) ", n(" b ")"
  if (kind == 7) return "srawi " a ", " b ", n&31"
  if (kind == 8) return "xori " a ", " b ", n"
  return "lis " a ", n"
}

function instruction(    a, b, e, kind)
{
  if (isa == "riscv64") return riscv_instruction()
  if (isa == "arm64") return arm64_instruction()
  if (isa == "mips") return mips_instruction()
  if (isa == "ppc") return ppc_instruction()
  a = reg64[random(12)]
  b = reg64[random(12)]
  e = reg32[random(12)]
  kind = random(10)
  if (kind == 0) return "mov " a ", [" b "+n*8]"
  if (kind == 1) return "add " e ", n"
  if (kind == 2) return "mov [" a "+n], " b
  if (kind == 3) return "cmp " e ", n"
  if (kind == 4) return "mov Rq(n&7), [" b "+8]"
  if (kind == 5) return "add Rd(n&7), " e
  if (kind == 6) return "movsd xmm(n&7), qword [" a "+n]"
  if (kind == 7) return "lea " a ", [" b "+" reg64[random(12)] "*4]"
  if (kind == 8) return "test " a ", " a
  return "imul " a ", " b ", n"
}

function head()
{
  if (headers == "dasm") print "#include <dasm.h>"
  else {
    folder = headers == "dropin" ? "dynasm/" : ""
    print "#include \"" folder "dasm_proto.h\""
    print "#include \"" folder header[isa] "\""
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
      print hot[isa]
      continue
    }
    for (j = random(3); j >= 0; j--)
      print "    | " instruction()
    if (random(4) == 0)
      print skipping[isa] "\n    |1:"
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
  print "      site(Dst, (seed >> 12) % " SITES ", (int)(seed >> 8 & " (isa == "x64" ? 1023 : 127) "));"
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
  if (isa == "") isa = "x64"
  seed = 7
  split("rcx rdx rbx rsi rdi r8 r9 r10 r11 r12 r13", reg64, " ")
  split("ecx edx ebx esi edi r8d r9d r10d r11d r12d r13d", reg32, " ")
  header["x64"] = "dasm_x86.h"
  header["riscv64"] = "dasm_riscv.h"
  header["arm64"] = "dasm_arm64.h"
  header["mips"] = "dasm_mips.h"
  header["ppc"] = "dasm_ppc.h"
  skipping["x64"] = "    | jz >1\n    | inc eax"
  skipping["riscv64"] = "    | beqz x10, >1\n    | addi x10, x10, 1"
  skipping["arm64"] = "    | cbz x10, >1\n    | add x10, x10, #1"
  skipping["mips"] = "    | beq r10, r0, >1\n    | addiu r10, r10, 1"
  skipping["ppc"] = "    | beq >1\n    | addi r10, r10, 1"
  hot["x64"] = "    | mov rax, [rbx+n*8]\n    | add rax, n\n    | mov [rbx+n*8+8], rax\n" \
               "    | cmp rax, n\n    | jne >1\n    | mov ecx, [rbx+n*4]\n    |1:"
  hot["riscv64"] = "    | ld x10, n*8(x8)\n    | addi x10, x10, n\n    | sd x10, n*8+8(x8)\n" \
                   "    | sltiu x11, x10, n\n    | bnez x11, >1\n    | lw x12, n(x8)\n    |1:"
  hot["arm64"] = "    | ldr x10, [x8, #n*8]\n    | add x10, x10, #n\n    | str x10, [x8, #n*8+8]\n" \
                 "    | cmp x10, #n\n    | bne >1\n    | ldr w12, [x8, #n*4]\n    |1:"
  hot["mips"] = "    | lw r10, n*8(r8)\n    | addiu r10, r10, n\n    | sw r10, n*8+4(r8)\n" \
                "    | sltiu r11, r10, n\n    | bne r11, r0, >1\n    | lw r12, n*4(r8)\n    |1:"
  hot["ppc"] = "    | lwz r10, n*8(r8)\n    | addi r10, r10, n\n    | stw r10, n*8+4(r8)\n" \
               "    | cmplwi r10, n\n    | bne >1\n    | lwz r12, n*4(r8)\n    |1:"
  reg64[0] = "rax"
  reg32[0] = "eax"
  head()
  sites()
  body()
}
