/* SPDX-License-Identifier: Apache-2.0
 * Elementary functions in float32: same bits on every IEEE 754 target, no libm, no
 * double. Argument reduction is exact or nearly so; polynomials are minimax fits made for
 * mote (Remez, error weighted relative to the result). Errors in ulp are measured by
 * tests/test_math.c. */
#include "base/strict.h"
#include "math/math.h"

#include <string.h>

static uint32_t bits_of(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}

static float float_of(uint32_t u) {
  float x;
  memcpy(&x, &u, sizeof x);
  return x;
}

#define INF_BITS 0x7f800000u
#define LN2_HI   0.693359375f /* 9 bits: k * LN2_HI is exact for |k| < 2^15 */
#define LN2_LO   -2.12194442e-4f

/* 2^k for -126 <= k <= 127. */
static float power_of_two(int32_t k) { return float_of((uint32_t)(k + 127) << 23); }

/* 2^k e^(hi - lo), |hi - lo| <= ln2 / 2. */
static float exp_core(float hi, float lo, int32_t k) {
  float r = hi - lo;
  float p = 0.00138145604f;
  p = p * r + 0.0083687352f;
  p = p * r + 0.041668389f;
  p = p * r + 0.166665211f;
  p = p * r + 0.49999994f;
  float y = 1.0f + (hi + (r * r * p - lo)); /* hi and lo apart: one rounding less */
  int32_t half = k / 2; /* two factors reach both overflow and subnormals */
  return y * power_of_two(half) * power_of_two(k - half);
}

static int32_t nearest(float x) { return (int32_t)(x + (x < 0.0f ? -0.5f : 0.5f)); }

float mote_expf(float x) {
  if (x != x) return x;
  if (x > 88.7228394f) return float_of(INF_BITS);
  if (x < -104.0f) return 0.0f;
  int32_t k = nearest(x * 1.44269502f);
  float n = (float)k;
  return exp_core(x - n * LN2_HI, n * LN2_LO, k);
}

#define NORMAL(u) ((u)-0x00800000u < INF_BITS - 0x00800000u) /* positive, not subnormal  \
                                                              */

/* Splits a normal x > 0 into 2^e (1 + f), sqrt(1/2) <= 1 + f < sqrt(2); adds e to *k. */
static inline float split(uint32_t u, int32_t *k) {
  int32_t e = (int32_t)(u - 0x3f3504f3u) >> 23;
  *k += e;
  return float_of(u - ((uint32_t)e << 23)) - 1.0f;
}

/* ln(1 + f) - f, by 2 atanh(s) with s = f / (2 + f). */
static float log1p_rest(float f) {
  float s = f / (2.0f + f), z = s * s;
  float p = z * (0.666667759f + z * (0.399774432f + z * 0.29874596f));
  float half_square = 0.5f * f * f;
  return s * (half_square + p) - half_square;
}

/* Scales a positive subnormal to a normal number with k = -23. Else 0: log_special. */
static int subnormal(uint32_t *u, int32_t *k) {
  if (*u - 1u >= 0x007fffffu) return 0;
  *u = bits_of(float_of(*u) * 8388608.0f);
  *k = -23;
  return 1;
}

/* Logarithm of 0, of infinity, and of what has none. */
static float log_special(uint32_t u) {
  if (u << 1 == 0) return float_of(0xff800000u);
  return float_of(u == INF_BITS ? INF_BITS : 0x7fc00000u);
}

float mote_logf(float x) {
  uint32_t u = bits_of(x);
  int32_t k = 0;
  if (!NORMAL(u) && !subnormal(&u, &k)) return log_special(u);
  float f = split(u, &k), n = (float)k;
  return n * LN2_HI + (f + (log1p_rest(f) + n * LN2_LO));
}

/* f + rest is multiplied by the constant in two parts so that only the last sum rounds
 * noticeably; `f_hi` has 12 bits, its product with a 12-bit constant is exact. */
static float scaled_log(float f, float scale_hi, float scale_lo) {
  float rest = log1p_rest(f);
  float sum = f + rest, hi = float_of(bits_of(sum) & 0xfffff000u);
  float lo = (f - hi) + rest;
  return (sum * scale_lo + lo * scale_hi) + hi * scale_hi;
}

