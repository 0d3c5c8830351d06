/* SPDX-License-Identifier: Apache-2.0 */
#include "features/resample.h"

#include <math.h>
#include <string.h>

#include "features/design/resampler.h"

static double snapped(double hz) {
  double whole = floor(hz + 0.5);
  return whole >= 1 && fabs(hz - whole) < 0.01 ? whole : hz;
}

static int same_rate(const float *x, size_t values, mote_arena_t *a, float **out) {
  *out = mote_arena_take(a, values ? values : 1, sizeof **out);
  if (!*out) return MOTE_ERR_NOMEM;
  if (values) memcpy(*out, x, values * sizeof **out);
  return MOTE_OK;
}

/* The filter is needed for this call alone and does not stay in the arena. */
static int convert(const float *x, uint32_t n, uint32_t axes, mote_resample_t *p,
                   float *out) {
  mote_pool_t pool = {0};
  MOTE_TRY(mote_design_resampler(p->up, p->down, &pool, p));
  pool.bytes = pool.used, pool.used = 0;
  pool.p = mote_alloc(pool.bytes, 1);
  if (!pool.p) return MOTE_ERR_NOMEM;
  int rc = mote_design_resampler(p->up, p->down, &pool, p);
  if (rc >= 0) mote_resample_run(p, x, n, axes, out);
  mote_free(pool.p);
  return rc;
}

int mote_resample(const float *x, size_t n, uint32_t axes, double from_hz, double to_hz,
                  mote_arena_t *a, float **out, size_t *out_n) {
  mote_resample_t p = {0};
  if (!(from_hz > 0) || !(to_hz > 0) ||
      mote_design_ratio(snapped(to_hz) / snapped(from_hz), &p.up, &p.down) < 0)
    return mote_fail(MOTE_ERR_PARAM,
                     "cannot convert %g to %g samples/s; both must be "
                     "positive and within a factor of %u",
                     from_hz, to_hz, MOTE_RESAMPLE_MAX);
  *out_n = n;
  if ((p.up == 1 && p.down == 1) || !n) return same_rate(x, n * axes, a, out);
  uint64_t length = n > UINT32_MAX ? UINT64_MAX : mote_resample_length(&p, n);
  if (length > UINT32_MAX)
    return mote_fail(MOTE_ERR_LIMIT,
                     "%zu samples at %g samples/s become more than %u at %g; "
                     "choose a lower rate or split the recording",
                     n, from_hz, UINT32_MAX, to_hz);
  *out_n = (size_t)length;
  *out = mote_arena_take(a, (size_t)length * axes, sizeof **out);
  return *out ? convert(x, (uint32_t)n, axes, &p, *out) : MOTE_ERR_NOMEM;
}
