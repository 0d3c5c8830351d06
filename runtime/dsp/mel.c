/* SPDX-License-Identifier: Apache-2.0
 * Every bin is visited once: between two edges the falling filter j - 1 and the rising
 * filter j have weights that sum to 1. With S = sum P[i] and R = sum i P[i], i counted
 * from the lower edge, they get S - R / length and R / length. R is the sum of the suffix
 * sums: two additions per bin, no products, no weights. */
#include "base/strict.h"
#include "dsp/mel.h"

void mote_mel_run(const mote_mel_t *m, const float *power, float *bands) {
  const uint16_t *edge = m->edges.p;
  uint32_t filters = m->edges.n - 2;
  float rising = 0.0f; /* what the filter that peaks at the present edge has so far */
  for (uint32_t j = 0; j <= filters; j++) {
    const float *first = power + edge[j], *last = power + edge[j + 1];
    float length = (float)(int32_t)(last - first), s = 0.0f, r = 0.0f;
    for (const float *p = last - 1; p > first; p--) {
      s += *p;
      r += s;
    }
    if (r != 0.0f) r /= length; /* also keeps 0 / 0 out */
    if (j > 0) {
      float energy = rising + (*first + (s - r)); /* the peak counts once, also alone */
      bands[j - 1] = energy == 0.0f ? 1e-10f : energy;
    }
    rising = r;
  }
}
