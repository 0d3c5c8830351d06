/* SPDX-License-Identifier: Apache-2.0
 * The polynomial of math/math.c over lanes; the limits keep every argument normal. */
#include "base/strict.h"
#include "dsp/level.h"

#include "dsp/lanes.h"

static inline mote_lanes_t limited(mote_lanes_t x) {
  const mote_lanes_t least = mote_lanes_all(1e-30f), most = mote_lanes_all(FLT_MAX);
  mote_lanes_t low = mote_lanes_select(x == 0.0f, mote_lanes_all(1e-10f), least);
  return mote_lanes_select(x < most, mote_lanes_select(x < least, low, x), most);
}

static inline mote_lanes_t ln(mote_lanes_t x) {
  mote_lanes_int_t u = mote_lanes_bits(limited(x)), d = u - 0x3f3504f3;
  mote_lanes_t n = mote_lanes_to_float(d >> 23);
  mote_lanes_t f = mote_lanes_of_bits(u - (d & ~0x7fffff)) - 1.0f;
  mote_lanes_t s = f / (2.0f + f), z = s * s;
  mote_lanes_t p = z * (0.666667759f + z * (0.399774432f + z * 0.29874596f));
  mote_lanes_t half_square = 0.5f * f * f;
  mote_lanes_t rest = s * (half_square + p) - half_square;
  return n * 0.693359375f + (f + (rest + n * -2.12194442e-4f));
}

static inline mote_lanes_t level(mote_lanes_t x, float gain, float offset, float top) {
  mote_lanes_t zero = mote_lanes_all(0.0f), most = mote_lanes_all(top);
  mote_lanes_t v = ln(x) * gain + offset;
  v = mote_lanes_select(v > zero, v, zero);
  return mote_lanes_select(v < most, v, most);
}

/* The last values, fewer than there are lanes, pass through a group of their own. */
typedef struct {
  float x[MOTE_LANES];
} group_t;

static inline group_t rest_of(const float *x, uint32_t n) {
  group_t g;
  for (uint32_t i = 0; i < MOTE_LANES; i++) g.x[i] = i < n ? x[i] : 1.0f;
  return g;
}

void mote_ln_energies(float *x, uint32_t n) {
  uint32_t i = 0;
  for (; i + MOTE_LANES <= n; i += MOTE_LANES)
    mote_lanes_store(x + i, ln(mote_lanes_load(x + i)));
  if (i == n) return;
  group_t g = rest_of(x + i, n - i);
  mote_lanes_store(g.x, ln(mote_lanes_load(g.x)));
  memcpy(x + i, g.x, (n - i) * sizeof *x);
}

void mote_levels(float *x, uint32_t n, float gain, float offset, float top) {
  uint32_t i = 0;
  for (; i + MOTE_LANES <= n; i += MOTE_LANES)
    mote_lanes_store(x + i, level(mote_lanes_load(x + i), gain, offset, top));
  if (i == n) return;
  group_t g = rest_of(x + i, n - i);
  mote_lanes_store(g.x, level(mote_lanes_load(g.x), gain, offset, top));
  memcpy(x + i, g.x, (n - i) * sizeof *x);
}
