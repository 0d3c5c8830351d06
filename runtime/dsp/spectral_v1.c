/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/spectral_v1.h"

#include <string.h>

#include "dsp/moments.h"
#include "math/math.h"

/* `peaks` pairs (frequency, height), highest first; equal ones stay in frequency order.
 */
static void insert(float *list, uint32_t peaks, float hz, float height) {
  uint32_t at = peaks;
  while (at > 0 && height > list[2 * at - 1]) at--;
  if (at == peaks) return;
  memmove(list + 2 * at + 2, list + 2 * at, (peaks - at - 1) * 2 * sizeof *list);
  list[2 * at] = hz, list[2 * at + 1] = height;
}

/* Strict local maxima of |X| 2 / fft; only the first ten per wanted peak are looked at.
 */
static void find_peaks(const mote_spectral_v1_t *p, float *power, float *list) {
  uint32_t half = p->fft.n / 2, left = 10 * p->peaks;
  memset(list, 0, 2 * p->peaks * sizeof *list);
  for (uint32_t k = 1; k < half && left; k++) {
    if (!(power[k] > power[k - 1] && power[k] > power[k + 1])) continue;
    float height = mote_sqrtf(power[k]) * (2.0f / (float)p->fft.n);
    if (height >= p->threshold) insert(list, p->peaks, (float)k * p->peak_hz, height);
    left--;
  }
}

static void band_powers(const mote_spectral_v1_t *p, const float *power, float *out) {
  uint32_t half = p->fft.n / 2;
  for (uint32_t e = 0; e + 1 < p->edges.n; e++) {
    uint32_t from = p->edges.p[e], to = p->edges.p[e + 1];
    float sum = 0;
    for (uint32_t k = from; k < to; k++) sum += k == half ? power[k] * 0.5f : power[k];
    out[e] = to > from ? sum * p->density / (float)(to - from) : 0.0f;
  }
}

int mote_spectral_v1_run(const mote_spectral_v1_t *p, const float *x, float prev,
                         float *out, void *scratch, void *state) {
  (void)prev, (void)state;
  uint32_t n = p->front.n, fft = p->fft.n, have = n < fft ? n : fft;
  float *axis = scratch, *frame = axis + n, *power = frame + fft;
  for (uint32_t a = 0; a < p->front.axes; a++) {
    mote_front_run(&p->front, x, a, axis);
    mote_centre(axis, n);
    mote_biquads_run(&p->filter, axis, n);
    *out++ = mote_rms(axis, n);
    for (int centred = 0; centred < 2; centred++) {
      memcpy(frame, axis, have * sizeof *frame);
      if (centred) mote_centre(frame, have);
      memset(frame + have, 0, (fft - have) * sizeof *frame);
      mote_rfft_power(&p->fft, frame, 1.0f, power);
      if (centred)
        band_powers(p, power, out), out += p->edges.n - 1;
      else
        find_peaks(p, power, out), out += 2 * p->peaks;
    }
  }
  return 0;
}
