/* SPDX-License-Identifier: Apache-2.0
 * Worst-case stack from gcc's call graphs (-fcallgraph-info=su, one .ci file per object).
 * Recursion, calls through pointers and frames without a bound are errors: then there is
 * no worst case. */
#ifndef MOTE_COST_STACK_H
#define MOTE_COST_STACK_H

#include "base/mem.h"

/* Functions without a frame size in the graphs are the compiler's helpers and mem*:
 * leaves of libgcc and libc, allowed this much each (theirs are below it on all our
 * targets). */
/* What assembly in kernels pushes unseen by the compiler's report; at the deepest end. */
#define MOTE_STACK_ASSEMBLY 64
#define MOTE_STACK_LIBRARY 64

typedef struct mote_stack mote_stack_t;
int mote_stack_new(mote_stack_t **out);
void mote_stack_free(mote_stack_t *s);
/* Adds one .ci text. */
int mote_stack_add(mote_stack_t *s, const char *text, size_t n);
/* Bytes from the entry of `function` down, with all it calls; negative: error, the
 * message names the function and the reason. */
long mote_stack_worst(const mote_stack_t *s, const char *function);

#endif
