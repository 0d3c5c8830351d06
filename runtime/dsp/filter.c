/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/filter.h"

void mote_biquads_run(const mote_biquads_t *f, float *x, uint32_t n) {
  float middle = f->high ? -2.0f : 2.0f;
  for (uint32_t s = 0; s + 3 <= f->sections.n; s += 3) {
    float gain = f->sections.p[s], a1 = f->sections.p[s + 1], a2 = f->sections.p[s + 2];
    float z1 = 0, z2 = 0;
    for (uint32_t i = 0; i < n; i++) {
      float u = gain * x[i], y = u + z1;
      z1 = middle * u - a1 * y + z2;
      z2 = u - a2 * y;
      x[i] = y;
    }
  }
}
