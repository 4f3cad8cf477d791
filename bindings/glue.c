/* glue.c - see glue.h. */
#include "glue.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../dasmc/emit_script.h"
#include "dasmc.h"
#ifdef HAVE_CAPSTONE
#include <capstone/capstone.h>
#endif

enum { MESSAGE = 2048 };

struct glue_Asm {
  dasmc_Assembler *A;
  dasm_State *D;
  int status;
  unsigned labels;
  char *error;      /* message of the last failure, allocated; or NULL */
  dasm_Line *lines; /* of glue_lines() */
  unsigned nlines;
};

struct glue_Heap {
  dasm_CodeHeap *heap;
  int status;
  char error[MESSAGE];
};

/* ---- statuses ---------------------------------------------------------------- */

/* Keep a status and its message: of the texts, of the state, or its general meaning. */
static void reword(char *text);
static int done(glue_Asm *a, int status)
{
  size_t n;

  a->status = status;
  free(a->error);
  a->error = NULL;
  if (status == DASM_S_OK)
    return 0;
  if (DASM_S_CLASS(status) == DASM_S_SOURCE && a->A)
    n = dasmc_messages(a->A, NULL, 0);
  else
    n = a->D && dasm_getstatus(&a->D) == status ? dasm_errmsg(&a->D, NULL, 0) : 0;
  if (n && (a->error = malloc(n + 1)) != NULL) {
    if (DASM_S_CLASS(status) == DASM_S_SOURCE)
      dasmc_messages(a->A, a->error, n + 1);
    else
      dasm_errmsg(&a->D, a->error, n + 1);
    reword(a->error);
  }
  return -1;
}

/* What C's function is called by in a message of the library, and in the modules. */
static const struct {
  const char *c, *module;
} words[] = {
    {" is not below the count given to dasm_growpc", " was not made by label()"},
    {" is not below the count given to dasm_setupglobal", " is not of this assembler"},
    {" is not below the count given to dasm_init", " is not of this assembler"},
};

/* Put the message in the modules' words, which are no longer. */
static void reword(char *text)
{
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    char *at = strstr(text, words[i].c);
    size_t c = strlen(words[i].c), module = strlen(words[i].module);

    if (!at)
      continue;
    memmove(at + module, at + c, strlen(at + c) + 1);
    memcpy(at, words[i].module, module);
  }
}

int glue_status(const glue_Asm *a) { return a->status; }

const char *glue_error(const glue_Asm *a)
{
  return a->error ? a->error : dasm_strerror(a->status);
}

const char *glue_strerror(int status) { return dasm_strerror(status); }
const char *glue_hostisa(void) { return dasmc_hostisa() ? dasmc_hostisa() : ""; }
const char *glue_isa(const glue_Asm *a) { return a->A ? dasmc_isa(a->A) : ""; }

const char *glue_isaname(unsigned index)
{
  const char *name = dasmc_isaname(index);
  return name ? name : "";
}

const char *glue_version(void)
{
  static char text[32];
  int v = dasm_version();
  snprintf(text, sizeof text, "%d.%d.%d", v / 10000, v / 100 % 100, v % 100);
  return text;
}

/* ---- assemblers ---------------------------------------------------------------- */

/* Is this the processor's own ISA? What is made for it is to run here. */
static bool is_host(const char *isa)
{
  return !*isa || (dasmc_hostisa() && strcmp(isa, dasmc_hostisa()) == 0);
}

glue_Asm *glue_new(const char *isa, const char *features)
{
  glue_Asm *a = calloc(1, sizeof *a);
  char message[MESSAGE];
  dasmc_Options o = {.size = sizeof o, .isa = *isa ? isa : NULL, .message = message, .message_size = sizeof message};
  int status;

  if (!a)
    return NULL;
  o.features = *features ? features : is_host(isa) && dasmc_hostfeatures(NULL, 0) ? "host" : "all";
  status = dasmc_new(&a->A, &o);
  if (status != DASM_S_OK) {
    a->status = status;
    a->error = message[0] ? strdup(message) : NULL;
    return a;
  }
  if (status == DASM_S_OK)
    status = dasmc_state(a->A, &a->D);
  if (status == DASM_S_OK)
    status = dasm_setstubs(&a->D, 1); /* before there is code: branches may grow */
  done(a, status);
  return a;
}

