/* x86_dynasm.c - what the language of DynASM 1.5 has: the names of its registers and operations.
 *
 * Its programs may use every other name of a register as that of a C variable: cs, r16, k1, st,
 * sil. So such a name is one in its dialect, too, unless DynASM could not have meant anything by
 * the statement. Whether it could is decided in x86.c: it has to know the operation with so many
 * operands (the list below), and a form without EVEX has to take the operands.
 */
#include "x86.h"

/* ---- registers ---------------------------------------------------------------------- */

bool x86_dynasm_reg(struct span text, const struct x86_reg *reg)
{
  bool family = text.p[0] == 'R', digit = text.n > 1 && text_is_digit(text.p[1]);

  switch (reg->class) {
  case RC_8HIGH:
    return true;
  case RC_8: /* r0l is Intel's name */
    return !reg->expr.p ? reg->num < 16 && !(digit && text.p[text.n - 1] == 'l') : family;
  case RC_8REX: /* r4b to r7b, but not sil */
    return family || (digit && text.p[text.n - 1] == 'b');
  case RC_16: case RC_32: case RC_64: case RC_XMM: case RC_YMM:
    return reg->num < 16;
  case RC_ST: /* st0, but neither st nor st(0) */
    return family || (text.n == 3 && text_is_digit(text.p[2]));
  default:
    return false;
  }
}

size_t x86_reg_read(struct front *F, bool x64, struct span text, struct x86_reg *out)
{
  struct x86 *X = (struct x86 *)isa_data(F);
  size_t n = x86_reg_parse(x64, text, out);

  if (n == 0 || !X->c_names || x86_dynasm_reg((struct span){text.p, n}, out))
    return n;
  if (!X->met.p && !front_type(F, text_first_word(text)))
    X->met = (struct span){text.p, n};
  return 0;
}

/* ---- operations --------------------------------------------------------------------------- */

