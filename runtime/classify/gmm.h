/* SPDX-License-Identifier: Apache-2.0
 * Gaussian-mixture anomaly score, one-sided: how much less likely than usual a window is.
 * score = (-log p(x) - mean of it on training data) / its deviation. Points more typical
 * than the average score low, never high. */
#ifndef MOTE_CLASSIFY_GMM_H
#define MOTE_CLASSIFY_GMM_H

#include "base/span.h"

typedef struct {
  mote_i32s_t axes;    /* [d]: which features are looked at */
  mote_f32s_t mean;    /* [d] standardisation: x' = (x - mean) * scale */
  mote_f32s_t scale;   /* [d] */
  mote_f32s_t centres; /* [k][d], standardised */
  mote_f32s_t whiten; /* [k][d*(d+1)/2]: rows of W (lower triangle), |W (x' - c)|^2 is the
                         Mahalanobis distance; W = inverse Cholesky factor of covariance.
                         diagonal: [k][d], only the diagonal of W */
  mote_f32s_t log_norm; /* [k]: log weight + log det W - d/2 log 2pi */
  int32_t diagonal;
  float nll_mean, nll_scale; /* score = (nll - nll_mean) * nll_scale */
} mote_gmm_t;

/* in: all features; out[1]; scratch: d floats. */
void mote_gmm(const mote_gmm_t *p, const float *in, float *out, void *scratch);

#endif
