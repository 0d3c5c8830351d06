/* SPDX-License-Identifier: Apache-2.0
 * Every bin is visited once: between two edges the falling filter j - 1 and the rising
 * filter j have weights that sum to 1. With S = sum P[i] and R = sum i P[i], i counted from
 * the lower edge, they get S - R / length and R / length. R is the sum of the suffix sums:
 * two additions per bin, no products, no weights. */
#include "base/strict.h"
#include "dsp/mel.h"

void mote_mel_run(const mote_mel_t *m, const float *power, float *bands) {
  const uint16_t *edge = m->edges.p;
  uint32_t filters = m->edges.n - 2;
  float rising = 0.0f; /* what the filter that peaks at the present edge has so far */
  for (uint32_t j = 0; j <= filters; j++) {
    uint32_t length = (uint32_t)(edge[j + 1] - edge[j]);
    const float *p = power + edge[j];
    float s = 0.0f, r = 0.0f;
    for (uint32_t i = length; i > 1;) {
      s += p[--i];
      r += s;
    }
    float length_f = (float)length, share = length > 1 ? r / length_f : 0.0f;
    if (j > 0) {
      float energy = rising + (p[0] + (s - share)); /* the peak counts once, also alone */
      bands[j - 1] = energy == 0.0f ? 1e-10f : energy;
    }
    rising = share;
  }
}