void glue_free(glue_Asm *a)
{
  if (!a)
    return;
  dasm_free(&a->D);
  dasmc_free(a->A);
  free(a->error);
  free(a->lines);
  free(a);
}

int glue_define(glue_Asm *a, const char *name, const char *value)
{
  return done(a, dasmc_define(a->A, name, value));
}

int glue_undefine(glue_Asm *a, const char *name)
{
  return done(a, dasmc_undefine(a->A, name));
}

int glue_macro(glue_Asm *a, const char *head, const char *body)
{
  return done(a, dasmc_macro(a->A, head, body));
}

int glue_layout(glue_Asm *a, const char *ctype, size_t size)
{
  return done(a, dasmc_layout(a->A, ctype, size));
}

int glue_member(glue_Asm *a, const char *ctype, const char *name, size_t offset, size_t size, const char *type)
{
  return done(a, dasmc_member(a->A, ctype, name, offset, size, *type ? type : NULL));
}

int glue_includedir(glue_Asm *a, const char *directory)
{
  return done(a, dasmc_includedir(a->A, directory));
}

int glue_setextern(glue_Asm *a, const char *name, uint64_t address)
{
  return done(a, dasmc_setextern(a->A, name, address));
}

int glue_global(glue_Asm *a, const char *name)
{
  unsigned n;
  return done(a, dasmc_global(a->A, name, &n)) < 0 ? -1 : (int)n;
}

const char *glue_globalname(glue_Asm *a, unsigned number)
{
  const char *name = dasmc_globalname(a->A, number);
  return name ? name : "";
}

const char *glue_externname(glue_Asm *a, unsigned number)
{
  const char *name = dasmc_externname(a->A, number);
  return name ? name : "";
}

/* ---- text and code --------------------------------------------------------------- */

glue_Fragment *glue_fragment(glue_Asm *a, const char *text, size_t length)
{
  dasmc_Fragment *f = NULL;
  done(a, dasmc_fragment(a->A, text, (ptrdiff_t)length, &f));
  return f;
}

void glue_release(glue_Fragment *fragment) { dasmc_release(fragment); }
unsigned glue_changes(const glue_Asm *a) { return dasmc_changes(a->A); }
unsigned glue_parameters(const glue_Fragment *fragment) { return dasmc_parameters(fragment); }

const char *glue_parameter(const glue_Fragment *fragment, unsigned number)
{
  const char *name = dasmc_parameter(fragment, number);
  return name ? name : "";
}

int glue_put(glue_Asm *a, const glue_Fragment *fragment, const int64_t *values, unsigned count)
{
  return done(a, dasmc_put(&a->D, fragment, values, count));
}

int glue_newlabel(glue_Asm *a)
{
  if (done(a, dasm_growpc(&a->D, a->labels + 1)) < 0)
    return -1;
  return (int)a->labels++;
}

unsigned glue_labels(const glue_Asm *a) { return a->labels; }

int glue_labeloffset(glue_Asm *a, unsigned label) { return dasm_getpclabel(&a->D, label); }

int glue_globaloffset(glue_Asm *a, unsigned number)
{
  size_t offset;
  return dasm_getglobal(&a->D, number, &offset) == DASM_S_OK ? (int)offset : -1;
}

int glue_reset(glue_Asm *a)
{
  a->nlines = 0;
  a->labels = 0;
  return done(a, dasmc_reset(a->A, &a->D));
}

int64_t glue_link(glue_Asm *a)
{
  size_t size = 0;
  dasm_setstubs(&a->D, 0); /* bytes for an address that is known: what does not reach is an error */
  return done(a, dasm_link(&a->D, &size)) < 0 ? -1 : (int64_t)size;
}

int glue_encode(glue_Asm *a, void *buffer, size_t size, uint64_t run)
{
  return done(a, dasm_encode_at(&a->D, buffer, size, run));
}

/* ---- lines ---------------------------------------------------------------------------- */

int glue_setlines(glue_Asm *a, int on) { return done(a, dasm_setlines(&a->D, on)); }

unsigned glue_lines(glue_Asm *a)
{
  size_t n = dasm_getlines(&a->D, NULL, 0);
  dasm_Line *lines = realloc(a->lines, (n ? n : 1) * sizeof *lines);

  a->nlines = 0;
  if (!lines)
    return 0;
  a->lines = lines;
  a->nlines = (unsigned)dasm_getlines(&a->D, lines, n);
  return a->nlines;
}

