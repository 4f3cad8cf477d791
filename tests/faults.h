/* faults.h - systems for the code heap that fail on command: faults.c. */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

#include "lib/heap.h"

extern int countdown; /* the call that brings it to 0 fails */
extern int live;      /* what the systems have given and not got back */
extern int refused;   /* and how many of that the system refused to take back */
extern size_t allocated; /* bytes, by faulty_allocator */

bool fails(void);
extern const struct pages pages_fake, pages_faulty;
extern const dasm_Allocator faulty_allocator;

#endif
