/* fragment.c - fragments, and the cache that finds them by their text.
 *
 * A fragment is one block of memory that never changes once it is made. It holds its assembler. The
 * cache holds each of its fragments like any other holder, so clearing it takes nothing away from
 * callers. When the cache grows beyond its limit it is cleared as a whole: programs that reuse
 * texts have few, others gain nothing from any order.
 */
#include <stdlib.h>

#include "assembler.h"

/* ---- hashes -------------------------------------------------------------------- */

/* Four lanes, so that the multiplications of long texts overlap; the last word may overlap the one
 * before. */
static uint32_t text_hash(struct span text)
{
  const uint64_t k = 0x9e3779b97f4a7c15u;
  const char *p = text.p, *end = text.p + text.n;
  uint64_t a = text.n, b = k, c = ~k, d = k << 1 | 1, h;

  for (; end - p >= 32; p += 32) {
    a = (a ^ span_word(p)) * k;
    b = (b ^ span_word(p + 8)) * k;
    c = (c ^ span_word(p + 16)) * k;
    d = (d ^ span_word(p + 24)) * k;
  }
  h = (a ^ a >> 29) + (b ^ b >> 31) * 3 + (c ^ c >> 30) * 5 + (d ^ d >> 28) * 7;
  for (; end - p >= 8; p += 8) {
    h = (h ^ span_word(p)) * k;
    h ^= h >> 32;
  }
  if (text.n >= 8 && p < end)
    h = (h ^ span_word(end - 8)) * k;
  else
    for (; p < end; p++)
      h = (h ^ (unsigned char)*p) * k;
  return (uint32_t)(h ^ h >> 32);
}

/* ---- who holds the assembler ------------------------------------------------------- */

void assembler_hold(struct dasmc_Assembler *A)
{
  A->holders++;
}

void assembler_drop(struct dasmc_Assembler *A)
{
  if (--A->holders > 0)
    return;
  dasm_dropin_free(A->state, NULL);
  message_free(A);
  front_free(A->F);
  free(A->features);
  free(A);
}

/* ---- making one ---------------------------------------------------------------- */

/* Take `size` bytes for the next part of the block, aligned for anything in it. */
static void *part(char **next, size_t size)
{
  void *p = *next;

  *next += (size + 7) & ~(size_t)7;
  return p;
}

static void copy_part(void *to, const void *from, size_t size)
{
  if (size > 0)
    memcpy(to, from, size);
}

static size_t names_size(const struct spans *names)
{
  size_t size = 0;

  for (size_t i = 0; i < names->n; i++)
    size += names->item[i].n + 1;
  return size;
}

static void copy_names(struct dasmc_Fragment *f, const struct spans *names, char *p)
{
  for (size_t i = 0; i < names->n; i++) {
    f->parameter[i] = p;
    copy_part(p, names->item[i].p, names->item[i].n);
    p[names->item[i].n] = '\0';
    p += names->item[i].n + 1;
  }
}

int fragment_new(struct dasmc_Assembler *A, struct span text, const uint8_t *list, size_t list_size,
                 struct dasmc_Fragment **out)
{
  size_t parameters = A->parameters.n * sizeof(char *), puts = A->nput * sizeof(*A->put);
  size_t args = A->narg * sizeof(*A->arg), ops = A->code.n * sizeof(*A->code.op);
  size_t names = names_size(&A->parameters);
  size_t size = sizeof(struct dasmc_Fragment) + parameters + puts + args + ops + names + text.n + 64;
  struct dasmc_Fragment *f = malloc(size);
  char *next;
  int status;