float mote_log2f(float x) {
  uint32_t u = bits_of(x);
  int32_t k = 0;
  if (!NORMAL(u) && !subnormal(&u, &k)) return log_special(u);
  float f = split(u, &k);
  return (float)k + scaled_log(f, 1.4423828f, 3.12228389e-4f);
}

float mote_log10f(float x) {
  uint32_t u = bits_of(x);
  int32_t k = 0;
  if (!NORMAL(u) && !subnormal(&u, &k)) return log_special(u);
  float f = split(u, &k), n = (float)k;
  float y = n * 4.60503898e-6f + scaled_log(f, 0.4342041f, 9.03803408e-5f);
  return n * 0.301025391f + y; /* log10(2) in two parts, the first of 12 bits */
}

/* sin and cos on |r| <= pi/4. */
static float sin_core(float r) {
  float z = r * r;
  return r + r * z * (-0.166666552f + z * (0.008332178f + z * -0.000195172674f));
}

static float cos_core(float r) {
  float z = r * r;
  float tail = z * z * (0.0416666456f + z * (-0.00138873165f + z * 2.44331204e-5f));
  return 1.0f - (0.5f * z - tail);
}

/* |x| = quadrant * pi/2 + r, for any finite x. x is a 24-bit integer m times 2^e; the
 * bits of 2/pi that make multiples of 4 after the product are left out, 96 of the others
 * kept (Payne & Hanek). Integer arithmetic until the one conversion at the end. */
static float reduce(uint32_t u, uint32_t *quadrant) {
  static const uint32_t two_over_pi[8] = {0,           0xa2f9836eu, 0x4e441529u,
                                          0xfc2757d1u, 0xf534ddc0u, 0xdb629599u,
                                          0x3c439041u, 0xfe5163abu};
  uint32_t m = (u & 0x7fffffu) | 0x800000u;
  uint32_t start = (u >> 23) + 30u - 150u; /* of the window, in bits; u >= 2^-1 */
  const uint32_t *w = two_over_pi + start / 32;
  uint32_t s = start % 32, w0, w1, w2;
  w0 = s ? w[0] << s | w[1] >> (32 - s) : w[0];
  w1 = s ? w[1] << s | w[2] >> (32 - s) : w[1];
  w2 = s ? w[2] << s | w[3] >> (32 - s) : w[2];
  uint64_t turn =
      ((uint64_t)(m * w0) << 32) + (uint64_t)m * w1 + ((uint64_t)m * w2 >> 32);
  uint64_t q = (turn + ((uint64_t)1 << 61)) >> 62; /* top two bits: quadrant, rounded */
  *quadrant = (uint32_t)q;
  uint64_t rest = turn - (q << 62);
  int negative = rest >> 63 != 0;
  if (negative) rest = 0 - rest;
  if (rest == 0) return 0.0f;
  int32_t k = -62;
  while (!(rest >> 63)) rest <<= 1, k--;
  /* rest / 2^63 in [1, 2) as 32 bits, times pi/2 in 31 fraction bits */
  uint32_t r = (uint32_t)((rest >> 32) * 0xc90fdaa2u >> 32);
  float y = (float)r * power_of_two(k + 33);
  return negative ? -y : y;
}

/* sin(|x| + turns * pi/2) for the bits u of |x|. */
static float sin_at(uint32_t u, uint32_t turns) {
  uint32_t q = 0;
  float r = float_of(u);
  if (u >= INF_BITS) return float_of(0x7fc00000u);
  if (u > 0x3f490fdau) r = reduce(u, &q); /* pi/4 */
  q += turns;
  float y = q & 1 ? cos_core(r) : sin_core(r);
  return q & 2 ? -y : y;
}

float mote_sinf(float x) {
  uint32_t u = bits_of(x), sign = u >> 31;
  return sin_at(u & 0x7fffffffu, sign * 2); /* sin(-x) = sin(x + pi) */
}

float mote_cosf(float x) { return sin_at(bits_of(x) & 0x7fffffffu, 1); }

