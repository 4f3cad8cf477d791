/* dasm_define.h - the definitions of what dasm_proto.h declares. The header of each ISA includes
 * it.
 *
 * Every function passes the state, Dst_REF, to libdasm. If the program has memory macros, two
 * functions with the program's own parameter contain them, because a macro may contain `return;`.
 * libdasm gets the program's context `Dst` as a pointer and calls these functions with it. A macro
 * may set another size than it was asked for, and must get that size back later; so each block
 * begins with the size that the macro has set.
 *
 * In C, if the functions have DynASM's own parameters, programs call most functions of libdasm
 * directly, whatever else is set.
 */
#ifndef DASM_DEFINE_H
#define DASM_DEFINE_H

#if !defined(DASM_DROPIN_PLAIN) || defined(DASM_DROPIN_MEMORY) || defined(DASM_EXTERN) || defined(DASM_ADD_VENEER)

#if !defined(DASM_DROPIN_PLAIN) || defined(__cplusplus)
#define DASM_DROPIN_ALL		1
#endif

#ifdef DASM_CHECKS
#define DASM_DROPIN_KIND	0
#else
#define DASM_DROPIN_KIND	DASM_DROPIN_UNCHECKED
#endif
#if defined(DASM_DROPIN_MEMORY) && defined(DASM_DROPIN_BYREFERENCE)
#define DASM_DROPIN_FLAGS	(DASM_DROPIN_KIND | DASM_DROPIN_ADDRESS)
#else
#define DASM_DROPIN_FLAGS	DASM_DROPIN_KIND
#endif

#ifdef DASM_DROPIN_MEMORY

#define DASM_DROPIN_HEAD	(2 * sizeof(void *))

static void dasm_dropin_mgrow(Dst_DECL, unsigned char **dasm_block, size_t *dasm_size, size_t dasm_need)
{
  int *dasm_p = DASM_DROPIN_CAST(int *, *dasm_block);
  size_t dasm_sz = *dasm_size;
  (void)&Dst_REF;
  DASM_M_GROW(Dst, int, dasm_p, dasm_sz, dasm_need);
  *dasm_block = DASM_DROPIN_CAST(unsigned char *, dasm_p);
  *dasm_size = dasm_sz;
}

static void dasm_dropin_mfree(Dst_DECL, unsigned char *dasm_block, size_t dasm_size)
{
  int *dasm_p = DASM_DROPIN_CAST(int *, dasm_block);
  (void)dasm_p;
  (void)dasm_size;
  (void)&Dst_REF;
  DASM_M_FREE(Dst, dasm_p, dasm_size);
}

/* These make a context of its address. In C a void pointer converts to it; in C++, where the
 * context may be a reference, a template finds its type. */
#ifdef __cplusplus
#define DASM_DROPIN_TEMPLATE	template <class Context>
#define DASM_DROPIN_HOST(ctx)	(*static_cast<Context *>(ctx))
#define DASM_DROPIN_CTX		dasm_dropin_address(Dst)
extern "C++" {
DASM_DROPIN_TEMPLATE
inline void *dasm_dropin_address(const Context &ctx)
{
  return const_cast<void *>(static_cast<const volatile void *>(&ctx));
}
#else
#define DASM_DROPIN_TEMPLATE
#define DASM_DROPIN_HOST(ctx)	(ctx)
#define DASM_DROPIN_CTX		((void *)(Dst))
#endif

DASM_DROPIN_TEMPLATE
static void *dasm_dropin_grow(void *ctx, void *p, size_t osize, size_t nsize)
{
  unsigned char *block = p ? DASM_DROPIN_CAST(unsigned char *, p) - DASM_DROPIN_HEAD : NULL;
  size_t size = block ? *DASM_DROPIN_CAST(size_t *, block) : 0, need = nsize + DASM_DROPIN_HEAD;
  (void)osize;
  dasm_dropin_mgrow(DASM_DROPIN_HOST(ctx), &block, &size, need);
  if (!block || size < need)
    return NULL;
  *DASM_DROPIN_CAST(size_t *, block) = size;
  return block + DASM_DROPIN_HEAD;
}

DASM_DROPIN_TEMPLATE
static void dasm_dropin_release(void *ctx, void *p, size_t size)
{
  unsigned char *block = DASM_DROPIN_CAST(unsigned char *, p) - DASM_DROPIN_HEAD;
  (void)size;
  dasm_dropin_mfree(DASM_DROPIN_HOST(ctx), block, *DASM_DROPIN_CAST(size_t *, block));
}

#ifdef __cplusplus
DASM_DROPIN_TEMPLATE
static int dasm_dropin_make(dasm_State **state, int maxsection, const Context &ctx)
{
  return dasm_dropin_init(state, maxsection, dasm_dropin_grow<Context>, dasm_dropin_release<Context>,
                          dasm_dropin_address(ctx), DASM_DROPIN_FLAGS);
}
} /* extern "C++" */
#define DASM_DROPIN_MAKE(state, maxsection)	dasm_dropin_make(state, maxsection, Dst)
#else
#define DASM_DROPIN_MAKE(state, maxsection) \
  dasm_dropin_init(state, maxsection, dasm_dropin_grow, dasm_dropin_release, DASM_DROPIN_CTX, DASM_DROPIN_FLAGS)