size_t glue_line_offset(const glue_Asm *a, unsigned index)
{
  return index < a->nlines ? a->lines[index].offset : 0;
}

unsigned glue_line_number(const glue_Asm *a, unsigned index)
{
  return index < a->nlines ? a->lines[index].line : 0;
}

const char *glue_line_text(const glue_Asm *a, unsigned index)
{
  return index < a->nlines ? a->lines[index].text : "";
}

/* ---- messages ---------------------------------------------------------------------- */

static bool message(const glue_Asm *a, unsigned index, dasmc_Message *m)
{
  m->size = sizeof *m;
  return a->A && dasmc_message(a->A, index, m) == DASM_S_OK;
}

unsigned glue_messages(const glue_Asm *a)
{
  dasmc_Message m;
  unsigned n = 0;
  while (message(a, n, &m))
    n++;
  return n;
}

int glue_level(const glue_Asm *a, unsigned index)
{
  dasmc_Message m;
  return message(a, index, &m) ? m.level : 0;
}

unsigned glue_line(const glue_Asm *a, unsigned index)
{
  dasmc_Message m;
  return message(a, index, &m) ? m.line : 0;
}

unsigned glue_column(const glue_Asm *a, unsigned index)
{
  dasmc_Message m;
  return message(a, index, &m) ? m.column : 0;
}

const char *glue_text(const glue_Asm *a, unsigned index)
{
  dasmc_Message m;
  return message(a, index, &m) ? m.text : "";
}

const char *glue_source(const glue_Asm *a, unsigned index)
{
  dasmc_Message m;
  return message(a, index, &m) ? m.source : "";
}

const char *glue_caret(const glue_Asm *a, unsigned index)
{
  dasmc_Message m;
  return message(a, index, &m) ? m.caret : "";
}

const char *glue_id(const glue_Asm *a, unsigned index)
{
  dasmc_Message m;
  return message(a, index, &m) ? m.id : "";
}

uint64_t glue_address(const void *bytes, size_t count)
{
  (void)count;
  return (uintptr_t)bytes;
}

/* ---- code heaps --------------------------------------------------------------------- */

glue_Heap *glue_heap_new(int strategy, unsigned flags)
{
  glue_Heap *h = calloc(1, sizeof *h);
  dasm_HeapOptions o = {.size = sizeof o, .strategy = strategy, .flags = flags, .name = "dasm"};

  if (!h)
    return NULL;
  o.message = h->error;
  o.message_size = sizeof h->error;
  h->status = dasm_heap_new(&o, &h->heap);
  return h;
}

void glue_heap_free(glue_Heap *h)
{
  if (!h)
    return;
  if (h->heap)
    dasm_heap_free(&h->heap);
  free(h);
}

int glue_heap_status(const glue_Heap *h) { return h->status; }

const char *glue_heap_error(const glue_Heap *h)
{
  return h->error[0] ? h->error : dasm_strerror(h->status);
}

uint64_t glue_heap_used(glue_Heap *h)
{
  dasm_HeapStats s = {.size = sizeof s};
  return dasm_heap_stats(h->heap, &s) == DASM_S_OK ? s.used : 0;
}

glue_Code *glue_publish(glue_Heap *h, glue_Asm *a, const char *name, uint64_t around, uint64_t reach)
{
  dasm_CodeInfo info = {.size = sizeof info, .name = *name ? name : NULL, .around = around, .reach = reach};
  dasm_Code *code = NULL;

  if (done(a, dasm_setstubs(&a->D, 1)) >= 0) /* a function of a library may be far away */
    done(a, dasm_publishwith(h->heap, &a->D, &info, &code));
  return code;
}

int glue_code_free(glue_Heap *h, glue_Code *code)
{
  h->status = dasm_code_release(h->heap, code);
  return h->status == DASM_S_OK ? 0 : -1;
}

uint64_t glue_code_address(const glue_Code *code) { return (uintptr_t)dasm_code_base(code); }
size_t glue_code_size(const glue_Code *code) { return dasm_code_size(code); }

uint64_t glue_code_global(const glue_Code *code, unsigned number)
{
  void *p = NULL;
  return dasm_code_global(code, number, &p) == DASM_S_OK ? (uintptr_t)p : 0;
}

uint64_t glue_code_label(const glue_Code *code, unsigned number)
{
  void *p = NULL;
  return dasm_code_pclabel(code, number, &p) == DASM_S_OK ? (uintptr_t)p : 0;
}

