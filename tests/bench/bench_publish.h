/* bench_publish.h - what the two sides of the publish bench share. */
#ifndef BENCH_PUBLISH_H
#define BENCH_PUBLISH_H

#include "bench.h"

enum { LIVE = 1000 };

#ifdef __cplusplus
extern "C"
#endif
void publish_asmjit(int functions, double *emit, double *all);

#endif
