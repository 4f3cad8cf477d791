/* assembler.c - make and free run-time assemblers; definitions and names.
 *
 * An assembler is a translation that never ends: defines, macros, types, sections
 * and numbers of names live in it. What a text needs only while it is translated
 * is given back after it (scratch.c). The caller and each fragment hold the assembler.
 */
#include <stdlib.h>

#include "assembler.h"
#include "isa/isa.h"
#include "../lib/host.h"

enum { DEFAULT_ERRORS = 20, DEFAULT_CACHE = 64 << 20 };

/* ---- life ----------------------------------------------------------------------- */

void dasmc_free(dasmc_Assembler *A)
{
  if (!A)
    return;
  cache_clear(&A->cache);
  assembler_drop(A);
}

unsigned dasmc_changes(const dasmc_Assembler *A)
{
  return A ? A->changes : 0;
}

static struct span span_of(const char *s)
{
  return (struct span){s, strlen(s)};
}

static bool copy_options(struct dasmc_Assembler *A, const dasmc_Options *o)
{
  A->options.lines = A->options.texts = true;
  A->options.dialect = o->dialect ? o->dialect : DASMC_DIALECT_LIBDASM;
  A->options.max_errors = o->max_errors ? o->max_errors : DEFAULT_ERRORS;
  A->cache.limit = o->cache ? o->cache : DEFAULT_CACHE;
  if (!o->features)
    return true;
  A->features = malloc(strlen(o->features) + 1);
  if (!A->features)
    return false;
  A->options.features = strcpy(A->features, o->features);
  return true;
}

static int from_front(enum front_status status)
{
  return status == FRONT_OK ? DASM_S_OK : status == FRONT_NOMEM ? DASM_S_NOMEM : DASM_S_SOURCE;
}

static void make_empty(struct front *F, void *arg)
{
  static const struct build_names no_names;
  struct dasmc_Assembler *A = arg;
  size_t size;

  A->empty = build_finish(F, &no_names, &size);
}

static int open_assembler(struct dasmc_Assembler *A, const dasmc_Options *options)
{
  const char *isa = options->isa ? options->isa : dasmc_hostisa();
  int status;

  if (!copy_options(A, options))
    return DASM_S_NOMEM;
  A->F = front_new(&A->options, &memory_driver, A);
  if (!A->F)
    return DASM_S_NOMEM;
  status = from_front(front_arch(A->F, span_of(isa ? isa : "of this machine")));
  if (status == DASM_S_OK)
    status = from_front(front_protect(A->F, make_empty, A));
  if (status == DASM_S_OK)
    emit_mem_init(A);
  return status;
}

static bool known_dialect(int d)
{
  return d == 0 || d == DASMC_DIALECT_LIBDASM || (d >= DIALECT_1_0 && d <= DIALECT_1_5 && d % 100 == 0);
}

int dasmc_new(dasmc_Assembler **out, const dasmc_Options *options)
{
  static const dasmc_Options defaults = {.size = sizeof(defaults)};
  struct dasmc_Assembler *A;
  int status;

  if (!out)
    return DASM_S_ARG;
  *out = NULL;
  if (!options)
    options = &defaults;
  if (options->size < sizeof(*options) || !known_dialect(options->dialect))
    return DASM_S_ARG;
  if (options->message && options->message_size > 0)
    options->message[0] = '\0';
  A = calloc(1, sizeof(*A));
  if (!A)
    return DASM_S_NOMEM;
  A->holders = 1;
  status = open_assembler(A, options);
  if (status == DASM_S_OK) {
    *out = A;
    return status;
  }
  if (options->message)
    dasmc_messages(A, options->message, options->message_size);
  dasmc_free(A);
  return status;
}

const char *dasmc_isa(const dasmc_Assembler *A)
{
  return A ? front_isa_name(A->F) : NULL;
}

const char *dasmc_isaname(unsigned index)
{
  const struct isa *isa = isa_at(index);

  return isa ? isa->name : NULL;
}

int dasmc_version(void)
{
  return dasm_version();
}

/* ---- defines and macros ------------------------------------------------------------- */

static bool is_name(const char *s)
{
  return s && span_is_name(span_of(s));
}

int dasmc_define(dasmc_Assembler *A, const char *name, const char *value)
{
  if (!A || !is_name(name))
    return DASM_S_ARG;
  assembler_changed(A);
  return front_define(A->F, name, value) ? DASM_S_OK : DASM_S_NOMEM;
}

int dasmc_undefine(dasmc_Assembler *A, const char *name)
{
  if (!A || !is_name(name))
    return DASM_S_ARG;
  assembler_changed(A);
  return front_undefine(A->F, name) ? DASM_S_OK : DASM_S_NOMEM;
}

int dasmc_macro(dasmc_Assembler *A, const char *head, const char *body)
{
  static const char before[] = ".macro ", after[] = "\n.endmacro\n";
  dasmc_Fragment *fragment;
  size_t n;
  char *text;
  int status;

  if (!A || !head || !body || strpbrk(head, "\n;"))
    return DASM_S_ARG;
  n = sizeof(before) + strlen(head) + 1 + strlen(body) + sizeof(after);
  text = malloc(n);
  if (!text)
    return DASM_S_NOMEM;
  strcpy(text, before);
  strcat(strcat(strcat(strcat(text, head), "\n"), body), after);
  status = dasmc_fragment(A, text, -1, &fragment);
  free(text);
  if (status == DASM_S_OK)
    dasmc_release(fragment);
  return status;
}

