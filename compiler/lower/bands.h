/* SPDX-License-Identifier: Apache-2.0
 * Row-wise execution: a chain of convolutions, depthwise convolutions and pools is run a
 * few rows at a time, so that of the tensors between them only the rows in use are kept
 * (an inverted bottleneck no longer holds its expanded tensor). No kernel knows of it: a
 * step becomes many, each a window over a part of the rows, and the tensors between
 * become small ones whose kept rows move up. Every row is computed once; the bits are the
 * same. A residual add is a stage too: the rows of a convolution are added to what came
 * another way as soon as they are there, in its memory when nobody needs it any more. */
#ifndef MOTE_BANDS_H
#define MOTE_BANDS_H

#include "model/fast.h"

#define MOTE_CALLS_MAX 4096 /* of an export */

typedef struct {
  int32_t first, last; /* steps of the lowered program */
  int32_t rows;        /* of the last one's output at a time */
} mote_band_t;

/* Can the steps first..last run row-wise? Each reads the output of the one before, which
 * nobody else reads, and nothing else but the other operand of an operator of two, which
 * is there as a whole. The reference kernels, before mote_select. */
int mote_band_fits(const mote_program_t *p, int32_t first, int32_t last);
/* Rewrites the program; g is its graph and gets the small tensors. */
int mote_band_apply(mote_program_t *p, mote_graph_t *g, const mote_band_t *band);

/* Bytes alive in the fullest step, memory shared in place counted once; a lower bound of
 * the arena. *step (may be NULL) gets the number of that step. */
size_t mote_program_peak(const mote_program_t *p, int32_t *step);

/* Lowers g for the choice. With choice->ram, chains are run row-wise one after another,
 * where it helps most, until the arena fits or nothing helps. */
int mote_lower_fitting(mote_graph_t *g, const mote_choice_t *choice,
                       mote_program_t **out);

#endif
