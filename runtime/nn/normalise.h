/* SPDX-License-Identifier: Apache-2.0
 * The feature normaliser learned in training, folded in front of a network:
 * (x - mean) * scale, per column (period n_cols), to float32 or straight to int8. */
#ifndef MOTE_NN_NORMALISE_H
#define MOTE_NN_NORMALISE_H

#include "base/span.h"

typedef struct {
  int32_t n;        /* values */
  mote_f32s_t mean; /* [cols]; n is a multiple of cols */
  mote_f32s_t scale;
} mote_normalise_f32_t;

typedef struct {
  int32_t n;
  mote_f32s_t mean, scale;
  float inv_step; /* 1 / scale of the int8 tensor */
  int32_t zero;   /* its zero point */
} mote_normalise_s8_t;

/* In place allowed. */
void mote_normalise_f32(const mote_normalise_f32_t *p, const float *in, float *out);
/* out may start at the same address as in. NaN gives the lowest value. */
void mote_normalise_s8(const mote_normalise_s8_t *p, const float *in, int8_t *out);

#endif