#endif

#else /* There are no memory macros, so no context is needed, and `Dst` need not be one. */

#define DASM_DROPIN_CTX		NULL
#define DASM_DROPIN_MAKE(state, maxsection)	dasm_dropin_init(state, maxsection, NULL, NULL, NULL, DASM_DROPIN_FLAGS)

#endif

#if defined(DASM_DROPIN_ALL) || defined(DASM_DROPIN_MEMORY)
/* While the state is made, Dst_REF points to a state whose status a memory macro can set. */
int dasm_init(Dst_DECL, int maxsection)
{
  struct dasm_State none, *made = NULL;
  int status;
  none.status = DASM_S_OK;
  Dst_REF = &none;
  status = DASM_DROPIN_MAKE(&made, maxsection);
  Dst_REF = made;
  return status;
}
#endif

#ifdef DASM_DROPIN_ALL
int dasm_free(Dst_DECL)
{
  int status = dasm_dropin_free(Dst_REF, DASM_DROPIN_CTX);
  Dst_REF = NULL;
  return status;
}

int dasm_setupglobal(Dst_DECL, void **gl, unsigned int maxgl)
{
  return dasm_dropin_setupglobal(Dst_REF, DASM_DROPIN_CTX, gl, maxgl);
}

int dasm_growpc(Dst_DECL, unsigned int maxpc)
{
  return dasm_dropin_growpc(Dst_REF, DASM_DROPIN_CTX, maxpc);
}

int dasm_setup(Dst_DECL, const void *actionlist)
{
  return dasm_dropin_setup(Dst_REF, DASM_DROPIN_CTX, actionlist);
}

int (dasm_put)(Dst_DECL, int start, ...)
{
  va_list ap;
  int status;
  va_start(ap, start);
  status = dasm_dropin_put(Dst_REF, DASM_DROPIN_CTX, start, ap);
  va_end(ap);
  return status;
}

int dasm_link(Dst_DECL, size_t *szp)
{
  return dasm_dropin_link(Dst_REF, szp);
}

int dasm_getpclabel(Dst_DECL, unsigned int pc)
{
  return dasm_dropin_getpclabel(Dst_REF, pc);
}

#ifdef DASM_CHECKS
int dasm_checkstep(Dst_DECL, int secmatch)
{
  return dasm_dropin_checkstep(Dst_REF, secmatch);
}
#endif
#endif

#ifdef DASM_EXTERN
#define DASM_DROPIN_EXTERNS	1
#else
#define DASM_DROPIN_EXTERNS	0
#endif

#ifdef DASM_ADD_VENEER
/* DASM_ADD_VENEER is a function or a macro, whose first parameter is the state. */
static int dasm_dropin_veneer(dasm_State *D, void *buffer, unsigned word, int *b, unsigned *cp, ptrdiff_t away)
{
  return DASM_ADD_VENEER(D, buffer, word, b, cp, away);
}
#define DASM_DROPIN_ENCODE(D, buffer)	dasm_dropin_encodeveneers(D, buffer, dasm_dropin_veneer, DASM_DROPIN_EXTERNS)
#else
#define DASM_DROPIN_ENCODE(D, buffer)	dasm_dropin_encodeexterns(D, buffer)
#endif

#if defined(DASM_DROPIN_ALL) || defined(DASM_EXTERN) || defined(DASM_ADD_VENEER)
int dasm_encode(Dst_DECL, void *buffer)
{
#ifdef DASM_EXTERN
  int status = DASM_DROPIN_ENCODE(Dst_REF, buffer), index, type;
  unsigned char *cp;
  while ((cp = dasm_dropin_nextextern(Dst_REF, buffer, &index, &type)) != NULL)
  {
    int stored = dasm_dropin_setextern(Dst_REF, DASM_EXTERN(Dst, cp, index, type));
    if (stored != DASM_S_OK)
      status = stored;
  }
  return status;
#elif defined(DASM_ADD_VENEER)
  return DASM_DROPIN_ENCODE(Dst_REF, buffer);
#else
  return dasm_dropin_encode(Dst_REF, buffer);
#endif
}
#endif

/* As in dasm_proto.h, for a first parameter of the program's own type: the address of the state
 * comes from Dst_REF. */
#if defined(DASM_DROPIN_CALL) && !defined(DASM_DROPIN_PUT) && !defined(DASM_DROPIN_MEMORY)
#ifdef __GNUC__
__attribute__((__unused__))
#endif
static inline dasm_State **dasm_dropin_state(Dst_DECL)
{
  return &Dst_REF;
}
#define DASM_DROPIN_PUT(ctx, ...)	DASM_DROPIN_CALL(dasm_dropin_state(ctx), __VA_ARGS__)
#endif

#endif
#endif /* DASM_DEFINE_H */
