/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
/* Products are added one by one: sums stay in registers. */
#pragma GCC optimize("O2", "no-tree-reassoc", "no-schedule-insns")
#pragma GCC optimize("ira-algorithm=priority", "no-inline-functions-called-once")
#endif

#include "nn/plain/filter_plain.h"

enum { P = MOTE_PLAIN_PIXELS };

void mote_pad_plain(const mote_filter_plain_t *f, uint8_t *x) {
  for (int32_t i = 1; i <= 3 * P; i++) x[f->taps * P - i] = 0;
}

void mote_gather_plain(mote_gather_plain_t *x, const int8_t *from, int32_t n) {
  uint8_t *to = x->to;
  uint32_t total = x->total;
  for (; n >= 4; n -= 4, from += 4, to += 4 * P) {
    total += to[0] = mote_unsigned(from[0]);
    total += to[P] = mote_unsigned(from[1]);
    total += to[2 * P] = mote_unsigned(from[2]);
    total += to[3 * P] = mote_unsigned(from[3]);
  }
  for (; n > 0; n--, to += P) total += *to = mote_unsigned(*from++);
  x->to = to, x->total = total;
}

#define TAP_1(t)                                                                         \
  do {                                                                                   \
    uint32_t v = x[P * (t)];                                                             \
    a += v * w[4 * (t)], b += v * w[4 * (t) + 1];                                        \
    c += v * w[4 * (t) + 2], d += v * w[4 * (t) + 3];                                    \
  } while (0)

/* Sums of four channels of one pixel. */
static void sum_1(const uint8_t *x, const uint8_t *w, int32_t taps, uint32_t *sums) {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  const uint8_t *end = x + P * taps;
  if (taps & 4) {
    TAP_1(0);
    TAP_1(1);
    TAP_1(2);
    TAP_1(3);
    x += 4 * P, w += 16;
  }
  for (; x != end; x += 8 * P, w += 32) {
    TAP_1(0);
    TAP_1(1);
    TAP_1(2);
    TAP_1(3);
    TAP_1(4);
    TAP_1(5);
    TAP_1(6);
    TAP_1(7);
  }
  sums[0] = a, sums[1] = b, sums[2] = c, sums[3] = d;
}

#if MOTE_PLAIN_PIXELS == 2
#define TAP_2(t)                                                                         \
  do {                                                                                   \
    uint32_t u = x[2 * (t)], v = x[2 * (t) + 1], k = w[4 * (t)];                         \
    a += u * k, e += v * k, k = w[4 * (t) + 1];                                          \
    b += u * k, f += v * k, k = w[4 * (t) + 2];                                          \
    c += u * k, g += v * k, k = w[4 * (t) + 3];                                          \
    d += u * k, h += v * k;                                                              \
  } while (0)

static void sum_2(const uint8_t *x, const uint8_t *w, int32_t taps, uint32_t *sums) {
  uint32_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
  const uint8_t *end = x + 2 * taps;
  for (; x != end; x += 8, w += 16) {
    TAP_2(0);
    TAP_2(1);
    TAP_2(2);
    TAP_2(3);
  }
  sums[0] = a, sums[1] = b, sums[2] = c, sums[3] = d;
  sums[4] = e, sums[5] = f, sums[6] = g, sums[7] = h;
}

#else
#define sum_2 sum_1 /* never called */
#endif

/* Sums of four channels to outputs. */
static inline void put_four(const uint32_t *sums, const int32_t *scale,
                            const uint8_t *shift, uint32_t excess, mote_limits_plain_t to,
                            int8_t *out) {
#define PUT(i)                                                                           \
  out[i] = mote_out_plain(sums[i] + (uint32_t)scale[i] - excess, scale[4 + (i)],         \
                          shift[i], to)
  PUT(0);
  PUT(1);
  PUT(2);
  PUT(3);
#undef PUT
}

void mote_filter_plain(const mote_filter_plain_t *f, int32_t pixels, const uint8_t *x,
                       const uint32_t *total, int8_t *out) {
  const uint8_t *w = f->weights.p;
  const int32_t *scale = f->scales.p;
  const uint8_t *shift = f->shift.p;
  mote_limits_plain_t to = {f->out_offset, f->min, f->max - f->min};
  int32_t taps = f->taps, n = f->channels;
  if (P == 1) pixels = 1; /* the compiler shall know */
  for (int32_t c = 0; c < n; c += 4, w += 4 * taps, scale += 8, shift += 4) {
    uint32_t sums[4 * P];
    if (pixels == 2) sum_2(x, w, taps, sums);
    else sum_1(x, w, taps, sums);
    for (int32_t p = 0; p < pixels; p++) {
      int8_t rest[4], *four = out + p * n + c;
      put_four(sums + 4 * p, scale, shift, total[p] << 7, to, c + 4 > n ? rest : four);
      for (int32_t i = 0; c + 4 > n && i < n - c; i++) four[i] = rest[i];
    }
  }
}
