/* SPDX-License-Identifier: Apache-2.0
 * How much arithmetic a DSP block does per window, from its parameters. */
#ifndef MOTE_COST_WORK_H
#define MOTE_COST_WORK_H

#include "impulse/impulse.h"

typedef struct {
  double flops;    /* additions and multiplications, comparisons counted as such */
  double specials; /* log, exp, sqrt, sin */
  double integers; /* operations on whole numbers */
} mote_work_t;

/* One frame of a frame block (finish not included), or one whole window. */
mote_work_t mote_work_frame(const mote_dsp_t *d);
mote_work_t mote_work_finish(const mote_dsp_t *d);
mote_work_t mote_work_window(const mote_dsp_t *d);

#endif
