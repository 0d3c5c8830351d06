/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "features/design/resampler.h"

#include <math.h>

#include "base/dmath.h"
#include "base/mem.h"

#define BETA 5.0

/* Tap at distance d from the middle, |d| <= half; the edge is 1/rate of Nyquist. */
static double tap(double d, double half, double rate) {
  double x = MOTE_PI * d / rate, place = d / half;
  double sinc = d == 0 ? 1 : mote_dsin(x) / x;
  return sinc * mote_dbessel_i0(BETA * sqrt(1 - place * place));
}

/* Half of the symmetric filter: h[d], d = 0..half, with the sum of all taps equal to
 * gain. */
static void design(double *h, uint32_t half, uint32_t rate, double gain) {
  double sum = 0;
  for (uint32_t d = half + 1; d-- > 0;) {
    h[d] = tap(d, half, rate);
    sum += d ? 2 * h[d] : h[d];
  }
  for (uint32_t d = 0; d <= half; d++) h[d] *= gain / sum;
}

int mote_design_resampler(uint32_t up, uint32_t down, mote_pool_t *pool,
                          mote_resample_t *p) {
  uint32_t rate = up > down ? up : down;
  if (!up || !down || rate > MOTE_RESAMPLE_MAX) return MOTE_ERR_PARAM;
  uint32_t half = 10 * rate, all = 2 * half + 1, taps = (all + up - 1) / up;
  float *t = mote_pool_take(pool, sizeof *t * up * taps);
  *p = (mote_resample_t){up, down, half, taps, {t, up * taps}};
  if (!t) return MOTE_OK;
  double *h = mote_alloc(half + 1, sizeof *h);
  if (!h) return MOTE_ERR_NOMEM;
  design(h, half, rate, up);
  for (uint32_t phase = 0; phase < up; phase++)
    for (uint32_t i = 0; i < taps; i++) {
      uint32_t at = phase + i * up;
      *t++ = at < all ? (float)h[at > half ? at - half : half - at] : 0.0f;
    }
  mote_free(h);
  return MOTE_OK;
}

/* Continued fraction; the last convergent whose terms stay in bounds. */
int mote_design_ratio(double ratio, uint32_t *up, uint32_t *down) {
  if (!(ratio <= MOTE_RESAMPLE_MAX && ratio * MOTE_RESAMPLE_MAX >= 1))
    return MOTE_ERR_PARAM;
  double p0 = 0, q0 = 1, p1 = 1, q1 = 0, rest = ratio;
  for (int i = 0; i < 40; i++) {
    double term = floor(rest + 1e-9), p2 = term * p1 + p0, q2 = term * q1 + q0;
    if (p2 > MOTE_RESAMPLE_MAX || q2 > MOTE_RESAMPLE_MAX) break;
    p0 = p1, q0 = q1, p1 = p2, q1 = q2;
    if (fabs(p1 / q1 - ratio) <= 1e-12 * ratio || rest - term < 1e-9) break;
    rest = 1 / (rest - term);
  }
  if (!(p1 > 0 && q1 > 0)) return MOTE_ERR_PARAM;
  *up = (uint32_t)p1, *down = (uint32_t)q1;
  return MOTE_OK;
}
