/* SPDX-License-Identifier: Apache-2.0
 * Four lanes in plain C. Without an FMA instruction fmaf is a library call: exact, slow
 */
#define LANES 4
#define TILE_ROWS_1 4
#define TILE_ROWS_2 4
#define TILE_ROWS_3 2
#define TILE_ROWS_4 2
typedef float vf __attribute__((vector_size(16)));
typedef int32_t vi __attribute__((vector_size(16)));

static inline vf v_fma(vf a, vf b, vf c) {
  for (int i = 0; i < LANES; i++) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return c;
}

static inline vf v_sqrt(vf a) {
  for (int i = 0; i < LANES; i++) a[i] = mote_sqrtf(a[i]);
  return a;
}

static inline vf v_load_part(const float *p, size_t n) {
  vf v = {0};
  memcpy(&v, p, n * sizeof *p);
  return v;
}

static inline void v_store_part(float *p, vf v, size_t n) {
  memcpy(p, &v, n * sizeof *p);
}
