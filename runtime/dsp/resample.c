/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/resample.h"

/* Sum over i of taps[i] x[newest - i], where the index is inside 0..n-1. */
static float dot(const float *taps, uint32_t count, const float *x, uint32_t n,
                 uint64_t stride, uint64_t newest) {
  float lane[4] = {0, 0, 0, 0};
  uint64_t i = newest >= n ? newest - n + 1 : 0;
  uint64_t end = newest + 1 < count ? newest + 1 : count;
  for (; i < end && i & 3; i++) lane[i & 3] += taps[i] * x[(newest - i) * stride];
  for (; i + 4 <= end; i += 4) {
    const float *at = x + (newest - i - 3) * stride;
    lane[0] += taps[i] * at[3 * stride], lane[1] += taps[i + 1] * at[2 * stride];
    lane[2] += taps[i + 2] * at[stride], lane[3] += taps[i + 3] * at[0];
  }
  for (; i < end; i++) lane[i & 3] += taps[i] * x[(newest - i) * stride];
  return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

void mote_resample_run(const mote_resample_t *p, const float *x, uint32_t n,
                       uint32_t axes, float *out) {
  uint64_t length = mote_resample_length(p, n), newest = p->centre / p->up;
  uint32_t phase = p->centre % p->up;
  for (uint64_t m = 0; m < length; m++) {
    const float *taps = p->phases.p + (uint64_t)phase * p->taps;
    for (uint32_t a = 0; a < axes; a++)
      *out++ = dot(taps, p->taps, x + a, n, axes, newest);
    phase += p->down % p->up, newest += p->down / p->up;
    if (phase >= p->up) phase -= p->up, newest++;
  }
}
