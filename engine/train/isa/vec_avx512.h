/* SPDX-License-Identifier: Apache-2.0
 * Sixteen lanes, AVX-512 F/VL/BW/DQ (x86-64-v4). 32 registers, at most 24 sums. */
#define LANES 16
#define TILE_ROWS_1 8
#define TILE_ROWS_2 8
#define TILE_ROWS_3 8
#define TILE_ROWS_4 6
typedef float vf __attribute__((vector_size(64)));
typedef int32_t vi __attribute__((vector_size(64)));

static inline vf v_fma(vf a, vf b, vf c) {
  return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

static inline vf v_sqrt(vf a) { return (vf)_mm512_sqrt_ps((__m512)a); }

static inline __mmask16 part_mask(size_t n) { return (__mmask16)((1u << n) - 1u); }

static inline vf v_load_part(const float *p, size_t n) {
  return (vf)_mm512_maskz_loadu_ps(part_mask(n), p);
}

static inline void v_store_part(float *p, vf v, size_t n) {
  _mm512_mask_storeu_ps(p, part_mask(n), (__m512)v);
}