/* Below 0.625 an odd polynomial, above 1 - 2 / (e^2x + 1). */
float mote_tanhf(float x) {
  float a = x < 0.0f ? -x : x, y;
  if (a < 0.625f) {
    float z = x * x;
    float p = -0.0537434965f + z * (0.020650588f + z * -0.00571704516f);
    return x + x * z * (-0.333332837f + z * (0.133314908f + z * p));
  }
  if (x != x) return x;
  y = a > 9.1f ? 1.0f : 1.0f - 2.0f / (mote_expf(2.0f * a) + 1.0f);
  return x < 0.0f ? -y : y;
}

float mote_logisticf(float x) {
  if (x >= 0.0f) return 1.0f / (1.0f + mote_expf(-x));
  float e = mote_expf(x); /* keeps full precision where the result is small */
  return e / (1.0f + e);
}

/* Below 1 a polynomial in x^2 (7e-10); above, 1 - e^(-x^2) q(1 / (1 + x / 2)) (1e-8). */
float mote_erff(float x) {
  float a = x < 0.0f ? -x : x, y;
  if (a < 1.0f) {
    float z = x * x;
    float p = -0.026854212f + z * (0.00518908742f +
                                   z * (-0.000801686428f + z * 7.87587505e-05f));
    return x * (1.12837917f + z * (-0.376126267f + z * (0.112835947f + z * p)));
  }
  if (x != x) return x;
  if (a > 4.0f) return x < 0.0f ? -1.0f : 1.0f;
  float u = 1.0f / (1.0f + 0.5f * a);
  float q = 0.378711441f + u * (-0.0301791871f + u * (0.604472074f + u * -0.218795737f));
  y = 1.0f - mote_expf(-a * a) * (0.0013318623f + u * (0.264432357f + u * q));
  return x < 0.0f ? -y : y;
}

float mote_floorf(float x) {
  if (!(x < 8388608.0f && x > -8388608.0f) || x == 0.0f) return x;
  float whole = (float)(int32_t)x;
  return whole > x ? whole - 1.0f : whole;
}

float mote_powf(float x, float y) {
  float t = y * mote_log2f(x);
  if (t != t) return t;
  if (t >= 128.0f) return float_of(INF_BITS);
  if (t < -150.0f) return 0.0f;
  int32_t k = nearest(t);
  return exp_core((t - (float)k) * 0.693147182f, 0.0f, k);
}

/* One root bit per step; 25 of them, the last decides the rounding (no ties exist). */
float mote_sqrtf_bits(float x) {
  uint32_t u = bits_of(x), m = u & 0x7fffffu;
  int32_t e = (int32_t)(u >> 23);
  if (u << 1 == 0 || u == INF_BITS || x != x) return x;
  if (u >> 31) return float_of(0x7fc00000u);
  if (e == 0)
    for (e = 1; !(m & 0x800000u); e--) m <<= 1;
  m |= 0x800000u;
  e -= 127;
  m <<= 1 + (e & 1);
  uint32_t root = 0, taken = 0;
  for (uint32_t bit = 0x1000000u; bit; bit >>= 1) {
    uint32_t t = taken + bit;
    if (t <= m) {
      taken = t + bit;
      m -= t;
      root += bit;
    }
    m <<= 1;
  }
  root += root & 1;
  return float_of((root >> 1) + ((uint32_t)((e >> 1) + 126) << 23));
}

/* The instruction where there is one (a libm call would set errno). */
float mote_sqrtf(float x) {
  if (x < 0.0f) return float_of(0x7fc00000u);
#if defined(__SSE2__)
  __asm__("sqrtss %1, %0" : "=x"(x) : "x"(x));
#elif defined(__aarch64__)
  __asm__("fsqrt %s0, %s1" : "=w"(x) : "w"(x));
#elif defined(__ARM_FP) && (__ARM_FP & 4)
  __asm__("vsqrt.f32 %0, %1" : "=t"(x) : "t"(x));
#elif defined(__riscv_flen)
  __asm__("fsqrt.s %0, %1" : "=f"(x) : "f"(x));
#else
  x = mote_sqrtf_bits(x);
#endif
  return x;
}
