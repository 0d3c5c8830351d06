/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "features/features.h"
#include "math/math.h"

#define PIECES_PER_SECOND 50
#define QUIET_SHARE       10 /* the quietest tenth sets the level */

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* Effective value of the quietest tenth of 20 ms pieces, about their mean. */
static int floor_level(const float *x, size_t n, uint32_t axes, double hz,
                       mote_arena_t *a, float *out) {
  size_t len = (size_t)(hz / PIECES_PER_SECOND) + 1, pieces = n / len;
  float *rms = mote_arena_take(a, pieces + 1, sizeof *rms);
  if (!rms) return MOTE_ERR_NOMEM;
  for (size_t p = 0; p < pieces; p++) {
    float mean = 0, sum = 0;
    for (size_t i = 0; i < len; i++) mean += x[(p * len + i) * axes];
    mean /= (float)len;
    for (size_t i = 0; i < len; i++) {
      float d = x[(p * len + i) * axes] - mean;
      sum += d * d;
    }
    rms[p] = mote_sqrtf(sum / (float)len);
  }
  qsort(rms, pieces, sizeof *rms, ascending);
  *out = pieces ? rms[pieces / QUIET_SHARE] : 0;
  return MOTE_OK;
}

static int fill(float *y, size_t window, const float *x, size_t n,
                const mote_impulse_t *m, mote_arena_t *a) {
  uint32_t axes = m->input.n_axes;
  for (uint32_t k = 0; k < axes; k++) {
    float level = 0;
    mote_rng_t rng = mote_rng(n, k);
    MOTE_TRY(floor_level(x + k, n, axes, m->input.hz, a, &level));
    for (size_t i = 0; i < window; i++) y[i * axes + k] = level * mote_rng_normal(&rng);
  }
  return MOTE_OK;
}

int mote_features_pad(const mote_impulse_t *m, mote_arena_t *a, float **x, uint64_t *n) {
  size_t window = m->input.window, axes = m->input.n_axes, have = (size_t)*n;
  if (!have || have >= window || !m->input.zero_pad) return MOTE_OK;
  float *y = mote_arena_take(a, window * axes, sizeof *y);
  if (!y) return MOTE_ERR_NOMEM;
  size_t at = m->input.pad_floor ? (window - have) / 2 : 0;
  if (m->input.pad_floor) MOTE_TRY(fill(y, window, *x, have, m, a));
  memcpy(y + at * axes, *x, have * axes * sizeof *y);
  *x = y;
  *n = window;
  return MOTE_OK;
}
