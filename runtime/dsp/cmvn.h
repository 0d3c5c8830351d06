/* SPDX-License-Identifier: Apache-2.0
 * Sliding normalisation of a matrix, column by column: minus the mean of the `window`
 * rows around each row and, if asked, divided by the deviation of the mean-free rows
 * around it. Beyond the ends the rows are mirrored (edge repeated), as often as the
 * window needs. */
#ifndef MOTE_DSP_CMVN_H
#define MOTE_DSP_CMVN_H

#include <stdint.h>

/* In place on x[rows][cols]; window odd. scratch[2 * rows]. Time O(rows + window) per
 * column; sums are exact integers, so a constant column gives exactly 0. */
typedef struct {
  uint32_t rows, cols, window;
  int32_t variance; /* 1: divide by the deviation too */
} mote_cmvn_t;

void mote_cmvn_run(const mote_cmvn_t *c, float *x, int32_t *scratch);

#endif
