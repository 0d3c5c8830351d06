/* SPDX-License-Identifier: Apache-2.0
 * Four lanes of AArch64 Advanced SIMD: fused multiply-add is in the base set. */
#define LANES 4
#define TILE_ROWS_1 8
#define TILE_ROWS_2 8
#define TILE_ROWS_3 6
#define TILE_ROWS_4 5
typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));

static inline vf v_fma(vf a, vf b, vf c) {
  return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}

static inline vf v_sqrt(vf a) { return (vf)vsqrtq_f32((float32x4_t)a); }

static inline vf v_load_part(const float *p, size_t n) {
  vf v = {0};
  memcpy(&v, p, n * sizeof *p);
  return v;
}

static inline void v_store_part(float *p, vf v, size_t n) {
  memcpy(p, &v, n * sizeof *p);
}
