/* SPDX-License-Identifier: Apache-2.0
 * Real FFT. The n reals are n/2 complex numbers; one bit reversal of all n also parts
 * them into a plane of real and a plane of imaginary parts, which is what lanes want.
 * Then decimation in time by radix 4 (a first pass of radix 8 when log2 n/2 is odd), then
 * the spectrum of the reals is separated. One quarter sine wave serves every pass: W^k is
 * read, W^2k and W^3k are products, once per k for all blocks. */
#include "base/strict.h"
#include "dsp/rfft.h"

#include "dsp/lanes.h"

#define SQRT_HALF 0.707106769f
#define SMALLEST  16u /* from here on every pass divides into groups of four lanes */

typedef struct {
  mote_lanes_t re, im;
} complex_t;

static inline complex_t add(complex_t a, complex_t b) {
  return (complex_t){a.re + b.re, a.im + b.im};
}

static inline complex_t sub(complex_t a, complex_t b) {
  return (complex_t){a.re - b.re, a.im - b.im};
}

static inline complex_t mul(complex_t a, complex_t b) {
  return (complex_t){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static inline complex_t load(const float *re, const float *im, uint32_t at) {
  return (complex_t){mote_lanes_load(re + at), mote_lanes_load(im + at)};
}

static inline void store(float *re, float *im, uint32_t at, complex_t z) {
  mote_lanes_store(re + at, z.re);
  mote_lanes_store(im + at, z.im);
}

static inline void swap(float *a, float *b) {
  float t = *a;
  *a = *b;
  *b = t;
}

/* Index = (high | middle | low) bits; each pair of an index and its mirror is met once.
 */
static void bit_reverse(float *x, uint32_t bits) {
  static const uint8_t reverse[64] = {0,  32, 16, 48, 8,  40, 24, 56, 4,  36, 20, 52, 12,
                                      44, 28, 60, 2,  34, 18, 50, 10, 42, 26, 58, 6,  38,
                                      22, 54, 14, 46, 30, 62, 1,  33, 17, 49, 9,  41, 25,
                                      57, 5,  37, 21, 53, 13, 45, 29, 61, 3,  35, 19, 51,
                                      11, 43, 27, 59, 7,  39, 23, 55, 15, 47, 31, 63};
  uint32_t half = bits / 2, top = bits - half, step = 1u << (6 - half);
  uint32_t middle = top > half ? 1u << half : 0;
  const uint8_t *ra = reverse + step; /* each step-th entry is a reversal of half bits */
  for (uint32_t a = 1; a < 1u << half; a++, ra += step) {
    float *p = x + (a << top), *q = x + *ra;
    for (const uint8_t *rb = reverse; rb < ra; rb += step, q += 1u << top) {
      swap(p + *rb, q);
      if (middle) swap(p + *rb + middle, q + middle);
    }
  }
}

/* For the first pass, whose neighbours are not independent. */
typedef struct {
  float re, im;
} point_t;

static inline point_t plus(point_t a, point_t b) {
  return (point_t){a.re + b.re, a.im + b.im};
}

static inline point_t minus(point_t a, point_t b) {
  return (point_t){a.re - b.re, a.im - b.im};
}

/* a - i b and a + i b */
static inline point_t minus_i(point_t a, point_t b) {
  return (point_t){a.re + b.im, a.im - b.re};
}

static inline point_t plus_i(point_t a, point_t b) {
  return (point_t){a.re - b.im, a.im + b.re};
}

typedef struct {
  point_t p[4];
} four_t;

/* Four points in bit-reversed order: x0 x2 x1 x3. */
static inline four_t fourier4(const float *re, const float *im) {
  point_t a = {re[0], im[0]}, c = {re[1], im[1]}, b = {re[2], im[2]}, d = {re[3], im[3]};
  point_t s = plus(a, c), t = minus(a, c), u = plus(b, d), v = minus(b, d);
  return (four_t){{plus(s, u), minus_i(t, v), minus(s, u), plus_i(t, v)}};
}

static inline void put(float *re, float *im, uint32_t at, point_t p) {
  re[at] = p.re;
  im[at] = p.im;
}

static void first4(float *re, float *im, uint32_t n) {
  for (uint32_t i = 0; i < n; i += 4) {
    four_t f = fourier4(re + i, im + i);
    for (uint32_t j = 0; j < 4; j++) put(re, im, i + j, f.p[j]);
  }
}

static void first8(float *re, float *im, uint32_t n) {
  for (uint32_t i = 0; i < n; i += 8) {
    four_t a = fourier4(re + i, im + i), b = fourier4(re + i + 4, im + i + 4);
    point_t b1 = b.p[1], b2 = b.p[2], b3 = b.p[3];
    b.p[1] = (point_t){SQRT_HALF * (b1.re + b1.im), SQRT_HALF * (b1.im - b1.re)};
    b.p[2] = (point_t){b2.im, -b2.re};
    b.p[3] = (point_t){SQRT_HALF * (b3.im - b3.re), -SQRT_HALF * (b3.re + b3.im)};
    for (uint32_t j = 0; j < 4; j++) {
      put(re, im, i + j, plus(a.p[j], b.p[j]));
      put(re, im, i + 4 + j, minus(a.p[j], b.p[j]));
    }
  }
}

/* Joins four sub-transforms of q points each, for all blocks of 4q. The order in memory
 * is bit-reversed: W^2k belongs to the second, W^k to the third. */
static void pass4(const mote_rfft_t *f, float *re, float *im, uint32_t q) {
  uint32_t n = f->n / 2, stride = f->n / (4 * q);
  for (uint32_t k = 0; k < q; k += MOTE_LANES) {
    const float *w = f->sine.p + k * stride, *end = f->sine.p + f->n / 4 - k * stride;
    complex_t w1 = {mote_lanes_gather(end, -(int32_t)stride),
                    -mote_lanes_gather(w, (int32_t)stride)};
    complex_t w2 = mul(w1, w1), w3 = mul(w1, w2);
    for (uint32_t i = k; i < n; i += 4 * q) {
      complex_t a = load(re, im, i), c = mul(load(re, im, i + q), w2);
      complex_t b = mul(load(re, im, i + 2 * q), w1),
                d = mul(load(re, im, i + 3 * q), w3);
      complex_t s = add(a, c), t = sub(a, c), u = add(b, d), v = sub(b, d);
      complex_t turned = {v.im, -v.re}; /* -i v */
      store(re, im, i, add(s, u));
      store(re, im, i + q, add(t, turned));
      store(re, im, i + 2 * q, sub(s, u));
      store(re, im, i + 3 * q, sub(t, turned));
    }
  }
}

static void transform(const mote_rfft_t *f, float *x) {
  uint32_t n = f->n / 2, bits = 0, q = 4;
  float *im = x + n;
  while (1u << bits < n) bits++;
  bit_reverse(x, bits + 1);
  if (bits & 1) {
    first8(x, im, n);
    q = 8;
  } else {
    first4(x, im, n);
  }
  for (; q < n; q *= 4) pass4(f, x, im, q);
}

/* Twice the spectra at k and n/2 - k from those of the even and the odd samples: with z
 * the half-size transform they are E + W O and conj(E - W O). */
typedef struct {
  complex_t low, high;
} pair_t;

/* Lanes k, k + 1, ... and, in the same order, n/2 - k, n/2 - k - 1, ... */
static inline pair_t separate(const mote_rfft_t *f, const float *x, uint32_t k) {
  uint32_t half = f->n / 2, mirror = half - k - (MOTE_LANES - 1);
  const float *im = x + half, *end = f->sine.p + f->n / 4 - k - (MOTE_LANES - 1);
  complex_t a = load(x, im, k), b = load(x, im, mirror);
  b.re = mote_lanes_reversed(b.re), b.im = mote_lanes_reversed(b.im);
  complex_t w = {mote_lanes_reversed(mote_lanes_load(end)),
                 -mote_lanes_load(f->sine.p + k)};
  complex_t even = {a.re + b.re, a.im - b.im};
  complex_t o = mul((complex_t){a.im + b.im, b.re - a.re}, w);
  return (pair_t){add(even, o), sub(even, o)};
}

/* sin(2 pi i / n) */
static float wave(const mote_rfft_t *f, uint32_t i) {
  uint32_t half = f->n / 2;
  i %= f->n;
  float sign = i > half ? -1.0f : 1.0f;
  if (i > half) i -= half;
  return sign * f->sine.p[i > half / 2 ? half - i : i];
}

/* 4 and 8 points, too few for groups of lanes: by definition. */
static void tiny_run(const mote_rfft_t *f, float *x) {
  uint32_t n = f->n, half = n / 2;
  float y[8];
  for (uint32_t k = 0; k <= half; k++) {
    float re = 0.0f, im = 0.0f;
    for (uint32_t j = 0; j < n; j++) {
      re += x[j] * wave(f, j * k + n / 4);
      im -= x[j] * wave(f, j * k);
    }
    if (k > 0 && k < half) y[half + k] = im;
    y[k] = re;
  }
  for (uint32_t k = 0; k < n; k++) x[k] = y[k];
}

void mote_rfft_run(const mote_rfft_t *f, float *x) {
  uint32_t half = f->n / 2;
  float *im = x + half, even = 0.0f, odd = 0.0f;
  if (f->n < SMALLEST) {
    tiny_run(f, x);
    return;
  }
  transform(f, x);
  even = x[0], odd = im[0];
  for (uint32_t k = 1; k <= half / 2; k += MOTE_LANES) {
    pair_t p = separate(f, x, k);
    uint32_t mirror = half - k - (MOTE_LANES - 1);
    complex_t high = {mote_lanes_reversed(p.high.re * 0.5f),
                      mote_lanes_reversed(p.high.im * -0.5f)};
    store(x, im, k, (complex_t){p.low.re * 0.5f, p.low.im * 0.5f});
    store(x, im, mirror, high);
  }
  x[0] = even + odd, im[0] = even - odd;
}

static float tiny_power(const mote_rfft_t *f, const float *x, uint32_t k) {
  uint32_t half = f->n / 2;
  float re = x[k], im = k > 0 && k < half ? x[half + k] : 0.0f;
  return re * re + im * im;
}

static inline mote_lanes_t square(complex_t z) { return z.re * z.re + z.im * z.im; }

void mote_rfft_power(const mote_rfft_t *f, float *x, float scale, float *power) {
  uint32_t half = f->n / 2;
  float quarter_scale = 0.25f * scale, low, high;
  if (f->n < SMALLEST) {
    tiny_run(f, x);
    for (uint32_t k = 0; k <= half; k++) power[k] = tiny_power(f, x, k) * scale;
    return;
  }
  transform(f, x);
  for (uint32_t k = 1; k <= half / 2; k += MOTE_LANES) {
    pair_t p = separate(f, x, k);
    mote_lanes_store(power + k, square(p.low) * quarter_scale);
    mote_lanes_store(power + half - k - (MOTE_LANES - 1),
                     mote_lanes_reversed(square(p.high) * quarter_scale));
  }
  low = x[0] + x[half], high = x[0] - x[half];
  power[0] = low * low * scale;
  power[half] = high * high * scale;
}

static inline void raise(float *top, float v) { *top = v > *top ? v : *top; }

static inline void raise_lanes(float *top, mote_lanes_t v) {
  float one[MOTE_LANES];
  mote_lanes_store(one, v);
  for (uint32_t j = 0; j < MOTE_LANES; j++) raise(top + j, one[j]);
}

void mote_rfft_max_power(const mote_rfft_t *f, float *x, float *power) {
  uint32_t half = f->n / 2;
  float low, high;
  if (f->n < SMALLEST) {
    tiny_run(f, x);
    for (uint32_t k = 0; k <= half; k++) raise(power + k, 4.0f * tiny_power(f, x, k));
    return;
  }
  transform(f, x);
  for (uint32_t k = 1; k <= half / 2; k += MOTE_LANES) {
    pair_t p = separate(f, x, k);
    raise_lanes(power + k, square(p.low));
    raise_lanes(power + half - k - (MOTE_LANES - 1), mote_lanes_reversed(square(p.high)));
  }
  low = 2.0f * (x[0] + x[half]), high = 2.0f * (x[0] - x[half]);
  raise(power, low * low), raise(power + half, high * high);
}
