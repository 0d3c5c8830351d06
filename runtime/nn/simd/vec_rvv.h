/* SPDX-License-Identifier: Apache-2.0
 * The V extension of RISC-V by vectors of the compiler's own, since its types cannot
 * stand in arrays: 256 bits of sums, two registers where one has 128. A pair of weights
 * is taken apart by shifts that all pixels of a tile share. */
#ifndef MOTE_NN_SIMD_VEC_RVV_H
#define MOTE_NN_SIMD_VEC_RVV_H

#include "nn/simd/vec.h"

#if defined(__riscv_vector)

#define V_LANES 8
#define V_GROUP 2
#define V_BIAS  0
#define V_SCALE 4
#define V_COPY  16
#define V_SUMS  8

typedef int16_t x_t, w_t;
typedef int32_t v_t __attribute__((vector_size(32)));
typedef int64_t v_wide_t __attribute__((vector_size(64)));
typedef int16_t v_half_t __attribute__((vector_size(16)));
typedef int8_t v_bytes_t __attribute__((vector_size(8)));
typedef struct { int32_t a, b; } vx_t;
typedef struct { v_t a, b; } vw_t;

V_INLINE v_t v_load(const int32_t *p) {
  v_t r;
  __builtin_memcpy(&r, p, sizeof r);
  return r;
}
V_INLINE v_t v_all(int32_t x) {
  v_t r = {x, x, x, x, x, x, x, x};
  return r;
}
V_INLINE v_t v_add(v_t a, v_t b) { return a + b; }
V_INLINE v_t v_shift_left(v_t a, int32_t n) { return a << n; }
V_INLINE v_t v_multiply(v_t a, v_t b) { return a * b; }
V_INLINE void v_write(int32_t *p, v_t a) { __builtin_memcpy(p, &a, sizeof a); }
V_INLINE vx_t v_x(const x_t *x) {
  vx_t r = {x[0], x[1]};
  return r;
}
V_INLINE vw_t v_w(const w_t *w) {
  v_t pairs;
  __builtin_memcpy(&pairs, w, sizeof pairs);
  vw_t r = {pairs << 16 >> 16, pairs >> 16};
  return r;
}
V_INLINE v_t v_dot(v_t sum, vx_t x, vw_t w) { return sum + w.a * x.a + w.b * x.b; }
V_INLINE v_t v_bytes(const int8_t *p) {
  v_bytes_t bytes;
  __builtin_memcpy(&bytes, p, sizeof bytes);
  return __builtin_convertvector(bytes, v_t);
}
V_INLINE v_t v_taps(v_t sum, const int8_t *const *t, vw_t w) {
  return sum + w.a * v_bytes(t[0]) + w.b * v_bytes(t[1]);
}
typedef struct { v_t a, b, c; } v_column_t;
V_INLINE v_column_t v_column(const int8_t *a, const int8_t *b, const int8_t *c) {
  v_column_t r = {v_bytes(a), v_bytes(b), v_bytes(c)};
  return r;
}
V_INLINE v_t v_column_dot(v_t sum, v_column_t x, const w_t *w) {
  vw_t pair = v_w(w), last = v_w(w + 16);
  return sum + x.a * pair.a + x.b * pair.b + x.c * last.a;
}
V_INLINE void v_x_copy(x_t *x, const int8_t *p) {
  for (int i = 0; i < 16; i += 8) {
    v_bytes_t bytes;
    __builtin_memcpy(&bytes, p + i, sizeof bytes);
    v_half_t wide = __builtin_convertvector(bytes, v_half_t);
    __builtin_memcpy(x + i, &wide, sizeof wide);
  }
}
V_INLINE void v_x_copy4(x_t *x, const int8_t *p) {
  for (int i = 0; i < 4; i++) x[i] = p[i];
}
V_INLINE v_t v_high(v_t a, v_t multiplier) {
  v_wide_t y = __builtin_convertvector(a, v_wide_t);
  y = y * __builtin_convertvector(multiplier, v_wide_t) >> 32;
  return __builtin_convertvector(y, v_t);
}
V_INLINE v_t v_sign(v_t a) { return a >> 31; }
V_INLINE v_t v_shift_right(v_t a, v_t shift) { return a >> shift; }
/* a where the mask is set, else b. */
V_INLINE v_t v_either(v_t mask, v_t a, v_t b) { return (a & mask) | (b & ~mask); }
V_INLINE void v_put(int8_t *out, int32_t step, const v_t *a, const int n,
                    const v_range_t *r) {
  V_UNROLL for (int i = 0; i < n; i++, out += step) {
    v_t y = v_either(a[i] < r->min, v_all(r->min), a[i]);
    y = v_either(y > r->max, v_all(r->max), y);
    v_bytes_t bytes = __builtin_convertvector(y, v_bytes_t);
    __builtin_memcpy(out, &bytes, sizeof bytes);
  }
}

#endif
#endif