/* By their number of operands; every name between blanks. */
static const char *const operations[] = {
  [0] =
    " a16 a32 cbw cdq cdqe clc cld cmc cmpsb cmpsd cmpsw cpuid cqo cs cwd cwde ds endbr32 endbr64"
    " es f2xm1 fabs fchs fclex fcompp fcos fdecstp fincstp fld1 fldl2e fldl2t fldlg2 fldln2 fldpi"
    " fldz fnclex fnop fpatan fpop fprem fprem1 fptan frndint fs fscale fsin fsincos fsqrt ftst"
    " fucompp fwait fxam fxch fxtract fyl2x fyl2xp1 gs int1 int3 into lahf leave lfence lock lodsb"
    " lodsd lodsw mfence movsb movsd movsw nop o16 pause popf popfd popfq pushf pushfd pushfq"
    " rdpmc rdtsc rep repe repne repnz repz ret sahf scasb scasd scasw sfence ss stc std stosb"
    " stosd stosw vzeroall vzeroupper wait ",
  [1] =
    " bswap call clflush dec div fadd faddp fcmovb fcmovbe fcmove fcmovnb fcmovnbe fcmovne fcmovnu"
    " fcmovu fcom fcomi fcomip fcomp fdiv fdivp fdivr fdivrp fiadd ficom ficomp fidiv fidivr fild"
    " fimul fist fistp fisttp fisub fisubr fld fldcw fldenv fmul fmulp fnstcw fnstenv fnstsw fst"
    " fstcw fstenv fstp fstsw fsub fsubp fsubr fsubrp fucom fucomi fucomip fucomp fxch fxrstor"
    " fxsave idiv imul inc int ja jae jb jbe jc je jg jge jl jle jmp jna jnae jnb jnbe jnc jne jng"
    " jnge jnl jnle jno jnp jns jnz jo jp jpe jpo js jz ldmxcsr mul neg not pop prefetchnta"
    " prefetcht0 prefetcht1 prefetcht2 push ret seta setae setb setbe setc sete setg setge setl"
    " setle setna setnae setnb setnbe setnc setne setng setnge setnl setnle setno setnp setns"
    " setnz seto setp setpe setpo sets setz stmxcsr vldmxcsr vstmxcsr ",
  [2] =
    " adc adcx add addpd addps addsd addss addsubpd addsubps adox aesdec aesdeclast aesenc"
    " aesenclast aesimc and andnpd andnps andpd andps blsi blsmsk blsr bsf bsr bt btc btr bts"
    " cmova cmovae cmovb cmovbe cmovc cmove cmovg cmovge cmovl cmovle cmovna cmovnae cmovnb"
    " cmovnbe cmovnc cmovne cmovng cmovnge cmovnl cmovnle cmovno cmovnp cmovns cmovnz cmovo cmovp"
    " cmovpe cmovpo cmovs cmovz cmp comisd comiss crc32 cvtdq2pd cvtdq2ps cvtpd2dq cvtpd2ps"
    " cvtpi2pd cvtpi2ps cvtps2dq cvtps2pd cvtsd2si cvtsd2ss cvtsi2sd cvtsi2ss cvtss2sd cvtss2si"
    " cvttpd2dq cvttps2dq cvttsd2si cvttss2si divpd divps divsd divss extrq fadd faddp fcmovb"
    " fcmovbe fcmove fcmovnb fcmovnbe fcmovne fcmovnu fcmovu fcom fcomi fcomip fcomp fdiv fdivp"
    " fdivr fdivrp fmul fmulp fsub fsubp fsubr fsubrp fucom fucomi fucomip fucomp fxch haddpd"
    " haddps hsubpd hsubps imul insertq lddqu lea lzcnt maskmovdqu maxpd maxps maxsd maxss minpd"
    " minps minsd minss mov mov64 movapd movaps movd movddup movdqa movdqu movhlps movhpd movhps"
    " movlhps movlpd movlps movmskpd movmskps movntdq movntdqa movnti movntpd movntps movntsd"
    " movntss movq movsd movshdup movsldup movss movsx movsxd movupd movups movzx mulpd mulps"
    " mulsd mulss or orpd orps pabsb pabsd pabsw packssdw packsswb packusdw packuswb paddb paddd"
    " paddq paddsb paddsw paddusb paddusw paddw pand pandn pavgb pavgw pcmpeqb pcmpeqd pcmpeqq"
    " pcmpeqw pcmpgtb pcmpgtd pcmpgtq pcmpgtw phaddd phaddsw phaddw phminposuw phsubd phsubsw"
    " phsubw pmaddubsw pmaddwd pmaxsb pmaxsd pmaxsw pmaxub pmaxud pmaxuw pminsb pminsd pminsw"
    " pminub pminud pminuw pmovmskb pmovsxbd pmovsxbq pmovsxbw pmovsxdq pmovsxwd pmovsxwq pmovzxbd"
    " pmovzxbq pmovzxbw pmovzxdq pmovzxwd pmovzxwq pmuldq pmulhrsw pmulhuw pmulhw pmulld pmullw"
    " pmuludq popcnt por psadbw pshufb psignb psignd psignw pslld pslldq psllq psllw psrad psraw"
    " psrld psrldq psrlq psrlw psubb psubd psubq psubsb psubsw psubusb psubusw psubw ptest"
    " punpckhbw punpckhdq punpckhqdq punpckhwd punpcklbw punpckldq punpcklqdq punpcklwd pxor rcl"
    " rcpps rcpss rcr rol ror rsqrtps rsqrtss sal sar sbb shl shr sqrtpd sqrtps sqrtsd sqrtss sub"
    " subpd subps subsd subss test tzcnt ucomisd ucomiss unpckhpd unpckhps unpcklpd unpcklps"
    " vaesimc vbroadcastf128 vbroadcasti128 vbroadcastsd vbroadcastss vcomisd vcomiss vcvtdq2pd"
    " vcvtdq2ps vcvtpd2dq vcvtpd2ps vcvtps2dq vcvtps2pd vcvtsd2si vcvtss2si vcvttpd2dq vcvttps2dq"
    " vcvttsd2si vcvttss2si vlddqu vmaskmovdqu vmovapd vmovaps vmovd vmovddup vmovdqa vmovdqu"
    " vmovhpd vmovhps vmovlpd vmovlps vmovmskpd vmovmskps vmovntdq vmovntdqa vmovntpd vmovntps"
    " vmovq vmovsd vmovshdup vmovsldup vmovss vmovupd vmovups vpabsb vpabsd vpabsw vpbroadcastb"
    " vpbroadcastd vpbroadcastq vpbroadcastw vphminposuw vpmovmskb vpmovsxbd vpmovsxbq vpmovsxbw"
    " vpmovsxdq vpmovsxwd vpmovsxwq vpmovzxbd vpmovzxbq vpmovzxbw vpmovzxdq vpmovzxwd vpmovzxwq"
    " vptest vptestpd vptestps vrcpps vrsqrtps vsqrtpd vsqrtps vsqrtsd vsqrtss vucomisd vucomiss"
    " xchg xor xorpd xorps ",
  [3] =
    " aeskeygenassist andn bextr blendpd blendps blendvpd blendvps bzhi cmppd cmpps cmpsd cmpss"
    " dppd dpps extractps extrq imul insertps mpsadbw mulx palignr pblendvb pblendw pclmulqdq"
    " pcmpestri pcmpestrm pcmpistri pcmpistrm pdep pext pextrb pextrd pextrq pextrw pinsrb pinsrd"
    " pinsrq pinsrw pshufd pshufhw pshuflw rorx roundpd roundps roundsd roundss sarx shld shlx"
    " shrd shrx shufpd shufps vaddpd vaddps vaddsd vaddss vaddsubpd vaddsubps vaesdec vaesdeclast"
    " vaesenc vaesenclast vaeskeygenassist vandnpd vandnps vandpd vandps vcvtsd2ss vcvtsi2sd"
    " vcvtsi2ss vcvtss2sd vdivpd vdivps vdivsd vdivss vextractf128 vextracti128 vextractps"
    " vfmadd132pd vfmadd132ps vfmadd132sd vfmadd132ss vfmadd213pd vfmadd213ps vfmadd213sd"
    " vfmadd213ss vfmadd231pd vfmadd231ps vfmadd231sd vfmadd231ss vfmaddsub132pd vfmaddsub132ps"
    " vfmaddsub213pd vfmaddsub213ps vfmaddsub231pd vfmaddsub231ps vfmsub132pd vfmsub132ps"
    " vfmsub132sd vfmsub132ss vfmsub213pd vfmsub213ps vfmsub213sd vfmsub213ss vfmsub231pd"
    " vfmsub231ps vfmsub231sd vfmsub231ss vfmsubadd132pd vfmsubadd132ps vfmsubadd213pd"
    " vfmsubadd213ps vfmsubadd231pd vfmsubadd231ps vfnmadd132pd vfnmadd132ps vfnmadd132sd"
    " vfnmadd132ss vfnmadd213pd vfnmadd213ps vfnmadd213sd vfnmadd213ss vfnmadd231pd vfnmadd231ps"
    " vfnmadd231sd vfnmadd231ss vfnmsub132pd vfnmsub132ps vfnmsub132sd vfnmsub132ss vfnmsub213pd"
    " vfnmsub213ps vfnmsub213sd vfnmsub213ss vfnmsub231pd vfnmsub231ps vfnmsub231sd vfnmsub231ss"
    " vhaddpd vhaddps vhsubpd vhsubps vmaskmovpd vmaskmovps vmaxpd vmaxps vmaxsd vmaxss vminpd"
    " vminps vminsd vminss vmovhlps vmovhpd vmovhps vmovlhps vmovlpd vmovlps vmovsd vmovss vmulpd"
    " vmulps vmulsd vmulss vorpd vorps vpackssdw vpacksswb vpackusdw vpackuswb vpaddb vpaddd"
    " vpaddq vpaddsb vpaddsw vpaddusb vpaddusw vpaddw vpand vpandn vpavgb vpavgw vpcmpeqb vpcmpeqd"
    " vpcmpeqq vpcmpeqw vpcmpestri vpcmpestrm vpcmpgtb vpcmpgtd vpcmpgtq vpcmpgtw vpcmpistri"
    " vpcmpistrm vpermd vpermilpd vpermilps vpermpd vpermps vpermq vpextrb vpextrd vpextrq vpextrw"
    " vphaddd vphaddsw vphaddw vphsubd vphsubsw vphsubw vpmaddubsw vpmaddwd vpmaskmovd vpmaskmovq"
    " vpmaxsb vpmaxsd vpmaxsw vpmaxub vpmaxud vpmaxuw vpminsb vpminsd vpminsw vpminub vpminud"
    " vpminuw vpmuldq vpmulhrsw vpmulhuw vpmulhw vpmulld vpmullw vpmuludq vpor vpsadbw vpshufb"
    " vpshufd vpshufhw vpshuflw vpsignb vpsignd vpsignw vpslld vpslldq vpsllq vpsllvd vpsllvq"
    " vpsllw vpsrad vpsravd vpsraw vpsrld vpsrldq vpsrlq vpsrlvd vpsrlvq vpsrlw vpsubb vpsubd"
    " vpsubq vpsubsb vpsubsw vpsubusb vpsubusw vpsubw vpunpckhbw vpunpckhdq vpunpckhqdq vpunpckhwd"
    " vpunpcklbw vpunpckldq vpunpcklqdq vpunpcklwd vpxor vrcpss vroundpd vroundps vrsqrtss vsubpd"
    " vsubps vsubsd vsubss vunpckhpd vunpckhps vunpcklpd vunpcklps vxorpd vxorps ",
  [4] =
    " insertq vblendpd vblendps vblendvpd vblendvps vcmppd vcmpps vcmpsd vcmpss vdppd vdpps"
    " vinsertf128 vinserti128 vinsertps vmpsadbw vpalignr vpblendd vpblendvb vpblendw vpclmulqdq"
    " vperm2f128 vperm2i128 vpinsrb vpinsrd vpinsrq vpinsrw vroundsd vroundss vshufpd vshufps ",
};

bool x86_dynasm_op(struct span name, unsigned nargs)
{
  char key[20];

  if (name.n > sizeof(key) - 3 || nargs >= sizeof(operations) / sizeof(operations[0]))
    return false;
  key[0] = ' ';
  memcpy(key + 1, name.p, name.n);
  memcpy(key + 1 + name.n, " ", 2);
  return strstr(operations[nargs], key) != NULL;
}
