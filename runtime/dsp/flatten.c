/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/flatten.h"

#include "dsp/moments.h"
#include "math/math.h"

static void range(const float *x, uint32_t n, float *low, float *high) {
  *low = *high = x[0];
  for (uint32_t i = 1; i < n; i++) {
    if (x[i] < *low) *low = x[i];
    if (x[i] > *high) *high = x[i];
  }
}

/* Overwrites x by its deviations; returns the mean. */
static float axis(const mote_flatten_t *p, float *x, float *out) {
  float low, high;
  range(x, p->n, &low, &high);
  float rms = mote_rms(x, p->n);
  mote_moments_t m = mote_central_moments(x, p->n);
  const float all[7] = {m.mean, low, high, rms, m.std, m.skewness, m.kurtosis};
  for (uint32_t i = 0; i < 7; i++)
    if (p->features >> i & 1u) *out++ = all[i];
  return m.mean;
}

int mote_flatten_run(const mote_flatten_t *p, const float *x, float prev, float *out,
                     void *scratch, void *state) {
  (void)prev, (void)state;
  for (uint32_t a = 0; a < p->axes; a++, out += p->per_axis) {
    mote_gather(x + a, p->n, p->axes, p->scale, scratch);
    (void)axis(p, scratch, out);
  }
  return 0;
}

/* State: windows seen so far (at most p->windows), next place in the rings, the rings. */
int mote_flatten_moving_run(const mote_flatten_t *p, const float *x, float prev,
                            float *out, void *scratch, void *state) {
  (void)prev;
  uint32_t *count = state, *next = count + 1;
  float *ring = (float *)(void *)(next + 1);
  if (*count < p->windows) ++*count;
  for (uint32_t a = 0; a < p->axes; a++, out += p->per_axis, ring += p->windows) {
    mote_gather(x + a, p->n, p->axes, p->scale, scratch);
    ring[*next] = axis(p, scratch, out);
    out[p->per_axis - 1] = mote_sum(ring, *count) / (float)*count;
  }
  *next = *next + 1 == p->windows ? 0 : *next + 1;
  return 0;
}