int dasmc_includedir(dasmc_Assembler *A, const char *directory)
{
  if (!A || !directory)
    return DASM_S_ARG;
  return front_include_dir(A->F, directory) ? DASM_S_OK : DASM_S_NOMEM;
}

/* ---- calls that run inside the translation's memory ------------------------------------ */

/* What such a call is about; each function uses what it needs. */
struct request {
  struct dasmc_Assembler *A;
  struct span name, type;
  struct layout *layout;
  uint64_t offset, size;
  unsigned number;
};

static int protect(struct request *r, void (*fn)(struct front *F, void *request))
{
  struct front *F = r->A->F;
  int status = from_front(front_protect(F, fn, r));

  F->nerrors = 0; /* an error here says nothing about the texts to come */
  F->stopped = false;
  return status;
}

/* ---- layouts ------------------------------------------------------------------------ */

static void add_layout(struct front *F, void *request)
{
  struct request *r = request;
  struct layout *l = table_get(&r->A->layouts, r->type);

  if (!l) {
    l = arena_alloc(F, sizeof(*l));
    l->name = span_dup(F, r->type);
    table_set(F, &r->A->layouts, l->name, l);
  }
  l->size = r->size;
}

int dasmc_layout(dasmc_Assembler *A, const char *ctype, size_t size)
{
  struct request r = {.A = A, .size = size};

  if (!A || !ctype)
    return DASM_S_ARG;
  r.type = layout_name(span_of(ctype));
  if (!span_is_name(r.type))
    return DASM_S_ARG;
  assembler_changed(A);
  return protect(&r, add_layout);
}

static void add_member(struct front *F, void *request)
{
  struct request *r = request;
  struct layout_member *m = r->layout->member;
  struct span type = r->type.n ? span_dup(F, r->type) : r->type;

  while (m && !span_eq(m->name, r->name))
    m = m->next;
  if (!m) {
    struct span name = span_dup(F, r->name);

    m = arena_alloc(F, sizeof(*m));
    m->name = name;
    m->next = r->layout->member;
    r->layout->member = m;
  }
  m->offset = r->offset;
  m->size = r->size;
  m->type = type;
}

int dasmc_member(dasmc_Assembler *A, const char *ctype, const char *name, size_t offset, size_t size,
                 const char *type)
{
  struct request r = {.A = A, .offset = offset, .size = size};

  if (!A || !ctype || !is_name(name))
    return DASM_S_ARG;
  r.layout = table_get(&A->layouts, layout_name(span_of(ctype)));
  r.name = span_of(name);
  r.type = type ? layout_name(span_of(type)) : SPAN("");
  if (!r.layout || (type && !span_is_name(r.type)))
    return DASM_S_ARG;
  assembler_changed(A);
  return protect(&r, add_member);
}

/* ---- globals, externs, sections --------------------------------------------------------- */

static void number_global(struct front *F, void *request)
{
  struct request *r = request;

  r->number = front_global(F, r->name);
}

static void number_extern(struct front *F, void *request)
{
  struct request *r = request;

  r->number = front_extern(F, r->name);
}

static int number(dasmc_Assembler *A, const char *name, unsigned *out, void (*fn)(struct front *, void *))
{
  struct request r = {.A = A};
  int status;

  if (!A || !name || !*name || !out)
    return DASM_S_ARG;
  message_clear(A);
  r.name = span_of(name);
  status = protect(&r, fn);
  if (status == DASM_S_OK)
    *out = r.number;
  return status;
}

int dasmc_global(dasmc_Assembler *A, const char *name, unsigned *out)
{
  return number(A, name, out, number_global);
}

int dasmc_extern(dasmc_Assembler *A, const char *name, unsigned *out)
{
  return number(A, name, out, number_extern);
}

static const char *nth(const struct spans *list, unsigned number)
{
  return number < list->n ? list->item[number].p : NULL;
}

const char *dasmc_globalname(dasmc_Assembler *A, unsigned number)
{
  return A ? nth(&A->F->global_names, number) : NULL;
}

const char *dasmc_externname(dasmc_Assembler *A, unsigned number)
{
  return A ? nth(&A->F->extern_names, number) : NULL;
}

const char *dasmc_sectionname(dasmc_Assembler *A, unsigned number)
{
  return A ? nth(&A->F->section_names, number) : NULL;
}

/* ---- addresses of externs -------------------------------------------------------------- */

static void set_address(struct front *F, void *request)
{
  struct request *r = request;
  uint64_t *address = table_get(&r->A->addresses, r->name);

  /* Between texts all memory of the translation stays. */
  r->number = front_extern(F, r->name);
  if (!address) {
    address = arena_alloc(F, sizeof(*address));
    table_set(F, &r->A->addresses, span_dup(F, r->name), address);
  }
  *address = r->offset;
}

int dasmc_setextern(dasmc_Assembler *A, const char *name, uint64_t address)
{
  struct request r = {.A = A, .offset = address};

  if (!A || !name || !*name)
    return DASM_S_ARG;
  r.name = span_of(name);
  return protect(&r, set_address);
}
