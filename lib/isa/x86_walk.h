/* x86_walk.h - what x86 adds to the quick walk; included by put.c among its cases. See walk.h and x86.h.
 *
 * An instruction with registers is emitted here if it is a legacy one and its numbers are below 16, or below 8
 * where there is more to say of them.
 */

  /* A displacement: ModRM is w[-back]. */
#define DISP(back, zero)                         \
  LITERAL;                                       \
  v = *a;                                        \
  if (UNLIKELY(!fits8(v)))                       \
    goto wide;                                   \
  if (UNLIKELY(v == 0) && (zero)) {              \
    w[-(back)] = (uint8_t)(w[-(back)] - 0x80);   \
    a++;                                         \
    NEXT;                                        \
  }                                              \
  w[0] = (uint8_t)v;                             \
  w[-(back)] = (uint8_t)(w[-(back)] - 0x40);     \
  w++;                                           \
  a++;                                           \
  NEXT

  CASE(X86_DISP):
    DISP(1, true);
  CASE(X86_DISP_KEEP):
    DISP(1, false);
  CASE(X86_DISP_SIB):
    DISP(2, true);
  CASE(X86_DISP_SIB_KEEP):
    DISP(2, false);
#undef DISP
  wide: /* a value of 32 bits */
    if (UNLIKELY(v != (int32_t)v))
      RARE;
    w = put_le(w, (uint64_t)v, 4);
    a++;
    NEXT;
  CASE(X86_DISP_SCALE):
    LITERAL;
    RARE;

  CASE(X86_ARITH):
    LITERAL;
    v = *a;
    if (!fits8(v))
      goto wide;
    w[0] = (uint8_t)v;
    w[-2] |= 2;
    w++;
    a++;
    NEXT;
  CASE(X86_IMM8_32):
    LITERAL;
    v = *a;
    if (UNLIKELY(v != (int32_t)v))
      RARE;
    a++;
    n = *p++;
    if (!fits8(v)) {
      w = put_le(w, (uint64_t)v, 4);
      NEXT;
    }
    goto short_imm;
  CASE(X86_IMM8_16):
    LITERAL;
    v = *a;
    if (UNLIKELY(!fits16(v)))
      RARE;
    a++;
    n = *p++;
    if (!fits8(v)) {
      w = put_le(w, (uint64_t)v, 2);
      NEXT;
    }
  short_imm:
    w[0] = (uint8_t)v;
    if (n)
      w[-(int)n] |= 2;
    w++;
    NEXT;
  CASE(X86_SX):
    LITERAL;
    if (fits8((int32_t)a[*p++]))
      w[-1] |= 2;
    NEXT;
  CASE(X86_TRAIL):
    LITERAL;
    if (fits8((int32_t)a[p[0]]))
      D->section->events[D->section->nevents - 1].field = p[1];
    p += 2;
    NEXT;

  /* REX and opcode: r, b, x are the numbers, `more` is how many arguments come before the immediate. Then
   * w is behind the opcode, q at ModRM. */
#define OPCODE(more)                                                                                  \
  const uint8_t *q = p;                                                                               \
  unsigned rex = *q++, nopc = (rex >> 4 & 3) + 1;                                                     \
  bool sx = false;                                                                                    \
  if (UNLIKELY((r | b | x) > (rex & XR_MORE ? 7u : 15u)))                                             \
    RARE;                                                                                             \
  if (rex & XR_MORE) {                                                                                \
    if (UNLIKELY(*q & XM_REX2))                                                                       \
      RARE;                                                                                           \
    sx = (*q++ & XM_SX) && fits8((int32_t)a[more]);                                                   \
  }                                                                                                   \
  rex = (rex & (XR_WRXB | XR_FORCE)) | (unsigned)(r >> 1 & 4) | (unsigned)(x >> 2 & 2) | (unsigned)(b >> 3); \
  *w = (uint8_t)(0x40 | (rex & XR_WRXB));                                                             \
  w += rex != 0;                                                                                      \
  memcpy(w, q, 4);                                                                                    \
  q += nopc;                                                                                          \
  w += nopc;                                                                                          \
  if (sx)                                                                                             \
    w[-1] |= 2;

  /* The displacement v behind ModRM (at m) and SIB. */
#define ANY_DISP(m, base)                                     \
  do {                                                        \
    if (LIKELY(fits8(v))) {                                   \
      if (UNLIKELY(v == 0) && ((base) & 7) != 5)              \
        break;                                                \
      *(m) |= 0x40;                                           \
      *w++ = (uint8_t)v;                                      \
    } else {                                                  \
      *(m) |= 0x80;                                           \
      w = put_le(w, (uint64_t)v, 4);                          \
    }                                                         \
  } while (0)

  /* A ModRM that is known but for these numbers. */
#define PLAIN(r_, b_, n)                                                             \
  {                                                                                  \
    LITERAL;                                                                         \
    uint64_t r = r_, b = b_, x = 0;                                                  \
    OPCODE(n)                                                                        \
    *w++ = (uint8_t)(*q++ | (unsigned)(r & 7) << 3 | (unsigned)(b & 7));             \
    p = q;                                                                           \
    a += (n);                                                                        \
    NEXT;                                                                            \
  }
  CASE(X86_R):
    PLAIN((uint64_t)a[0], 0, 1)
  CASE(X86_B):
    PLAIN(0, (uint64_t)a[0], 1)
  CASE(X86_RB):
    PLAIN((uint64_t)a[0], (uint64_t)a[1], 2)
  CASE(X86_SAME): {
    LITERAL;
    uint64_t r = (uint64_t)a[0], b = r, x = 0;
    OPCODE(1)
    *w++ = (uint8_t)(*q++ | (unsigned)(r & 7) * 9);
    p = q;
    a++;
    NEXT;
  }
