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

float mote_sum_squares(const float *x, uint32_t n) {
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
  return t.high + t.low;
}

float mote_mean(const float *x, uint32_t n) {
  uint32_t i = 1;
  while (i < n && x[i] == x[0]) i++;
  return i == n ? x[0] : mote_sum(x, n) / (float)n;
}

float mote_centre(float *x, uint32_t n) {
  float mean = mote_mean(x, n);
  for (uint32_t i = 0; i < n; i++) x[i] -= mean;
  return mean;
}

static float largest(const float *x, uint32_t n) {
  float top = 0;
  for (uint32_t i = 0; i < n; i++) {
    float v = x[i] < 0 ? -x[i] : x[i];
    if (v > top) top = v;
  }
  return top;
}

mote_moments_t mote_moments(const float *x, uint32_t n) {
  float top = largest(x, n), scale = 1.0f / top;
  if (!(top > 0) || scale > FLT_MAX) return (mote_moments_t){0, 0, -3};
  total_t second = {0, 0}, third = {0, 0}, fourth = {0, 0};
  for (uint32_t i = 0; i < n;) {
    float a = 0, b = 0, c = 0; /* short runs, then joined: few bits are lost */
    for (uint32_t end = n - i < BLOCK ? n : i + BLOCK; i < end; i++) {
      float z = x[i] * scale, zz = z * z;
      a += zz, b += zz * z, c += zz * zz;
    }
    add(&second, a), add(&third, b), add(&fourth, c);
  }
  float m = 1.0f / (float)n, m2 = (second.high + second.low) * m;
  float m3 = (third.high + third.low) * m, m4 = (fourth.high + fourth.low) * m;
  float std = mote_sqrtf(m2);
  return (mote_moments_t){std * top, m3 / (m2 * std), m4 / (m2 * m2) - 3.0f};
}
