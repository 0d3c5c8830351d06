/* SPDX-License-Identifier: Apache-2.0
 * Blocks of bytes from one regular pattern of places to another: what transposing,
 * slicing, splitting, joining, padding, repeating and interleaving come down to. */
#ifndef MOTE_NN_COPY_H
#define MOTE_NN_COPY_H

#include <stdint.h>

#define MOTE_COPY_AXES 6

/* The loops, outermost first; steps in bytes, 0 repeats, negative goes backwards. An axis
 * that is not needed counts 1. The patterns may lie in the same tensor when no block that
 * is read is written. */
typedef struct {
  int32_t count[MOTE_COPY_AXES], in_step[MOTE_COPY_AXES], out_step[MOTE_COPY_AXES];
  int32_t bytes; /* of a block */
} mote_copy_t;

void mote_copy(const mote_copy_t *p, const void *in, void *out);

/* n values of 1, 2 or 4 bytes, all the same: `value`, its low bytes first. */
typedef struct { int32_t n, bytes, value; } mote_fill_t;

void mote_fill(const mote_fill_t *p, void *out);

/* Moves bytes within one tensor, where they may overlap. */
typedef struct { int32_t bytes; } mote_move_up_t;

void mote_move_up(const mote_move_up_t *p, const void *in, void *out);

#endif
