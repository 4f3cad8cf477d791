/* runtime.c - fragments into states: find or translate, evaluate, put.
 *
 * The way of a known text: hash, find, look up the values by name, run the
 * arguments' code (most is one parameter), dasm_putargs().
 */
#include <stdlib.h>

#include "assembler.h"

enum { MIN_SECTIONS = 8, ASSEMBLE_PCS = 256 };

/* ---- translation --------------------------------------------------------------------- */

/* The fragment of a text: a known one, which the cache holds, or else a new one, held for the
 * caller. */
static int find_or_make(dasmc_Assembler *A, struct span text, dasmc_Fragment **out, bool *made)
{
  bool definitions = false;
  unsigned included = A->F->nincluded;
  int status;

  message_clear(A);
  *out = cache_find(&A->cache, text);
  *made = !*out;
  if (*out)
    return DASM_S_OK;
  status = emit_mem_text(A, text, out, &definitions);
  if (definitions)
    assembler_changed(A);
  else if (A->F->nincluded != included)
    A->changes++; /* a file may be another one next time */
  else if (status == DASM_S_OK)
    cache_add(&A->cache, *out);
  return status;
}

static bool take_text(struct span *out, const char *text, ptrdiff_t length)
{
  if (!text || length < -1)
    return false;
  *out = (struct span){text, length < 0 ? strlen(text) : (size_t)length};
  return true;
}

int dasmc_fragment(dasmc_Assembler *A, const char *text, ptrdiff_t length, dasmc_Fragment **out)
{
  struct span s;
  bool made;
  int status;

  if (!out)
    return DASM_S_ARG;
  *out = NULL;
  if (!A || !take_text(&s, text, length))
    return DASM_S_ARG;
  status = find_or_make(A, s, out, &made);
  if (!made)
    (*out)->holders++;
  return status;
}

/* ---- states -------------------------------------------------------------------------- */

int dasmc_resolve(void *assembler, const dasm_ExternRef *ref, int64_t *value)
{
  dasmc_Assembler *A = assembler;
  const uint64_t *address = NULL;

  if (ref->index < A->F->extern_names.n)
    address = table_get(&A->addresses, A->F->extern_names.item[ref->index]);
  if (!address)
    return DASM_S_EXTERN;
  memcpy(value, address, sizeof(*value));
  return DASM_S_OK;
}

int dasmc_reset(dasmc_Assembler *A, dasm_State **Dst)
{
  /* A list without puts: fragments bring their own. */
  if (!A || !Dst || !*Dst)
    return DASM_S_ARG;
  return dasm_dropin_setup(*Dst, NULL, A->empty);
}

int dasmc_state(dasmc_Assembler *A, dasm_State **Dst)
{
  int sections, status;

  if (!Dst)
    return DASM_S_ARG;
  *Dst = NULL;
  if (!A)
    return DASM_S_ARG;
  sections = (int)A->F->section_names.n;
  status = dasm_initwith(Dst, sections < MIN_SECTIONS ? MIN_SECTIONS : sections, NULL);
  if (status == DASM_S_OK)
    status = dasm_setextern(Dst, dasmc_resolve, A);
  if (status == DASM_S_OK)
    status = dasmc_reset(A, Dst);
  if (status != DASM_S_OK) {
    dasm_dropin_free(*Dst, NULL);
    *Dst = NULL;
  }
  return status;
}

/* ---- put ----------------------------------------------------------------------------- */

/* Line `number` of a text. */
static struct span text_line(struct span text, uint32_t number)
{
  const char *p = text.p, *end = text.p + text.n, *newline;

  while (--number > 0 && (newline = memchr(p, '\n', (size_t)(end - p))) != NULL)
    p = newline + 1;
  newline = memchr(p, '\n', (size_t)(end - p));
  return span_between(p, newline ? newline : end);
}

static int no_value(const dasmc_Fragment *f, const struct fragment_arg *arg, enum expr_status status)
{
  struct front_message m = {.line = arg->line, .source = text_line(f->text, arg->line)};

  m.text.p = expr_strerror(status);
  m.text.n = strlen(m.text.p);
  message_keep(f->owner, DASMC_ERROR, &m);
  return DASM_S_SOURCE;
}

