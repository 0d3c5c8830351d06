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
#define V_ROWS  6 /* 6 * 2 sums, 2 weights and an input: 15 of 16 registers */
#define V_WIDE  2
#define V_LONG  8
#define V_BIAS  0

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
V_INLINE v_t v_one_tap(v_t sum, const int8_t *t, vw_t w) {
  return v_dot(sum, _mm256_cvtepi8_epi32(v_eight(t)), w);
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
V_INLINE v_t v_scale_high(v_t a, v_t multiplier) {
  const __m256i half = _mm256_set1_epi64x(1 << 30);
  __m256i even = _mm256_mul_epi32(a, multiplier);
  __m256i odd = _mm256_mul_epi32(_mm256_srli_epi64(a, 32),
                                 _mm256_srli_epi64(multiplier, 32));
  even = _mm256_srli_epi64(_mm256_add_epi64(even, half), 31);
  odd = _mm256_slli_epi64(_mm256_add_epi64(odd, half), 1);
  return _mm256_blend_epi32(even, odd, 0xAA);
}
V_INLINE v_t v_round(v_t a, v_t shift) {
  a = _mm256_srav_epi32(_mm256_add_epi32(a, _mm256_srai_epi32(a, 31)), shift);
  return _mm256_srai_epi32(_mm256_sub_epi32(a, _mm256_set1_epi32(-1)), 1);
}
V_INLINE void v_put(int8_t *out, v_t a, const v_range_t *r) {
  __m128i y = _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  y = _mm_adds_epi16(y, _mm_set1_epi16((int16_t)r->offset));
  y = _mm_packs_epi16(y, y);
  y = _mm_max_epi8(y, _mm_set1_epi8((int8_t)r->min));
  _mm_storel_epi64((__m128i *)out, _mm_min_epi8(y, _mm_set1_epi8((int8_t)r->max)));
}

#endif
#endif