  if (!f)
    return DASM_S_NOMEM;
  next = (char *)(f + 1);
  *f = (struct dasmc_Fragment){.owner = A, .holders = 1, .size = size + list_size};
  f->nparameters = (unsigned)A->parameters.n;
  f->nputs = (unsigned)A->nput;
  f->op = part(&next, ops);
  f->parameter = part(&next, parameters);
  f->put = part(&next, puts);
  f->arg = part(&next, args);
  f->text = (struct span){part(&next, text.n), text.n};
  copy_part(f->op, A->code.op, ops);
  copy_part(f->put, A->put, puts);
  copy_part(f->arg, A->arg, args);
  copy_part((void *)(uintptr_t)f->text.p, text.p, text.n);
  copy_names(f, &A->parameters, next);
  status = dasm_template_new(&f->tmpl, list, list_size);
  if (status != DASM_S_OK) {
    free(f);
    return status;
  }
  f->hash = text_hash(text);
  f->nglobals = (unsigned)A->F->global_names.n;
  assembler_hold(A);
  *out = f;
  return DASM_S_OK;
}

void dasmc_release(dasmc_Fragment *f)
{
  struct dasmc_Assembler *A;

  if (!f || --f->holders > 0)
    return;
  A = f->owner;
  dasm_template_free(f->tmpl);
  free(f);
  assembler_drop(A);
}

unsigned dasmc_parameters(const dasmc_Fragment *f)
{
  return f ? f->nparameters : 0;
}

const char *dasmc_parameter(const dasmc_Fragment *f, unsigned number)
{
  return f && number < f->nparameters ? f->parameter[number] : NULL;
}

const void *dasmc_list(const dasmc_Fragment *f, size_t *size)
{
  return f ? dasm_template_list(f->tmpl, size) : NULL;
}

/* ---- the cache ----------------------------------------------------------------- */

static struct dasmc_Fragment *find_chained(const struct fragment_cache *cache, struct span text)
{
  uint32_t hash = text_hash(text);
  struct dasmc_Fragment *f = NULL;

  if (cache->nchains > 0)
    f = cache->chain[hash & (cache->nchains - 1)];
  while (f && (f->hash != hash || !span_eq(f->text, text)))
    f = f->next;
  return f;
}

struct dasmc_Fragment *cache_find(struct fragment_cache *cache, struct span text)
{
  struct dasmc_Fragment *f = cache_recent(cache, text);

  if (f)
    return f;
  f = find_chained(cache, text);
  if (f)
    cache->recent[text_mark(text)] = f;
  return f;
}

void cache_clear(struct fragment_cache *cache)
{
  for (size_t i = 0; i < cache->nchains; i++) {
    struct dasmc_Fragment *f, *next;

    for (f = cache->chain[i]; f; f = next) {
      next = f->next;
      dasmc_release(f);
    }
  }
  free(cache->chain);
  cache->chain = NULL;
  memset(cache->recent, 0, sizeof(cache->recent));
  cache->nchains = cache->count = cache->bytes = 0;
}

/* Twice as many chains. Without memory the old ones stay, and get longer. */
static void enlarge(struct fragment_cache *cache)
{
  size_t n = cache->nchains ? cache->nchains * 2 : 64;
  struct dasmc_Fragment **chain = calloc(n, sizeof(struct dasmc_Fragment *));

  if (!chain)
    return;
  for (size_t i = 0; i < cache->nchains; i++) {
    struct dasmc_Fragment *f, *next;

    for (f = cache->chain[i]; f; f = next) {
      next = f->next;
      f->next = chain[f->hash & (n - 1)];
      chain[f->hash & (n - 1)] = f;
    }
  }
  free(cache->chain);
  cache->chain = chain;
  cache->nchains = n;
}

void cache_add(struct fragment_cache *cache, struct dasmc_Fragment *f)
{
  struct dasmc_Fragment **chain;

  if (cache->bytes + f->size > cache->limit)
    cache_clear(cache);
  if (f->size > cache->limit)
    return;
  if (cache->count >= cache->nchains)
    enlarge(cache);
  if (cache->nchains == 0)
    return; /* no memory: not kept */
  chain = &cache->chain[f->hash & (cache->nchains - 1)];
  f->next = *chain;
  *chain = f;
  f->holders++;
  cache->count++;
  cache->bytes += f->size;
}

void assembler_changed(dasmc_Assembler *A)
{
  A->changes++;
  cache_clear(&A->cache);
}
