/* SPDX-License-Identifier: Apache-2.0
 * Raw data: every value times `scale`, order kept. */
#ifndef MOTE_DSP_RAW_H
#define MOTE_DSP_RAW_H

#include <stdint.h>

typedef struct {
  uint32_t values; /* samples * axes */
  float scale;
} mote_raw_t;

/* x[values] -> out[values]; in place allowed. Signature common to all window blocks. */
int mote_raw_run(const mote_raw_t *p, const float *x, float prev, float *out,
                 void *scratch, void *state);

#endif
