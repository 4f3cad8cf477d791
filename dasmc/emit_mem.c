/* emit_mem.c - the memory driver: a text becomes a fragment.
 *
 * Argument expressions are compiled when the ISA names them, so that an error
 * points into the statement; a finished put takes those that came since the put
 * before. When the text is done, list, puts and expressions' code are copied into one block,
 * and the memory of the translation is given back (see scratch.c).
 */
#include "assembler.h"
#include "isa/isa.h"

enum { MAX_NAMES = 64 };

static struct dasmc_Assembler *assembler_of(struct front *F)
{
  return front_user(F);
}

/* ---- argument expressions -------------------------------------------------------- */

static unsigned parameter_number(void *user, struct span name)
{
  struct dasmc_Assembler *A = user;
  uint32_t *number = table_get(&A->parameter_numbers, name);

  if (!number) {
    number = arena_alloc(A->F, sizeof(*number));
    *number = (uint32_t)A->parameters.n;
    name = span_dup(A->F, name);
    spans_add(A->F, &A->parameters, name);
    table_set(A->F, &A->parameter_numbers, name, number);
  }
  return *number;
}

/* "struct foo" is known as foo. */
struct span layout_name(struct span s)
{
  s = span_trim(s);
  for (unsigned i = 0; i < 2; i++) {
    struct span word = i ? SPAN("union") : SPAN("struct");

    if (s.n > word.n && span_eq((struct span){s.p, word.n}, word) && char_is(s.p[word.n], CHAR_SPACE))
      return span_trim(span_tail(s, word.n));
  }
  return s;
}

const struct layout *layout_find(void *A, struct span name)
{
  return table_get(&((struct dasmc_Assembler *)A)->layouts, layout_name(name));
}

static bool numbered_type(void *user, unsigned number, struct span *ctype)
{
  const struct type *type = front_type_numbered(((struct dasmc_Assembler *)user)->F, number);

  if (type)
    *ctype = type->ctype;
  return type != NULL;
}

/* The line of the text itself, also while an included file is read. */
static uint32_t text_line(const struct front *F)
{
  const struct input *in = F->input;

  while (in && in->up)
    in = in->up;
  return in ? in->number : 0;
}

static void take_arg(struct front *F, struct span expr)
{
  struct dasmc_Assembler *A = assembler_of(F);
  struct fragment_arg *arg;
  struct expr_error error;
  size_t start = A->code.n;

  if (!expr_compile(F, &A->env, expr, &A->code, &error)) {
    diag_error(F, error.at, "[bad-expression] %s", error.text);
    return;
  }
  if (A->narg == A->arg_capacity)
    A->arg = arena_grow(F, A->arg, &A->arg_capacity, A->narg + 1, sizeof(*A->arg));
  arg = &A->arg[A->narg++];
  *arg = (struct fragment_arg){.op = (uint32_t)start, .line = text_line(F)};
  if (expr_linear(A->code.op + start, &arg->linear)) {
    arg->op = IS_LINEAR;
    A->code.n = start;
  }
}

/* ---- the driver ------------------------------------------------------------------ */

static void take_put(struct front *F, const struct build_put *put)
{
  struct dasmc_Assembler *A = assembler_of(F);

  if (A->narg < put->nargs)
    return; /* an expression was wrong */
  if (A->nput == A->put_capacity)
    A->put = arena_grow(F, A->put, &A->put_capacity, A->nput + 1, sizeof(*A->put));
  A->put[A->nput++] =
      (struct fragment_put){put->start, put->nargs, (uint32_t)(A->narg - put->nargs)};
}

static void take_message(struct front *F, const struct front_message *message)
{
  static const int level[] = {DASMC_ERROR, DASMC_WARNING, DASMC_NOTE, DASMC_HELP};

  message_keep(assembler_of(F), level[message->level], message);
}

static void take_sections(struct front *F, const struct span *name, unsigned n)
{
  (void)F; /* the front end knows them */
  (void)name;
  (void)n;
}

const struct driver memory_driver = {
  .put = take_put,
  .arg = take_arg,
  .message = take_message,
  .sections = take_sections,
};

void emit_mem_init(struct dasmc_Assembler *A)
{
  A->env.user = A;
  A->env.pointer_size = front_isa(A->F)->address_size;
  A->env.parameter = parameter_number;
  A->env.layout = layout_find;
  A->env.numbered = numbered_type;
}

/* ---- a text ------------------------------------------------------------------------ */

struct job {
  struct dasmc_Assembler *A;
  struct span text;
  struct dasmc_Fragment **out;
  int status;
};

static void finish(struct front *F, void *arg)
{
  struct build_names names = front_names(F);
  struct job *job = arg;
  const uint8_t *list;
  size_t size;

  front_check_end(F);
  /* Names are for messages. An assembler may have very many, so lists take the first ones. */
  if (names.nglobals > MAX_NAMES)
    names.nglobals = MAX_NAMES;
  if (names.nexterns > MAX_NAMES)
    names.nexterns = MAX_NAMES;
  list = build_finish(F, &names, &size);
  if (front_errors(F) == 0)
    job->status = fragment_new(job->A, job->text, list, size, job->out);
}

static void begin(struct front *F, void *arg)
{
  (void)arg;
  F->build = build_open(F, F->isa->id, isa_order(F->isa, F->isa_name, F->driver->compiled));
}

static void forget_fragment(struct dasmc_Assembler *A)
{
  A->code = (struct expr_code){NULL, 0, 0};
  A->parameters = (struct spans){NULL, 0, 0};
  memset(&A->parameter_numbers, 0, sizeof(A->parameter_numbers));
  A->put = NULL;
  A->arg = NULL;
  A->nput = A->put_capacity = A->narg = A->arg_capacity = 0;
}

int emit_mem_text(struct dasmc_Assembler *A, struct span text, struct dasmc_Fragment **out, bool *definitions)
{
  struct job job = {A, text, out, DASM_S_SOURCE};
  struct scratch scratch;
  enum front_status status;

  forget_fragment(A);
  scratch_begin(A->F, &scratch);
  status = front_protect(A->F, begin, NULL);
  if (status == FRONT_OK)
    status = front_text(A->F, "text", text, true);
  if (status == FRONT_OK)
    status = front_protect(A->F, finish, &job);
  if (status == FRONT_NOMEM || (A->log.incomplete && job.status != DASM_S_OK))
    job.status = DASM_S_NOMEM;
  *definitions = scratch_end(A->F, &scratch);
  if (job.status == DASM_S_NOMEM)
    scratch_undo(A->F);
  forget_fragment(A);
  return job.status;
}