static int heap_done(glue_Heap *h, int status)
{
  h->status = status;
  h->error[0] = 0;
  return status == DASM_S_OK ? 0 : -1;
}

int glue_code_write(glue_Heap *h, glue_Code *code, size_t offset, const void *bytes, size_t count)
{
  return heap_done(h, dasm_code_write(h->heap, code, offset, bytes, count));
}

int glue_code_patch(glue_Heap *h, glue_Code *code, size_t offset, uint64_t value, unsigned count)
{
  return heap_done(h, dasm_code_patch(h->heap, code, offset, value, count));
}

int glue_code_branch(glue_Heap *h, glue_Code *code, size_t offset, unsigned length, uint64_t target)
{
  return heap_done(h, dasm_code_branch(h->heap, code, offset, length, (void *)(uintptr_t)target));
}

/* ---- files with assembler lines ------------------------------------------------------ */

static _Thread_local char *host_text;

const char *glue_host_text(void) { return host_text ? host_text : ""; }

int glue_host(const char *language, const char *name, const char *text, size_t length)
{
  char isa[32];
  char message[MESSAGE];
  dasmc_Options o = {.size = sizeof o, .isa = isa, .message = message, .message_size = sizeof message};
  dasmc_Assembler *A;
  enum script_status status = SCRIPT_NOMEM;
  size_t n;

  free(host_text);
  host_text = NULL;
  script_arch(text, length, isa, sizeof isa);
  if (!isa[0])
    o.isa = NULL;
  if (dasmc_new(&A, &o) == DASM_S_OK)
    status = script_translate(A, language, name, text, length, &host_text, &n);
  else if (message[0] && (host_text = malloc(strlen(name) + sizeof message + 2)) != NULL) {
    sprintf(host_text, "%s: %s", name, message);
    status = SCRIPT_ERRORS;
  }
  dasmc_free(A);
  return status == SCRIPT_OK ? 0 : status == SCRIPT_ERRORS ? 1 : -1;
}

/* ---- ISAs ----------------------------------------------------------------------------- */

unsigned glue_address_size(const char *isa)
{
  dasmc_IsaInfo info = {.size = sizeof info};

  return dasmc_isainfo(isa, &info) == DASM_S_OK ? info.address_size : 0;
}

int64_t glue_reach(const char *isa)
{
  dasmc_IsaInfo info = {.size = sizeof info};

  return dasmc_isainfo(isa, &info) == DASM_S_OK ? (int64_t)info.reach : 0;
}

/* ---- disassembly ---------------------------------------------------------------------- */

static _Thread_local char disassembly[256];

const char *glue_disassembly(void) { return disassembly; }

#ifdef HAVE_CAPSTONE

/* What capstone is asked for: false if it does not know the ISA. */
static int machine(const char *isa, dasmc_IsaInfo *info)
{
  info->size = sizeof *info;
  return dasmc_isainfo(isa, info) == DASM_S_OK && info->capstone_arch >= 0 && cs_support(info->capstone_arch);
}

int glue_can_disassemble(const char *isa)
{
  dasmc_IsaInfo info;

  return machine(isa, &info);
}

unsigned glue_disassemble(const char *isa, const void *bytes, size_t count, size_t offset, uint64_t address)
{
  dasmc_IsaInfo info;
  unsigned length = 0;
  cs_insn *insn;
  csh handle;

  disassembly[0] = 0;
  if (!machine(isa, &info) || offset >= count ||
      cs_open((cs_arch)info.capstone_arch, (cs_mode)info.capstone_mode, &handle) != CS_ERR_OK)
    return 0;
  if (cs_disasm(handle, (const uint8_t *)bytes + offset, count - offset, address + offset, 1, &insn) == 1) {
    snprintf(disassembly, sizeof disassembly, "%s%s%s", insn->mnemonic, insn->op_str[0] ? " " : "", insn->op_str);
    length = insn->size;
    cs_free(insn, 1);
  }
  cs_close(&handle);
  return length;
}

#else

int glue_can_disassemble(const char *isa)
{
  (void)isa;
  return 0;
}

unsigned glue_disassemble(const char *isa, const void *bytes, size_t count, size_t offset, uint64_t address)
{
  (void)isa;
  (void)bytes;
  (void)count;
  (void)offset;
  (void)address;
  disassembly[0] = 0;
  return 0;
}

#endif
