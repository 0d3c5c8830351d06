/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "classify/gmm.h"

#include "math/math.h"

/* |W (x - c)|^2 of component i; a lower-triangular W is stored row by row. */
static float mahalanobis(const mote_gmm_t *p, uint32_t i, const float *x) {
  uint32_t d = p->axes.n;
  const float *c = p->centres.p + i * d;
  const float *w = p->whiten.p + i * (p->diagonal ? d : d * (d + 1) / 2);
  float total = 0.0f;
  for (uint32_t row = 0; row < d; row++) {
    float y = 0.0f;
    for (uint32_t k = p->diagonal ? row : 0; k <= row; k++) y += *w++ * (x[k] - c[k]);
    total += y * y;
  }
  return total;
}

/* log sum exp over the components, kept running so that no array of them is needed. */
void mote_gmm(const mote_gmm_t *p, const float *in, float *out, void *scratch) {
  uint32_t d = p->axes.n;
  float *x = scratch, top = -FLT_MAX, sum = 0.0f;
  for (uint32_t k = 0; k < d; k++)
    x[k] = (in[p->axes.p[k]] - p->mean.p[k]) * p->scale.p[k];
  for (uint32_t c = 0; c < p->log_norm.n; c++) {
    float log_p = p->log_norm.p[c] - 0.5f * mahalanobis(p, c, x);
    if (log_p > top) {
      sum = sum * mote_expf(top - log_p) + 1.0f;
      top = log_p;
    } else {
      sum += mote_expf(log_p - top);
    }
  }
  out[0] = (-(top + mote_logf(sum)) - p->nll_mean) * p->nll_scale;
}
