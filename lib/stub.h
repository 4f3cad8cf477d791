/* stub.h - stubs of a state: see stub.c. */
#ifndef DASM_STUB_H
#define DASM_STUB_H

#include "internal.h"

/* stubs_on(), if D->stubs is not NULL. */
bool stubs_given(const struct dasm_State *D);
static inline bool stubs_on(const struct dasm_State *D)
{
  return UNLIKELY(D->stubs != NULL) && stubs_given(D);
}
void stubs_free(struct dasm_State *D);
/* How the ISA reaches what is out of reach of this reference; 0: it does not. */
uint8_t event_escape(const struct dasm_State *D, const struct event *e);
/* Link: add their room to the size of all sections, which are laid out. */
int stubs_reserve(struct dasm_State *D, uint64_t *total);
/* Encode: no stub is used; the offset of the one for the target of e, which is at `address`, or false; write all of them behind the
 * code that begins at `start` and ends at w. Returns the end. */
void stubs_begin(struct dasm_State *D);
bool stubs_use(struct dasm_State *D, const struct event *e, uint64_t address, uint32_t *offset);
uint8_t *stubs_write(const struct dasm_State *D, uint8_t *start, uint8_t *w);

#endif
