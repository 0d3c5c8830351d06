/* SPDX-License-Identifier: Apache-2.0
 * Real FFT: the n reals are taken as n/2 complex numbers, transformed in place (bit
 * reversal, then decimation in time by radix 4, one radix-8 or radix-2 pass first when
 * log2 is odd), and split into the spectrum of the reals. One quarter sine wave serves
 * every pass: W^k is read, W^2k and W^3k are products, once per k for all blocks. */
#include "base/strict.h"
#include "dsp/rfft.h"

#define SQRT_HALF 0.707106769f

typedef struct { float re, im; } complex_t;

static inline complex_t add(complex_t a, complex_t b) {
  return (complex_t){a.re + b.re, a.im + b.im};
}

static inline complex_t sub(complex_t a, complex_t b) {
  return (complex_t){a.re - b.re, a.im - b.im};
}

static inline complex_t mul(complex_t a, complex_t b) {
  return (complex_t){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/* a - i b and a + i b */
static inline complex_t sub_i(complex_t a, complex_t b) {
  return (complex_t){a.re + b.im, a.im - b.re};
}

static inline complex_t add_i(complex_t a, complex_t b) {
  return (complex_t){a.re - b.im, a.im + b.re};
}

static inline void swap(complex_t *a, complex_t *b) {
  complex_t t = *a;
  *a = *b;
  *b = t;
}

/* Index = (high | middle | low) bits; every pair of one index and its mirror is met once. */
static void bit_reverse(complex_t *z, uint32_t log2n) {
  static const uint8_t reverse[32] = {0, 16, 8,  24, 4, 20, 12, 28, 2, 18, 10,
                                      26, 6, 22, 14, 30, 1, 17, 9,  25, 5, 21,
                                      13, 29, 3, 19, 11, 27, 7, 23, 15, 31};
  uint32_t half = log2n / 2, top = log2n - half, drop = 5 - half;
  for (uint32_t a = 1; a < 1u << half; a++) {
    uint32_t ra = reverse[a] >> drop;
    for (uint32_t b = 0; b < a; b++) {
      uint32_t rb = reverse[b] >> drop;
      uint32_t i = a << top | rb, j = b << top | ra;
      swap(z + i, z + j);
      if (top > half) swap(z + i + (1u << half), z + j + (1u << half));
    }
  }
}

/* Four sub-transforms of one point each, in bit-reversed order 0 2 1 3. */
static inline void butterfly4(complex_t *z, complex_t b, complex_t c, complex_t d,
                              uint32_t q) {
  complex_t a = *z;
  complex_t s = add(a, c), t = sub(a, c), u = add(b, d), v = sub(b, d);
  z[0] = add(s, u);
  z[q] = sub_i(t, v);
  z[2 * q] = sub(s, u);
  z[3 * q] = add_i(t, v);
}

static void first4(complex_t *z, uint32_t n) {
  for (complex_t *end = z + n; z < end; z += 4) butterfly4(z, z[2], z[1], z[3], 1);
}

static void first8(complex_t *z, uint32_t n) {
  for (complex_t *end = z + n; z < end; z += 8) {
    butterfly4(z, z[2], z[1], z[3], 1);
    complex_t s = add(z[4], z[5]), t = sub(z[4], z[5]);
    complex_t u = add(z[6], z[7]), v = sub(z[6], z[7]);
    complex_t b0 = add(s, u), b1 = sub_i(t, v), b2 = sub(s, u), b3 = add_i(t, v);
    complex_t w1 = {SQRT_HALF * (b1.re + b1.im), SQRT_HALF * (b1.im - b1.re)};
    complex_t w3 = {SQRT_HALF * (b3.im - b3.re), -SQRT_HALF * (b3.re + b3.im)};
    z[4] = sub(z[0], b0), z[0] = add(z[0], b0);
    z[5] = sub(z[1], w1), z[1] = add(z[1], w1);
    z[6] = add_i(z[2], b2), z[2] = sub_i(z[2], b2);
    z[7] = sub(z[3], w3), z[3] = add(z[3], w3);
  }
}

/* Joins four sub-transforms of q points each, for all blocks of 4q. The order in memory is
 * bit-reversed: W^2k belongs to the second, W^k to the third. */
static void pass4(complex_t *z, uint32_t n, uint32_t q, const mote_rfft_t *f) {
  uint32_t quarter = f->n / 4, stride = f->n / (4 * q);
  for (complex_t *p = z; p < z + n; p += 4 * q) butterfly4(p, p[2 * q], p[q], p[3 * q], q);
  for (uint32_t k = 1; k < q; k++) {
    complex_t w1 = {f->sine.p[quarter - k * stride], -f->sine.p[k * stride]};
    complex_t w2 = mul(w1, w1), w3 = mul(w1, w2);
    for (complex_t *p = z + k; p < z + n; p += 4 * q)
      butterfly4(p, mul(p[2 * q], w1), mul(p[q], w2), mul(p[3 * q], w3), q);
  }
}

static void transform(const mote_rfft_t *f, complex_t *z) {
  uint32_t n = f->n / 2, log2n = 0, q = 4;
  while (1u << log2n < n) log2n++;
  bit_reverse(z, log2n);
  if (n == 2) {
    complex_t t = z[1];
    z[1] = sub(z[0], t), z[0] = add(z[0], t);
  } else if (log2n & 1) {
    first8(z, n), q = 8;
  } else {
    first4(z, n);
  }
  for (; q < n; q *= 4) pass4(z, n, q, f);
}

/* Spectra at k and n/2 - k from the half-size transform: a = E + W O, b = conj(E - W O). */
static inline void separate(const mote_rfft_t *f, const complex_t *z, uint32_t k,
                            complex_t *a, complex_t *b) {
  complex_t x = z[k], y = z[f->n / 2 - k];
  complex_t even = {x.re + y.re, x.im - y.im}, odd = {x.im + y.im, y.re - x.re};
  complex_t w = {f->sine.p[f->n / 4 - k], -f->sine.p[k]};
  complex_t o = mul(odd, w);
  *a = add(even, o); /* twice the spectrum */
  *b = sub(even, o);
}

void mote_rfft_run(const mote_rfft_t *f, float *x) {
  complex_t *z = (complex_t *)x, a, b;
  uint32_t half = f->n / 2;
  transform(f, z);
  for (uint32_t k = 1; k <= half / 2; k++) {
    separate(f, z, k, &a, &b);
    z[half - k] = (complex_t){0.5f * b.re, -0.5f * b.im};
    z[k] = (complex_t){0.5f * a.re, 0.5f * a.im};
  }
  z[0] = (complex_t){z[0].re + z[0].im, z[0].re - z[0].im};
}

/* Squared magnitudes, twice the spectrum and so four times too large, of pair k. */
static inline void pair_power(const mote_rfft_t *f, const complex_t *z, uint32_t k,
                              float *low, float *high) {
  complex_t a, b;
  separate(f, z, k, &a, &b);
  *low = a.re * a.re + a.im * a.im;
  *high = b.re * b.re + b.im * b.im;
}

void mote_rfft_power(const mote_rfft_t *f, float *x, float scale, float *power) {
  complex_t *z = (complex_t *)x;
  uint32_t half = f->n / 2;
  float low, high, quarter_scale = 0.25f * scale;
  transform(f, z);
  for (uint32_t k = 1; k <= half / 2; k++) {
    pair_power(f, z, k, &low, &high);
    power[k] = low * quarter_scale;
    power[half - k] = high * quarter_scale;
  }
  low = z[0].re + z[0].im, high = z[0].re - z[0].im;
  power[0] = low * low * scale;
  power[half] = high * high * scale;
}

static inline void raise(float *top, float v) { *top = v > *top ? v : *top; }

void mote_rfft_max_power(const mote_rfft_t *f, float *x, float *power) {
  complex_t *z = (complex_t *)x;
  uint32_t half = f->n / 2;
  float low, high;
  transform(f, z);
  for (uint32_t k = 1; k <= half / 2; k++) {
    pair_power(f, z, k, &low, &high);
    raise(&power[k], low), raise(&power[half - k], high);
  }
  low = 2 * (z[0].re + z[0].im), high = 2 * (z[0].re - z[0].im);
  raise(&power[0], low * low), raise(&power[half], high * high);
}
