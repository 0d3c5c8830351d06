/* SPDX-License-Identifier: Apache-2.0
 * AVX2: inputs and weights are widened for VPMADDWD, which is exact. (VPMADDUBSW would
 * need no widening, but saturates.) */
#ifndef MOTE_NN_SIMD_VEC_AVX2_H
#define MOTE_NN_SIMD_VEC_AVX2_H

#include "nn/simd/vec.h"

#if defined(__AVX2__)
#include <immintrin.h>

#define V_LANES 8
#define V_GROUP 2
#define V_COPY  16
#define V_BIAS  0
#define V_SCALE 4
#define V_SUMS  12 /* and an input of every pixel, and a product: 16 registers */
#define V_AGAIN(p) __asm__ volatile("" : "+r"(p))

typedef int16_t x_t, w_t;
typedef __m256i v_t, vx_t, vw_t;

V_INLINE v_t v_load(const int32_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
V_INLINE v_t v_all(int32_t x) { return _mm256_set1_epi32(x); }
V_INLINE v_t v_add(v_t a, v_t b) { return _mm256_add_epi32(a, b); }
V_INLINE v_t v_shift_left(v_t a, int32_t n) {
  return _mm256_sll_epi32(a, _mm_cvtsi32_si128(n));
}
V_INLINE v_t v_multiply(v_t a, v_t b) { return _mm256_mullo_epi32(a, b); }
V_INLINE void v_write(int32_t *p, v_t a) { _mm256_storeu_si256((__m256i *)p, a); }
V_INLINE vx_t v_x(const x_t *x) {
  int32_t pair;
  memcpy(&pair, x, sizeof pair);
  return _mm256_set1_epi32(pair);
}
V_INLINE vw_t v_w(const w_t *w) { return _mm256_loadu_si256((const __m256i *)w); }
V_INLINE v_t v_dot(v_t sum, vx_t x, vw_t w) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(x, w));
}
V_INLINE __m128i v_eight(const int8_t *p) { return _mm_loadl_epi64((const __m128i *)p); }
V_INLINE v_t v_taps(v_t sum, const int8_t *const *t, vw_t w) {
  __m128i pairs = _mm_unpacklo_epi8(v_eight(t[0]), v_eight(t[1]));
  return v_dot(sum, _mm256_cvtepi8_epi16(pairs), w);
}
typedef struct { __m256i pair, last; } v_column_t;
V_INLINE v_column_t v_column(const int8_t *a, const int8_t *b, const int8_t *c) {
  __m128i pairs = _mm_unpacklo_epi8(_mm_loadu_si128((const __m128i *)a),
                                    _mm_loadu_si128((const __m128i *)b));
  v_column_t r = {_mm256_cvtepi8_epi16(pairs), _mm256_cvtepi8_epi32(v_eight(c))};
  return r;
}
V_INLINE v_t v_column_dot(v_t sum, v_column_t x, const w_t *w) {
  return v_dot(v_dot(sum, x.pair, v_w(w)), x.last, v_w(w + 16));
}
V_INLINE void v_x_copy(x_t *x, const int8_t *p) {
  __m128i bytes = _mm_loadu_si128((const __m128i *)p);
  _mm256_storeu_si256((__m256i *)x, _mm256_cvtepi8_epi16(bytes));
}
V_INLINE void v_x_copy4(x_t *x, const int8_t *p) {
  int32_t four;
  memcpy(&four, p, 4);
  _mm_storel_epi64((__m128i *)x, _mm_cvtepi8_epi16(_mm_cvtsi32_si128(four)));
}
V_INLINE v_t v_bytes(const int8_t *p) { return _mm256_cvtepi8_epi32(v_eight(p)); }
/* By shuffles, as shifts and products are done by the same units. */
V_INLINE __m256i v_odd(__m256i a) { return _mm256_shuffle_epi32(a, 0xF5); }
V_INLINE v_t v_high(v_t a, v_t multiplier) {
  __m256i even = _mm256_mul_epi32(a, multiplier);
  __m256i odd = _mm256_mul_epi32(v_odd(a), v_odd(multiplier));
  return _mm256_blend_epi32(v_odd(even), odd, 0xAA);
}
V_INLINE v_t v_sign(v_t a) { return _mm256_srai_epi32(a, 31); }
V_INLINE v_t v_shift_right(v_t a, v_t shift) { return _mm256_srav_epi32(a, shift); }
V_INLINE int v_is_whole(const v_range_t *r) { return r->min == -128 && r->max == 127; }
/* The two vectors' bytes, a in the low half. */
V_INLINE __m128i v_put_two(v_t a, v_t b, const v_range_t *r) {
  __m256i y = _mm256_packs_epi32(a, b);
  y = _mm256_packs_epi16(y, y);
  __m128i both = _mm_unpacklo_epi32(_mm256_castsi256_si128(y),
                                    _mm256_extracti128_si256(y, 1));
  if (v_is_whole(r)) return both;
  both = _mm_max_epi8(both, _mm_set1_epi8((int8_t)r->min));
  return _mm_min_epi8(both, _mm_set1_epi8((int8_t)r->max));
}
V_INLINE void v_put_four(int8_t *out, const v_t *a, const v_range_t *r) {
  static const int32_t order[8] = {0, 4, 1, 5, 2, 6, 3, 7};
  const int32_t *p = order;
  __m256i y = _mm256_packs_epi16(_mm256_packs_epi32(a[0], a[1]),
                                 _mm256_packs_epi32(a[2], a[3]));
  V_AGAIN(p);
  y = _mm256_permutevar8x32_epi32(y, v_load(p));
  if (!v_is_whole(r)) {
    y = _mm256_max_epi8(y, _mm256_set1_epi8((int8_t)r->min));
    y = _mm256_min_epi8(y, _mm256_set1_epi8((int8_t)r->max));
  }
  _mm256_storeu_si256((__m256i *)out, y);
}
V_INLINE void v_put(int8_t *out, int32_t step, const v_t *a, const int n,
                    const v_range_t *r) {
  if (n == 4 && step == V_LANES) {
    v_put_four(out, a, r);
    return;
  }
  V_UNROLL for (int i = 0; i + 2 <= n; i += 2, out += 2 * step) {
    __m128i y = v_put_two(a[i], a[i + 1], r);
    if (__builtin_constant_p(step) && step == V_LANES) {
      _mm_storeu_si128((__m128i *)out, y);
    } else {
      _mm_storel_epi64((__m128i *)out, y);
      _mm_storeh_pi((__m64 *)(out + step), _mm_castsi128_ps(y));
    }
  }
  if (n & 1) _mm_storel_epi64((__m128i *)out, v_put_two(a[n - 1], a[n - 1], r));
}

#endif
#endif