#undef PLAIN
  CASE(X86_OP_B): {
    LITERAL;
    uint64_t r = 0, b = (uint64_t)a[0], x = 0;
    OPCODE(1)
    w[-1] |= (uint8_t)(b & 7);
    p = q;
    a++;
    NEXT;
  }

  /* [base], mod as it is known. */
#define MEM(r_, b_, n)                                                               \
  {                                                                                  \
    LITERAL;                                                                         \
    uint64_t r = r_, b = b_, x = 0;                                                  \
    OPCODE(n)                                                                        \
    len = *q++;                                                                      \
    *w++ = (uint8_t)(len | (unsigned)(r & 7) << 3 | (unsigned)(b & 7));              \
    *w = 0x24; /* SIB of base 4 without an index */                                  \
    w += (b & 7) == 4;                                                               \
    if (UNLIKELY((b & 7) == 5) && len < 0x40) {                                      \
      w[-1] |= 0x40;                                                                 \
      *w++ = 0;                                                                      \
    }                                                                                \
    p = q;                                                                           \
    a += (n);                                                                        \
    NEXT;                                                                            \
  }
  CASE(X86_MEM_B):
    MEM(0, (uint64_t)a[0], 1)
  CASE(X86_MEM_RB):
    MEM((uint64_t)a[0], (uint64_t)a[1], 2)
#undef MEM

  /* [base+arg] */
#define MEM_D(r_, b_, n)                                                             \
  {                                                                                  \
    LITERAL;                                                                         \
    uint64_t r = r_, b = b_, x = 0;                                                  \
    v = a[n];                                                                        \
    if (UNLIKELY(v != (int32_t)v))                                                   \
      RARE;                                                                          \
    OPCODE((n) + 1)                                                                  \
    uint8_t *m = w++;                                                                \
    *m = (uint8_t)(*q++ | (unsigned)(r & 7) << 3 | (unsigned)(b & 7));               \
    len = *m;                                                                        \
    *w = 0x24;                                                                       \
    w += (len & 7) == 4;                                                             \
    ANY_DISP(m, len);                                                                \
    p = q;                                                                           \
    a += (n) + 1;                                                                    \
    NEXT;                                                                            \
  }
  CASE(X86_MEM_R_D):
    MEM_D((uint64_t)a[0], 0, 1)
  CASE(X86_MEM_B_D):
    MEM_D(0, (uint64_t)a[0], 1)
  CASE(X86_MEM_RB_D):
    MEM_D((uint64_t)a[0], (uint64_t)a[1], 2)
#undef MEM_D

  /* [base+index*scale], with displacement or without; [index*scale+disp32] whose SIB has no base */
#define INDEXED(r_, b_, x_, n, BEHIND)                                               \
  {                                                                                  \
    LITERAL;                                                                         \
    uint64_t r = r_, b = b_, x = x_;                                                 \
    if (UNLIKELY(x == 4))                                                            \
      RARE;                                                                          \
    BEHIND(n)                                                                        \
  }
#define MODRM_SIB                                                                    \
    uint8_t *m = w;                                                                  \
    *m = (uint8_t)(q[0] | 4 | (unsigned)(r & 7) << 3);                               \
    len = (unsigned)(q[1] | (unsigned)(x & 7) << 3 | (unsigned)(b & 7));             \
    w[1] = (uint8_t)len;                                                             \
    w += 2;                                                                          \
    p = q + 2;
#define SIB(n)                                                                       \
    OPCODE(n)                                                                        \
    MODRM_SIB                                                                        \
    if (UNLIKELY((len & 7) == 5) && *m < 0x40) {                                     \
      *m |= 0x40;                                                                    \
      *w++ = 0;                                                                      \
    }                                                                                \
    a += (n);                                                                        \
    NEXT;
#define SIB_D(n)                                                                     \
    v = a[n];                                                                        \
    if (UNLIKELY(v != (int32_t)v))                                                   \
      RARE;                                                                          \
    OPCODE((n) + 1)                                                                  \
    MODRM_SIB                                                                        \
    ANY_DISP(m, len);                                                                \
    a += (n) + 1;                                                                    \
    NEXT;
#define INDEX_ONLY(n)                                                                \
    OPCODE(n)                                                                        \
    MODRM_SIB                                                                        \
    w[-1] |= 5;                                                                      \
    (void)m;                                                                         \
    a += (n);                                                                        \
    NEXT;
  CASE(X86_SIB_BX):
    INDEXED(0, (uint64_t)a[0], (uint64_t)a[1], 2, SIB)
  CASE(X86_SIB_RBX):
    INDEXED((uint64_t)a[0], (uint64_t)a[1], (uint64_t)a[2], 3, SIB)
  CASE(X86_SIB_R_D):
    INDEXED((uint64_t)a[0], 0, 0, 1, SIB_D)
  CASE(X86_SIB_BX_D):
    INDEXED(0, (uint64_t)a[0], (uint64_t)a[1], 2, SIB_D)
  CASE(X86_SIB_RBX_D):
    INDEXED((uint64_t)a[0], (uint64_t)a[1], (uint64_t)a[2], 3, SIB_D)
  CASE(X86_INDEX_X):
    INDEXED(0, 0, (uint64_t)a[0], 1, INDEX_ONLY)
  CASE(X86_INDEX_RX):
    INDEXED((uint64_t)a[0], 0, (uint64_t)a[1], 2, INDEX_ONLY)
#undef OPCODE
#undef ANY_DISP
#undef INDEXED
#undef MODRM_SIB
#undef SIB
#undef SIB_D
#undef INDEX_ONLY

  CASE(X86_VEX):
  CASE(X86_ANY):
    LITERAL;
    RARE;
