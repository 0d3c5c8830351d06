/* SPDX-License-Identifier: Apache-2.0
 * What every vector kernel is written in, over LANES, vf, vi and the four functions of
 * vec_<isa>.h. Included once per instruction set by kernels.inc.h. */

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE vf v_load(const float *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void v_store(float *p, vf v) { memcpy(p, &v, sizeof v); }

INLINE vf v_all(float x) { return x - (vf){0}; }

/* part 0: a whole vector, else its first `part` lanes (the others read as 0). */
INLINE vf v_get(const float *p, size_t part) {
  return part ? v_load_part(p, part) : v_load(p);
}

INLINE void v_put(float *p, vf v, size_t part) {
  if (part) v_store_part(p, v, part);
  else v_store(p, v);
}

/* Lanes of a where the mask is all ones, else of b. */
INLINE vf v_pick(vi mask, vf a, vf b) { return (vf)(((vi)a & mask) | ((vi)b & ~mask)); }

INLINE vf v_max(vf a, vf b) { return v_pick(a > b, a, b); }
INLINE vf v_min(vf a, vf b) { return v_pick(a < b, a, b); }

/* For every vector of [0, n): `at` is its first element, `part` its length or 0. */
#define FOR_VECTORS(n, at, part)                                                         \
  for (size_t at = 0, part; part = (n) - at < LANES ? (n) - at : 0, at < (n); at += LANES)
