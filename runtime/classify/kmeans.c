/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "classify/kmeans.h"

#include "math/math.h"

/* Squared distances are summed in feature order; the root is taken per cluster because
 * the radius is subtracted after it. */
void mote_kmeans(const mote_kmeans_t *p, const float *in, float *out) {
  uint32_t d = p->axes.n;
  float best = FLT_MAX;
  for (uint32_t c = 0; c < p->radius.n; c++) {
    const float *centre = p->centres.p + c * d;
    float sum = 0.0f;
    for (uint32_t k = 0; k < d; k++) {
      float x = (in[p->axes.p[k]] - p->mean.p[k]) * p->scale.p[k] - centre[k];
      sum += x * x;
    }
    float score = mote_sqrtf(sum) - p->radius.p[c];
    if (score < best) best = score;
  }
  out[0] = best;
}
