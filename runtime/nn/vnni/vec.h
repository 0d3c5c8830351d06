/* SPDX-License-Identifier: Apache-2.0
 * The vectors of nn/simd/vec.h with sixteen sums, to which four products of bytes are
 * added: AVX-512 with VNNI and VBMI. Inputs are unsigned there, so 128 is added to them.
 * Without these instructions, plain C gives the same bits. */
#ifndef MOTE_NN_VNNI_VEC_H
#define MOTE_NN_VNNI_VEC_H

#include <stdint.h>

#define V_LANES 16
#define V_GROUP 4
#define V_BIAS  128
#define V_SCALE 1

typedef uint8_t x_t;
typedef int8_t w_t;

#if defined(__AVX512VNNI__) && defined(__AVX512VBMI__) && defined(__AVX512BW__) &&       \
    defined(__AVX512VL__)
#include "nn/simd/vec.h"

#include <immintrin.h>

#define V_COPY 32
#define V_SUMS 24 /* and 4 weights and an input: 29 of 32 registers */

typedef __m512i v_t, vx_t, vw_t;

V_INLINE v_t v_load(const int32_t *p) { return _mm512_loadu_si512(p); }
V_INLINE vx_t v_x(const x_t *x) {
  int32_t quad;
  memcpy(&quad, x, sizeof quad);
  return _mm512_set1_epi32(quad);
}
V_INLINE vw_t v_w(const w_t *w) { return _mm512_loadu_si512(w); }
V_INLINE v_t v_dot(v_t sum, vx_t x, vw_t w) { return _mm512_dpbusd_epi32(sum, x, w); }
V_INLINE __m128i v_sixteen(const int8_t *p) {
  return _mm_loadu_si128((const __m128i *)p);
}
/* From [tap][channel] to [channel][tap]; 128 added. */
V_INLINE __m512i v_quads(__m128i a, __m128i b, __m128i c, __m128i d) {
  const __m512i order = _mm512_set_epi32(
      0x3f2f1f0f, 0x3e2e1e0e, 0x3d2d1d0d, 0x3c2c1c0c, 0x3b2b1b0b, 0x3a2a1a0a, 0x39291909,
      0x38281808, 0x37271707, 0x36261606, 0x35251505, 0x34241404, 0x33231303, 0x32221202,
      0x31211101, 0x30201000);
  __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
  __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(c), d, 1);
  __m512i x = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
  x = _mm512_xor_si512(x, _mm512_set1_epi8(-128));
  return _mm512_permutexvar_epi8(order, x);
}
V_INLINE v_t v_taps(v_t sum, const int8_t *const *t, vw_t w) {
  return v_dot(sum, v_quads(v_sixteen(t[0]), v_sixteen(t[1]), v_sixteen(t[2]),
                            v_sixteen(t[3])), w);
}
typedef __m512i v_column_t;
V_INLINE v_column_t v_column(const int8_t *a, const int8_t *b, const int8_t *c) {
  return v_quads(v_sixteen(a), v_sixteen(b), v_sixteen(c), _mm_setzero_si128());
}
V_INLINE v_t v_column_dot(v_t sum, v_column_t x, const w_t *w) {
  return v_dot(sum, x, v_w(w));
}
V_INLINE void v_x_copy(x_t *x, const int8_t *p) {
  __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
  _mm256_storeu_si256((__m256i *)x, _mm256_xor_si256(bytes, _mm256_set1_epi8(-128)));
}
V_INLINE void v_x_copy4(x_t *x, const int8_t *p) {
  uint32_t four;
  memcpy(&four, p, 4);
  four ^= 0x80808080u;
  memcpy(x, &four, 4);
}
V_INLINE v_t v_add(v_t a, v_t b) { return _mm512_add_epi32(a, b); }
V_INLINE v_t v_high(v_t a, v_t multiplier) {
  __m512i even = _mm512_mul_epi32(a, multiplier);
  __m512i odd =
      _mm512_mul_epi32(_mm512_srli_epi64(a, 32), _mm512_srli_epi64(multiplier, 32));
  return _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 30),
                                 _mm512_slli_epi64(odd, 2));
}
V_INLINE v_t v_sign(v_t a) { return _mm512_srai_epi32(a, 31); }
V_INLINE v_t v_shift_right(v_t a, v_t shift) { return _mm512_srav_epi32(a, shift); }
V_INLINE void v_put(int8_t *out, int32_t step, const v_t *a, const int n,
                    const v_range_t *r) {
  V_UNROLL for (int i = 0; i < n; i++, out += step) {
    __m128i y = _mm512_cvtsepi32_epi8(a[i]);
    y = _mm_max_epi8(y, _mm_set1_epi8((int8_t)r->min));
    _mm_storeu_si128((__m128i *)out, _mm_min_epi8(y, _mm_set1_epi8((int8_t)r->max)));
  }
}

#else
#include "nn/simd/vec_plain.h"
#endif
#endif
