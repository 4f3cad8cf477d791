/* status.c - statuses as text, and the version.
 *
 * One table; a status is looked up by its class, the high byte. The text is
 * "NAME: meaning", so that a log line can be searched for the macro's name; what to do about it
 * follows when dasm_explain() tells it.
 */
#include <stddef.h>

#include "internal.h"

static const struct {
  int status;
  const char *text, *remedy;
} statuses[] = {
  { DASM_S_OK,         "OK: no error", "" },
  { DASM_S_NOMEM,      "NOMEM: out of memory",
    "free memory, or allow the process more (ulimit -v, the container's limit)" },
  { DASM_S_PHASE,      "PHASE: calls made in the wrong order",
    "call dasm_init and dasm_setup first, then put code, then call dasm_link and dasm_encode" },
  { DASM_S_MATCH_SEC,  "MATCH_SEC: not in the expected section",
    "switch to that section before dasm_checkstep" },
  { DASM_S_TEMPLATE,   "TEMPLATE: list missing, damaged or of another version",
    "translate the source again with the dasmc that came with this libdasm, and give dasm_setup its .actionlist" },
  { DASM_S_ARG,        "ARG: invalid argument",
    "look for a null pointer, a number out of range, or a struct whose member size is not its sizeof" },
  { DASM_S_SIZE,       "SIZE: more than 2 GiB of code, or buffer too small",
    "divide the code, or give as many bytes as dasm_link says" },
  { DASM_S_EXTERN,     "EXTERN: extern not resolved",
    "let the resolver that dasm_setextern was given find it" },
  { DASM_S_SYSTEM,     "SYSTEM: the system refused memory",
    "check what the process is allowed to do (limits, SELinux, seccomp), and whether there is room within options->reach; "
    "options->message of dasm_heap_new says more" },
  { DASM_S_HEAP,       "HEAP: code object does not belong to this heap, or was freed",
    "use a code object with the heap that made it, and only until it is released" },
  { DASM_S_LIMIT,      "LIMIT: size limit of the code heap reached",
    "release code, or make the heap with a larger limit" },
  { DASM_S_SOURCE,     "SOURCE: assembly text has errors",
    "dasmc_messages returns them" },
  { DASM_S_SEALED,     "SEALED: the code can no longer be changed",
    "change code before dasm_heap_seal, and in the process that published it" },
  { DASM_S_RANGE_I,    "RANGE_I: immediate or displacement does not fit",
    "use a form with more bits, or a register" },
  { DASM_S_RANGE_SEC,  "RANGE_SEC: no such section",
    "give dasm_init the number of sections, DASM_MAXSECTION" },
  { DASM_S_RANGE_LG,   "RANGE_LG: no such local or global label",
    "give dasm_setupglobal the number of global labels; a label <n must be placed before it is used" },
  { DASM_S_RANGE_PC,   "RANGE_PC: no such PC label",
    "let dasm_growpc make as many as are used" },
  { DASM_S_RANGE_VREG, "RANGE_VREG: invalid dynamic register",
    "pass the number of a register that can stand there (mask k0, index 4 and one of two that must differ cannot)" },
  { DASM_S_RANGE_REL,  "RANGE_REL: label or address out of reach",
    "load the address with mov64 and go through the register" },
  { DASM_S_UNDEF_L,    "UNDEF_L: local or global label not defined",
    "place it, or preset its address in the array of dasm_setupglobal" },
  { DASM_S_UNDEF_PC,   "UNDEF_PC: PC label not defined",
    "place it" },
  { DASM_S_REDEF,      "REDEF: global or PC label placed a second time",
    "place it once, or begin new code with dasm_setup" },
};

static size_t find(int status)
{
  size_t i;

  for (i = 0; i < sizeof statuses / sizeof *statuses && statuses[i].status != DASM_S_CLASS(status);)
    i++;
  return i;
}

const char *dasm_strerror(int status)
{
  size_t i = find(status);

  return i < sizeof statuses / sizeof *statuses ? statuses[i].text : "unknown status";
}

const char *status_remedy(int status)
{
  size_t i = find(status);

  return i < sizeof statuses / sizeof *statuses ? statuses[i].remedy : "no function of libdasm returns it";
}

int dasm_version(void)
{
  return DASM_VERSION_NUMBER;
}
