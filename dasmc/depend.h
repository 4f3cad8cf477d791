/* depend.h - the rule for make that says what the output was made from. */
#ifndef DASMC_DEPEND_H
#define DASMC_DEPEND_H

#include "output.h"

/* Write the rule to `file`, or (NULL) to the name of the output with .d for its ending. Its target
 * is `target`, or (NULL) the output; `output` may be NULL when the others are not. False:
 * reported. */
bool depend_write(const char *file, const char *target, const char *output, const struct sources *sources);

#endif
