/* SPDX-License-Identifier: Apache-2.0
 * Fully connected layer on Armv7E-M, the bits of mote_dense_s8. */
#ifndef MOTE_NN_ARMV7EM_DENSE_S8_DSP_H
#define MOTE_NN_ARMV7EM_DENSE_S8_DSP_H

#include "nn/armv7em/filter_dsp.h"

typedef struct {
  int32_t rows; /* of filter.taps bytes */
  mote_filter_dsp_t filter;
} mote_dense_s8_dsp_t;

/* scratch: 2 * taps bytes, 8 * taps from four rows on. */
void mote_dense_s8_dsp(const mote_dense_s8_dsp_t *p, const int8_t *in, int8_t *out,
                       void *scratch);

#endif
