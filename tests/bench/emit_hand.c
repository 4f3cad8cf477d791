/* emit_hand.c - the emission bench's code through libdasm, from a template list made here. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/template.h"
#include "bench.h"
#include "dasm.h"

static uint8_t list[4096];
static struct tmpl_op ops[64];
static uint8_t pool[512];
static unsigned nops, npool;
static int site_fragment, site_label, site_ret, site_mix;

static unsigned op(int code, unsigned arg, unsigned b, uint32_t x, uint32_t y, const char *lit, unsigned n)
{
  struct tmpl_op *o = &ops[nops];
  o->code = (uint8_t)code;
  o->len = (uint8_t)n;
  o->arg = (uint8_t)arg;
  o->b = (uint8_t)b;
  o->lit = npool;
  o->x = x;
  o->y = y;
  memcpy(pool + npool, lit, n);
  npool += n;
  return nops++;
}
#define LIT(s) s, sizeof(s) - 1

static unsigned begin(unsigned nargs, unsigned bytes, unsigned events)
{
  unsigned k = op(OP_BEGIN, nargs, 0, events, 0, LIT(""));
  ops[k].lit = bytes;
  return k;
}

static void make(void)
{
  if (nops != 0)
    return;
  site_fragment = (int)begin(6, 64, 2);
  op(OP_LABEL_PC, 0, 0, 0, 0, LIT(""));
  op(OP_X86_DISP, 1, 0, 0, 0, LIT("\x48\x8b\x83"));
  op(OP_X86_IMM8_32, 2, 2, 0, 0, LIT("\x48\x81\xc0"));
  op(OP_X86_DISP, 3, 0, 0, 0, LIT("\x48\x89\x83"));
  op(OP_REF_PC, 4, FIX_X86_JCC, 0, 0, LIT("\x3d\xe8\x03\0\0\x0f\x85\0\0\0\0"));
  op(OP_X86_DISP, 5, 1, 0, 0, LIT("\xff\x94\xcb"));
  op(OP_END, 0, 0, 0, 0, LIT(""));
  site_label = (int)begin(1, 1, 1);
  op(OP_LABEL_PC, 0, 0, 0, 0, LIT(""));
  op(OP_END, 0, 0, 0, 0, LIT("\xc3"));
  site_mix = (int)begin(1, 80, 4);
  op(OP_LABEL_LOCAL, 0, 0, 1, 0, LIT("\x48\x8b\x43\x08\x48\x01\xc8\x48\x89\x43\x10"));
  op(OP_REF_NEXT, 0, FIX_X86_JCC, 2, 0, LIT("\x85\xc0\x0f\x84\0\0\0\0"));
  op(OP_IMM32, 0, 0, 0, 0, LIT("\x48\x8d\x54\x88\x10\x31\xc9\x48\x89\xd7\xbe"));
  op(OP_LABEL_LOCAL, 0, 0, 2, 0, LIT("\xf2\x0f\x10\x43\x18\xf2\x0f\x58\xc1"));
  op(OP_REF_BACK, 0, FIX_X86_JCC, 1, 0, LIT("\x48\x39\xd0\x0f\x85\0\0\0\0"));
  op(OP_END, 0, 0, 0, 0, LIT(""));
  site_ret = (int)begin(0, 1, 0);
  op(OP_END, 0, 0, 0, 0, LIT("\xc3"));

  struct tmpl_header h = {.magic = {'d', 'a', 's', 'm'}, .version = TMPL_VERSION, .isa = ISA_X64};
  h.nops = nops;
  h.pool = TMPL_HEADER + nops * TMPL_OP;
  h.pool_size = npool;
  h.lines = h.pool + (npool + TMPL_PAD + 3) / 4 * 4;
  h.names = h.strings = h.lines;
  h.strings_size = 1;
  h.nsections = 1;
  h.size = h.strings + 1;
  memcpy(list, &h, sizeof h); /* little-endian hosts */
  memcpy(list + TMPL_HEADER, ops, nops * TMPL_OP);
  memcpy(list + h.pool, pool, npool);
}

struct self {
  dasm_State *D;
  void *globals[1];
};

static void *emit_open(unsigned n)
{
  struct self *s = calloc(1, sizeof *s);
  if (s == NULL)
    return NULL;
  make();
  dasm_init(&s->D, 1);
  dasm_setupglobal(&s->D, s->globals, 0);
  dasm_growpc(&s->D, n + 1);
  return s;
}

static void emit_close(void *self)
{
  struct self *s = self;
  dasm_free(&s->D);
  free(s);
}

static int emit_run(void *self, enum bench_code code, unsigned n, unsigned char *buffer, size_t size,
                    struct bench_times *times)
{
  struct self *s = self;
  dasm_State **Dst = &s->D;
  double t0 = bench_now();
  dasm_setup(&s->D, list);
  if (code == BENCH_FRAGMENT) {
    for (int i = 0; i < (int)n; i++)
      dasm_put(Dst, site_fragment, (int64_t)i, (int64_t)(i * 8), (int64_t)i, (int64_t)(i * 8 + 8), (int64_t)(i + 1),
               (int64_t)i);
    dasm_put(Dst, site_label, (int64_t)n);
  } else {
    for (int i = 0; i < (int)n; i++)
      dasm_put(Dst, site_mix, (int64_t)i);
    dasm_put(Dst, site_ret);
  }
  double t1 = bench_now();
  int status = dasm_link(&s->D, &times->size);
  double t2 = bench_now();
  if (status != DASM_S_OK || times->size > size)
    return 1;
  status = dasm_encode(&s->D, buffer);
  double t3 = bench_now();
  times->put = t1 - t0;
  times->link = t2 - t1;
  times->encode = t3 - t2;
  return status != DASM_S_OK;
}

const struct bench_emitter bench_libdasm = {"libdasm", emit_open, emit_run, emit_close};
