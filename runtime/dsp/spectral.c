/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/spectral.h"

#include <string.h>

#include "dsp/decimate.h"
#include "dsp/moments.h"
#include "math/math.h"

/* power[k] = largest |X[k]|^2 / fft of all frames, k = 0..fft/2. The division is by a
 * power of two, so that it may wait until the largest is known. */
static void largest_power(const mote_spectral_t *p, const float *x, uint32_t n,
                          float *frame, float *power) {
  uint32_t fft = p->fft.n, half = fft / 2;
  memset(power, 0, (half + 1) * sizeof *power);
  for (uint32_t at = 0; at < n; at += p->hop) {
    uint32_t have = n - at < fft ? n - at : fft;
    memcpy(frame, x + at, have * sizeof *frame);
    memset(frame + have, 0, (fft - have) * sizeof *frame);
    mote_rfft_max_power(&p->fft, frame, power);
  }
  float scale = 0.25f / (float)fft;
  for (uint32_t k = 0; k <= half; k++) power[k] *= scale;
}

static float *put_bins(const mote_spectral_t *p, mote_bins_t bins, const float *power,
                       float *out) {
  for (uint32_t k = bins.first; k <= bins.last; k++) {
    if (!p->log)
      *out++ = power[k];
    else
      *out++ = power[k] > 0 ? mote_log10f(power[k]) : -10.0f;
  }
  return out;
}

/* Features of one axis; x keeps its deviations from the mean. `work`: fft + fft/2 + 1. */
static float *analyse(const mote_spectral_t *p, float *x, uint32_t n, mote_bins_t bins,
                      float *work, float *out) {
  float *power = work + p->fft.n;
  mote_moments_t m = mote_central_moments(x, n);
  *out++ = m.std, *out++ = m.skewness, *out++ = m.kurtosis;
  largest_power(p, x, n, work, power);
  if (p->shape) { /* the frame is free now: a centred copy of the spectrum goes there */
    uint32_t count = p->fft.n / 2 + 1;
    memcpy(work, power, count * sizeof *power);
    m = mote_central_moments(work, count);
    *out++ = m.skewness, *out++ = m.kurtosis;
  }
  return put_bins(p, bins, power, out);
}

static uint32_t width(const mote_spectral_t *p, mote_bins_t bins) {
  return (p->shape ? 5u : 3u) + bins.last + 1u - bins.first;
}

int mote_spectral_run(const mote_spectral_t *p, const float *x, float prev, float *out,
                      void *scratch, void *state) {
  (void)prev, (void)state;
  uint32_t axes = p->front.axes, n = p->front.kept;
  float *axis = scratch, *work = axis + p->front.n;
  float *low = out + axes * width(p, p->bins);
  for (uint32_t a = 0; a < axes; a++) {
    mote_front_run(&p->front, x, a, axis);
    out = analyse(p, axis, n, p->bins, work, out);
    if (!p->low_freq) continue;
    low = analyse(p, axis, mote_decimate(&p->front.low10, 10, axis, n), p->low_bins, work,
                  low);
  }
  return 0;
}