/* What dasm_putargs() takes. */
static inline int evaluate(const dasmc_Fragment *f, const struct fragment_put *put, const int64_t *values,
                           int64_t *arg)
{
  const struct fragment_arg *a = f->arg + put->first, *end = a + put->nargs;

  for (*arg++ = put->start; a < end; a++, arg++) {
    if (a->op == IS_LINEAR) {
      uint64_t v = (uint64_t)values[a->linear.parameter] * a->linear.scale + a->linear.addend;

      memcpy(arg, &v, sizeof(v));
    } else {
      enum expr_status status = expr_run(f->op + a->op, values, arg);

      if (status != EXPR_OK)
        return no_value(f, a, status);
    }
  }
  return DASM_S_OK;
}

/* A text of more than one put must not be put by half. */
static int check_values(const dasmc_Fragment *f, const int64_t *values)
{
  int64_t arg[1 + LIST_MAXARGS];
  int status = DASM_S_OK;

  for (unsigned i = 0; i < f->nputs && status == DASM_S_OK; i++)
    status = evaluate(f, &f->put[i], values, arg);
  return status;
}

static inline int put(dasm_State **Dst, const dasmc_Fragment *f, const int64_t *values)
{
  int64_t arg[1 + LIST_MAXARGS];
  int status;

  if (f->nputs > 1 && (status = check_values(f, values)) != DASM_S_OK)
    return status;
  if (f->nglobals > 0)
    dasm_growglobal(Dst, f->nglobals);
  status = dasm_usetemplate(Dst, f->tmpl);
  for (unsigned i = 0; i < f->nputs; i++) {
    status = evaluate(f, &f->put[i], values, arg);
    if (status != DASM_S_OK)
      return status;
    status = dasm_putargs(Dst, arg);
  }
  return status;
}

int dasmc_put(dasm_State **Dst, const dasmc_Fragment *f, const int64_t *values, unsigned n)
{
  if (!Dst || !*Dst || !f || n < f->nparameters || (!values && f->nparameters > 0))
    return DASM_S_ARG;
  return put(Dst, f, values);
}

/* ---- by name ------------------------------------------------------------------------- */

/* (Names are short: a call of strcmp() would cost more than the loop.) */
static bool same_name(const char *a, const char *b)
{
  while (*a == *b && *a)
    a++, b++;
  return *a == *b;
}

/* The value of a parameter, or NULL. */
static const dasmc_Value *find_value(const char *name, const dasmc_Value *values, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    if (values[i].name && same_name(values[i].name, name))
      return &values[i];
  return NULL;
}

static inline bool take_value(const dasmc_Fragment *f, unsigned i, const dasmc_Value *v, int64_t *numbers)
{
  if (v)
    numbers[i] = v->value;
  else
    message_add(f->owner, DASMC_ERROR, "[missing-value] no value for parameter '%s'", f->parameter[i]);
  return v != NULL;
}

static inline int take_values(const dasmc_Fragment *f, const dasmc_Value *values, unsigned n, int64_t *numbers)
{
  int status = DASM_S_OK;

  for (unsigned i = 0; i < f->nparameters; i++)
    if (!take_value(f, i, find_value(f->parameter[i], values, n), numbers))
      status = DASM_S_SOURCE;
  return status;
}

/* Values by hash: open addressing, at most half full; the first of a name counts. */
struct value_index {
  const dasmc_Value **slot;
  size_t mask;
};

static const dasmc_Value **value_slot(const struct value_index *index, const char *name)
{
  size_t i = span_hash((struct span){name, strlen(name)}) & index->mask;

  while (index->slot[i] && !same_name(index->slot[i]->name, name))
    i = (i + 1) & index->mask;
  return &index->slot[i];
}

static bool index_values(struct value_index *index, const dasmc_Value *values, unsigned n)
{
  size_t capacity = 64;

  while (capacity < 2 * (size_t)n)
    capacity *= 2;
  index->mask = capacity - 1;
  index->slot = calloc(capacity, sizeof(*index->slot));
  for (unsigned i = 0; index->slot && i < n; i++) {
    const dasmc_Value **slot = values[i].name ? value_slot(index, values[i].name) : NULL;

    if (slot && !*slot)
      *slot = &values[i];
  }
  return index->slot != NULL;
}

