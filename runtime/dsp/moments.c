/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/moments.h"

#include "math/math.h"

void mote_gather(const float *x, uint32_t n, uint32_t stride, float scale, float *out) {
  for (uint32_t i = 0; i < n; i++, x += stride) out[i] = *x * scale;
}

/* A total and the rounding error of its additions (Knuth's two-sum). */
typedef struct {
  float high, low;
} total_t;

static void add(total_t *t, float x) {
  float sum = t->high + x, part = sum - t->high;
  t->low += (t->high - (sum - part)) + (x - part);
  t->high = sum;
}

#define BLOCK 32u

float mote_sum(const float *x, uint32_t n) {
  total_t t = {0, 0};
  uint32_t i = 0;
  while (n - i >= 4) {
    uint32_t end = n - i < BLOCK ? n - 3 : i + BLOCK;
    float a = 0, b = 0, c = 0, d = 0;
    for (; i < end; i += 4) a += x[i], b += x[i + 1], c += x[i + 2], d += x[i + 3];
    add(&t, (a + b) + (c + d));
  }
  for (; i < n; i++) add(&t, x[i]);
  return t.high + t.low;
}

float mote_rms(const float *x, uint32_t n) {
  total_t t = {0, 0};
  uint32_t i = 0;
  while (n - i >= 4) {
    uint32_t end = n - i < BLOCK ? n - 3 : i + BLOCK;
    float a = 0, b = 0, c = 0, d = 0;
    for (; i < end; i += 4) {
      a += x[i] * x[i], b += x[i + 1] * x[i + 1];
      c += x[i + 2] * x[i + 2], d += x[i + 3] * x[i + 3];
    }
    add(&t, (a + b) + (c + d));
  }
  for (; i < n; i++) add(&t, x[i] * x[i]);
  return mote_sqrtf((t.high + t.low) / (float)n);
}

float mote_mean(const float *x, uint32_t n) {
  uint32_t i = 1;
  while (i < n && x[i] == x[0]) i++;
  return i == n ? x[0] : mote_sum(x, n) / (float)n;
}

void mote_centre(float *x, uint32_t n) {
  float mean = mote_mean(x, n);
  for (uint32_t i = 0; i < n; i++) x[i] -= mean;
}

static float largest(const float *x, uint32_t n) {
  float top = 0;
  for (uint32_t i = 0; i < n; i++) {
    float v = x[i] < 0 ? -x[i] : x[i];
    if (v > top) top = v;
  }
  return top;
}

typedef struct {
  float second, third, fourth; /* sums of powers */
} powers_t;

/* Of (x - mean) * scale; x - mean replaces x. */
static powers_t centre(float *x, uint32_t n, float mean, float scale) {
  total_t second = {0, 0}, third = {0, 0}, fourth = {0, 0};
  for (uint32_t i = 0; i < n;) {
    float a = 0, b = 0, c = 0; /* short runs, then joined: few bits are lost */
    for (uint32_t end = n - i < BLOCK ? n : i + BLOCK; i < end; i++) {
      x[i] -= mean;
      float z = x[i] * scale, zz = z * z;
      a += zz, b += zz * z, c += zz * zz;
    }
    add(&second, a), add(&third, b), add(&fourth, c);
  }
  return (powers_t){second.high + second.low, third.high + third.low,
                    fourth.high + fourth.low};
}

mote_moments_t mote_central_moments(float *x, uint32_t n) {
  float mean = mote_mean(x, n), unit = 1.0f, m = 1.0f / (float)n;
  powers_t sum = centre(x, n, mean, 1.0f);
  if (!(sum.fourth < 1e36f && sum.fourth > 1e-20f)) {
    unit = largest(x, n);
    if (!(unit > 4 / FLT_MAX)) return (mote_moments_t){mean, 0, 0, -3};
    sum = centre(x, n, 0.0f, 1.0f / unit);
  }
  float m2 = sum.second * m, m3 = sum.third * m, m4 = sum.fourth * m;
  float std = mote_sqrtf(m2);
  return (mote_moments_t){mean, std * unit, m3 / (m2 * std), m4 / (m2 * m2) - 3.0f};
}
