/* SPDX-License-Identifier: Apache-2.0
 * The static memory plan: every buffer of one run has a size and a lifetime in steps; the
 * plan gives each a place in one arena, so that buffers alive at the same time never
 * overlap. This is dynamic storage allocation, hard in general and small here: several
 * greedy orders first, stopped at the lower bound; then an exact search for few buffers
 * or a local search for many. Everything is deterministic. */
#ifndef MOTE_PLAN_H
#define MOTE_PLAN_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define MOTE_PLAN_ALIGN 8u

typedef struct {
  size_t bytes;
  int32_t first, last; /* steps that write it first and read it last, inclusive */
  int32_t share; /* -1, or an earlier buffer, first < last == this first, whose memory
                    this one may take over, then at the same offset (an in-place step);
                    each buffer has at most one heir */
  size_t offset;       /* result, a multiple of MOTE_PLAN_ALIGN */
} mote_buffer_t;

/* Fills the offsets; *total is the arena size. MOTE_ERR_PARAM for a lifetime that runs
 * backwards or a share that is not one. */
int mote_plan(mote_buffer_t *b, int32_t n, size_t *total);
/* No plan can be smaller: the largest sum of bytes alive in one step. */
size_t mote_plan_bound(const mote_buffer_t *b, int32_t n);
/* Independent check (compiler/plan/verify.c): replays the steps on a map that says which
 * buffer owns each byte; a buffer that loses a byte before its last step is an error. */
int mote_plan_verify(const mote_buffer_t *b, int32_t n, size_t total);

#endif
