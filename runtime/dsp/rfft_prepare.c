/* SPDX-License-Identifier: Apache-2.0
 * The table of the real FFT. Not part of an export: there it is a constant. */
#include "base/strict.h"
#include "dsp/rfft.h"

#include "base/status.h"
#include "math/math.h"

int mote_rfft_prepare(mote_rfft_t *f, uint32_t n, mote_pool_t *pool) {
  if (n < 4 || n > 4096 || (n & (n - 1))) return MOTE_ERR_PARAM;
  uint32_t quarter = n / 4;
  float *t = mote_pool_take(pool, (quarter + 1) * sizeof *t);
  f->n = n;
  f->sine.p = t;
  f->sine.n = quarter + 1;
  if (!t) return MOTE_OK;
  const float step = 1.57079637f / (float)quarter; /* n is a power of two: exact */
  for (uint32_t k = 0; k <= quarter; k++)
    t[k] = 2 * k <= quarter ? mote_sinf((float)k * step)
                            : mote_cosf((float)(quarter - k) * step);
  return MOTE_OK;
}
