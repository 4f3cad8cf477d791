/* assembler.h - what the files of libdasmc share: the run-time assembler.
 *
 *   assembler.c  make and free, definitions, names
 *   host.c       ISAs, and this machine
 *   emit_mem.c   the memory driver: a text becomes a fragment
 *   fragment.c   fragments and their cache
 *   runtime.c    states, put, emit, assemble
 *   message.c    messages, kept
 */
#ifndef DASMC_ASSEMBLER_H
#define DASMC_ASSEMBLER_H

/* (A program may define functions with the names that DynASM has: not called in here.) */
#include "../include/dynasm/dasm_dropin.h"
#include "dasmc.h"
#include "expr.h"
#include "front_private.h"

/* One put of a fragment. */
struct fragment_put {
  uint32_t start;
  uint32_t nargs;
  uint32_t first; /* of its arguments in fragment.arg */
};

enum { IS_LINEAR = UINT32_MAX };

struct fragment_arg {
  struct expr_linear linear;
  uint32_t op;   /* where its code starts, or IS_LINEAR */
  uint32_t line; /* of the text */
};

/* Immutable, except for who holds it. One block of memory: all pointers but owner and tmpl
 * point behind the struct. */
struct dasmc_Fragment {
  struct dasmc_Assembler *owner;
  unsigned holders;             /* callers and the cache */
  uint32_t hash;                /* of the text */
  struct dasmc_Fragment *next;  /* in its chain of the cache */
  dasm_Template *tmpl;
  size_t size;                  /* of the block and the list */

  struct span text;
  const char **parameter;
  unsigned nparameters, nputs;
  unsigned nglobals;            /* known to the assembler then: a state needs as many slots */
  struct fragment_put *put;
  struct fragment_arg *arg;
  struct expr_op *op;
};

/* Chains by a hash of the whole text; in front of them the fragments found last, by a mark that
 * costs less than that hash. */
enum { CACHE_RECENT = 64 };

struct fragment_cache {
  struct dasmc_Fragment *recent[CACHE_RECENT];
  struct dasmc_Fragment **chain;
  size_t nchains, count, bytes, limit;
};

/* A message: offsets into message_text. */
struct message {
  int level;
  unsigned line, column;
  size_t file, text, id, source, caret;
};

struct message_log {
  struct message *item;
  size_t n, capacity;
  char *text;
  size_t ntext, text_capacity;
  bool incomplete; /* memory ran out: some are missing */
};

struct dasmc_Assembler {
  unsigned holders; /* the caller and fragments */
  struct front *F;
  struct front_options options;
  char *features;
  struct fragment_cache cache;
  unsigned changes; /* of what texts mean */
  struct message_log log;
  const uint8_t *empty; /* a list without puts: sets states up for the ISA */
  dasm_State *state;    /* of dasmc_assemble(), or NULL */

  struct table layouts;      /* struct layout */
  struct table addresses;    /* extern name to uint64_t */

  /* The fragment being made; memory of the translation. */
  struct expr_env env;
  struct expr_code code;
  struct spans parameters;
  struct table parameter_numbers; /* uint32_t */
  struct fragment_put *put;
  size_t nput, put_capacity;
  struct fragment_arg *arg;
  size_t narg, arg_capacity;
};

/* fragment.c */
void assembler_hold(struct dasmc_Assembler *A);
void assembler_drop(struct dasmc_Assembler *A);

/* emit_mem.c */
extern const struct driver memory_driver;
void emit_mem_init(struct dasmc_Assembler *A);
/* "struct foo" is known as foo. */
struct span layout_name(struct span ctype);
const struct layout *layout_find(void *A, struct span ctype);
/* Translate; *definitions: the text changed what later texts mean. */
int emit_mem_text(struct dasmc_Assembler *A, struct span text, struct dasmc_Fragment **out, bool *definitions);

static inline uint64_t span_word(const char *p)
{
  uint64_t v;

  memcpy(&v, p, sizeof(v));
  return v;
}

/* Of a few words of the text: its place among the fragments found last. */
static inline unsigned text_mark(struct span text)
{
  const uint64_t k = 0x9e3779b97f4a7c15u;
  uint64_t h = text.n;

  if (text.n >= 8)
    h ^= span_word(text.p) ^ span_word(text.p + text.n / 2 - 4) * 3 ^ span_word(text.p + text.n - 8) * 5;
  else if (text.n > 0)
    h ^= (uint64_t)(unsigned char)text.p[0] << 8 ^ (uint64_t)(unsigned char)text.p[text.n - 1] << 16;
  return (unsigned)(h * k >> 32) % CACHE_RECENT;
}

/* The fragment of a text that was used a short time ago, or NULL. */
static inline struct dasmc_Fragment *cache_recent(const struct fragment_cache *cache, struct span text)
{
  struct dasmc_Fragment *f = cache->recent[text_mark(text)];

  return f && f->text.n == text.n && memcmp(f->text.p, text.p, text.n) == 0 ? f : NULL;
}

/* fragment.c */

/* The same texts may mean something else now. */
void assembler_changed(struct dasmc_Assembler *A);
int fragment_new(struct dasmc_Assembler *A, struct span text, const uint8_t *list, size_t list_size,
                 struct dasmc_Fragment **out);
struct dasmc_Fragment *cache_find(struct fragment_cache *cache, struct span text);
void cache_add(struct fragment_cache *cache, struct dasmc_Fragment *f);
void cache_clear(struct fragment_cache *cache);

/* message.c */
void message_keep(struct dasmc_Assembler *A, int level, const struct front_message *m);
void message_free(struct dasmc_Assembler *A);
static inline void message_clear(struct dasmc_Assembler *A)
{
  A->log.n = A->log.ntext = 0;
  A->log.incomplete = false;
}
void message_add(struct dasmc_Assembler *A, int level, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