static int take_many(const dasmc_Fragment *f, const struct value_index *index, int64_t *numbers)
{
  int status = DASM_S_OK;

  for (unsigned i = 0; i < f->nparameters; i++)
    if (!take_value(f, i, *value_slot(index, f->parameter[i]), numbers))
      status = DASM_S_SOURCE;
  return status;
}

static int put_many(dasm_State **Dst, const dasmc_Fragment *f, const dasmc_Value *values, unsigned n)
{
  struct value_index index = {NULL, 0};
  int64_t *numbers = malloc(f->nparameters * sizeof(*numbers));
  int status = numbers && index_values(&index, values, n) ? take_many(f, &index, numbers) : DASM_S_NOMEM;

  if (status == DASM_S_OK)
    status = put(Dst, f, numbers);
  free(index.slot);
  free(numbers);
  return status;
}

static inline int put_named(dasm_State **Dst, const dasmc_Fragment *f, const dasmc_Value *values, unsigned n)
{
  int64_t numbers[16];
  int status;

  if (f->nparameters > sizeof(numbers) / sizeof(numbers[0]))
    return put_many(Dst, f, values, n);
  status = take_values(f, values, n, numbers);
  return status == DASM_S_OK ? put(Dst, f, numbers) : status;
}

int dasmc_emit(dasmc_Assembler *A, dasm_State **Dst, const char *text, ptrdiff_t length,
               const dasmc_Value *values, unsigned n)
{
  dasmc_Fragment *f;
  struct span s;
  bool made;
  int status;

  if (!A || !Dst || !*Dst || (!values && n > 0) || !take_text(&s, text, length))
    return DASM_S_ARG;
  f = cache_recent(&A->cache, s);
  made = false;
  if (f)
    message_clear(A);
  else if ((status = find_or_make(A, s, &f, &made)) != DASM_S_OK)
    return status;
  status = put_named(Dst, f, values, n);
  if (made && DASM_S_CLASS(status) == DASM_S_NOMEM)
    scratch_undo(A->F); /* the text can be tried again as a whole */
  if (made)
    dasmc_release(f);
  return status;
}

/* ---- bytes --------------------------------------------------------------------------- */

/* The assembler's own state, empty. */
static int own_state(dasmc_Assembler *A)
{
  int status;

  if (A->state)
    return dasmc_reset(A, &A->state);
  status = dasmc_state(A, &A->state);
  return status == DASM_S_OK ? dasm_dropin_growpc(A->state, NULL, ASSEMBLE_PCS) : status;
}

static int encode(dasmc_Assembler *A, uint64_t run, void *buffer, size_t *size)
{
  size_t room = *size;
  int status = dasm_dropin_link(A->state, size);

  if (status != DASM_S_OK)
    return status;
  if (*size > room)
    return DASM_S_SIZE;
  return dasm_encode_at(&A->state, buffer, room, run);
}

/* The state's message is the call's: callers of dasmc_assemble() do not see the state. */
static int with_message(dasmc_Assembler *A, int status)
{
  char text[512];

  if (dasm_getstatus(&A->state) != DASM_S_OK) {
    dasm_errmsg(&A->state, text, sizeof(text));
    message_add(A, DASMC_ERROR, "%s", text);
  }
  return status;
}

int dasmc_assemble(dasmc_Assembler *A, const char *text, ptrdiff_t length, const dasmc_Value *values,
                   unsigned n, uint64_t run, void *buffer, size_t *size)
{
  int status;

  if (!A || !size || (!buffer && *size > 0))
    return DASM_S_ARG;
  status = own_state(A);
  if (status != DASM_S_OK)
    return status;
  status = dasmc_emit(A, &A->state, text, length, values, n);
  if (status == DASM_S_OK)
    status = encode(A, run, buffer, size);
  return status == DASM_S_OK ? status : with_message(A, status);
}
