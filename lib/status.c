/* status.c - statuses as text, and the version.
 *
 * One table; a status is looked up by its class, the high byte. The text is
 * "NAME: meaning", so that a log line can be searched for the macro's name.
 */
#include "dasm.h"

#include <stddef.h>

static const struct {
  int status;
  const char *text;
} statuses[] = {
  { DASM_S_OK,         "OK: no error" },
  { DASM_S_NOMEM,      "NOMEM: out of memory" },
  { DASM_S_PHASE,      "PHASE: calls made in the wrong order" },
  { DASM_S_MATCH_SEC,  "MATCH_SEC: not in the expected section" },
  { DASM_S_TEMPLATE,   "TEMPLATE: template list missing, damaged or of another version" },
  { DASM_S_ARG,        "ARG: invalid argument" },
  { DASM_S_SIZE,       "SIZE: more than 2 GiB of code, or buffer too small" },
  { DASM_S_EXTERN,     "EXTERN: extern not resolved" },
  { DASM_S_SYSTEM,     "SYSTEM: the system refused memory" },
  { DASM_S_HEAP,       "HEAP: block does not belong to this heap, or was freed" },
  { DASM_S_LIMIT,      "LIMIT: size limit of the code heap reached" },
  { DASM_S_SOURCE,     "SOURCE: assembly text has errors" },
  { DASM_S_SEALED,     "SEALED: the code may not be changed any more" },
  { DASM_S_RANGE_I,    "RANGE_I: immediate or displacement does not fit" },
  { DASM_S_RANGE_SEC,  "RANGE_SEC: no such section" },
  { DASM_S_RANGE_LG,   "RANGE_LG: no such local or global label" },
  { DASM_S_RANGE_PC,   "RANGE_PC: no such PC label" },
  { DASM_S_RANGE_VREG, "RANGE_VREG: invalid dynamic register" },
  { DASM_S_RANGE_REL,  "RANGE_REL: label or address out of reach" },
  { DASM_S_UNDEF_L,    "UNDEF_L: local or global label not defined" },
  { DASM_S_UNDEF_PC,   "UNDEF_PC: PC label not defined" },
};

const char *dasm_strerror(int status)
{
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
    if (statuses[i].status == DASM_S_CLASS(status))
      return statuses[i].text;
  return "unknown status";
}

int dasm_version(void)
{
  return DASM_VERSION_NUMBER;
}
