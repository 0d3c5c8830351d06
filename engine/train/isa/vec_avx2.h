/* SPDX-License-Identifier: Apache-2.0
 * Eight lanes, AVX2 + FMA (x86-64-v3). Sixteen registers, at most twelve sums. */
#define LANES 8
#define TILE_ROWS_1 8
#define TILE_ROWS_2 6
#define TILE_ROWS_3 4
#define TILE_ROWS_4 3
typedef float vf __attribute__((vector_size(32)));
typedef int32_t vi __attribute__((vector_size(32)));

static inline vf v_fma(vf a, vf b, vf c) {
  return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}

static inline vf v_sqrt(vf a) { return (vf)_mm256_sqrt_ps((__m256)a); }

static inline __m256i part_mask(size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

static inline vf v_load_part(const float *p, size_t n) {
  return (vf)_mm256_maskload_ps(p, part_mask(n));
}

static inline void v_store_part(float *p, vf v, size_t n) {
  _mm256_maskstore_ps(p, part_mask(n), (__m256)v);
}
