/* SPDX-License-Identifier: Apache-2.0
 * Each column is scaled by a power of two to 28-bit integers. Integer sums slide without
 * drift and have no order, so the result cannot depend on how they are formed. */
#include "base/strict.h"
#include "dsp/cmvn.h"

#include <string.h>

#include "math/math.h"

/* Window over the mirrored sequence q[0] .. q[rows-1] q[rows-1] .. q[0] q[0] ..., with
 * the exact sums of values and of squares (in halves of 32 bits). */
typedef struct {
  const int32_t *q;
  uint32_t rows, tail, head; /* positions modulo 2 rows */
  int64_t sum;
  uint64_t low, high;
} window_t;

static int32_t take(const window_t *w, uint32_t *at) {
  uint32_t i = *at < w->rows ? *at : 2 * w->rows - 1 - *at;
  *at = *at + 1 < 2 * w->rows ? *at + 1 : 0;
  return w->q[i];
}

static inline uint64_t square(int32_t v) { return (uint64_t)((int64_t)v * v); }

static void grow(window_t *w) {
  int32_t v = take(w, &w->head);
  w->sum += v;
  w->low += (uint32_t)square(v);
  w->high += square(v) >> 32;
}

static void shrink(window_t *w) {
  int32_t v = take(w, &w->tail);
  w->sum -= v;
  w->low -= (uint32_t)square(v);
  w->high -= square(v) >> 32;
}

/* Around row 0. */
static window_t window_at_start(const int32_t *q, uint32_t rows, uint32_t width) {
  uint32_t before = (width - 1) / 2 % (2 * rows);
  uint32_t start = before ? 2 * rows - before : 0;
  window_t w = {q, rows, start, start, 0, 0, 0};
  for (uint32_t i = 0; i < width; i++) grow(&w);
  return w;
}

static float power_of_two(int32_t k) {
  uint32_t u = (uint32_t)(k + 127) << 23;
  float x;
  memcpy(&x, &u, sizeof x);
  return x;
}

/* Exponent that brings the largest magnitude of the column into [2^27, 2^28). */
static int32_t column_exponent(const float *x, uint32_t rows, uint32_t stride) {
  uint32_t largest = 0, u;
  for (uint32_t i = 0; i < rows; i++) {
    memcpy(&u, x + i * stride, sizeof u);
    u &= 0x7fffffffu; /* magnitudes of floats order like their bits */
    if (u > largest) largest = u;
  }
  int32_t k = 154 - (int32_t)(largest >> 23);
  return k > 100 ? 100 : k < -100 ? -100 : k;
}

/* Infinities and NaN saturate: garbage in one column must not be undefined behaviour. */
static int32_t to_integer(float x) {
  const float limit = 268435456.0f;
  return x >= -limit && x <= limit ? mote_roundf(x) : x < 0.0f ? -(1 << 28) : 1 << 28;
}

static void column(const mote_cmvn_t *c, float *x, int32_t *q, int32_t *centred) {
  int32_t exponent = column_exponent(x, c->rows, c->cols);
  float to = power_of_two(exponent), from = power_of_two(-exponent);
  float width = (float)c->window, inverse = 1.0f / width;
  for (uint32_t i = 0; i < c->rows; i++) q[i] = to_integer(x[i * c->cols] * to);
  window_t w = window_at_start(q, c->rows, c->window);
  for (uint32_t i = 0; i < c->rows; i++) {
    float d = (float)((int64_t)q[i] * c->window - w.sum) * inverse;
    centred[i] = mote_roundf(d);
    x[i * c->cols] = d * from;
    shrink(&w), grow(&w);
  }
  if (!c->variance) return;
  w = window_at_start(centred, c->rows, c->window);
  for (uint32_t i = 0; i < c->rows; i++) {
    float mean = (float)w.sum * inverse;
    float squares = ((float)w.high * 4294967296.0f + (float)w.low) * inverse;
    float variance = squares - mean * mean;
    float deviation = mote_sqrtf(variance > 0.0f ? variance : 0.0f);
    x[i * c->cols] = (float)centred[i] / (deviation + 1e-10f * to);
    shrink(&w), grow(&w);
  }
}

void mote_cmvn_run(const mote_cmvn_t *c, float *x, int32_t *scratch) {
  if (c->window == 0) return;
  for (uint32_t j = 0; j < c->cols; j++) column(c, x + j, scratch, scratch + c->rows);
}
