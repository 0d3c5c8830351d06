/* SPDX-License-Identifier: Apache-2.0
 * WebAssembly SIMD128: two registers of sums; i32x4.dot_i16x8_s multiplies pairs. */
#ifndef MOTE_NN_SIMD_VEC_WASM_H
#define MOTE_NN_SIMD_VEC_WASM_H

#include "nn/simd/vec.h"

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>

#define V_LANES 8
#define V_GROUP 2
#define V_BIAS  0
#define V_SCALE 4
#define V_COPY  16
#define V_SUMS  4

typedef int16_t x_t, w_t;
typedef struct { v128_t a, b; } v_t, vw_t;
typedef v128_t vx_t;

V_INLINE v_t v_both(v128_t a, v128_t b) {
  v_t r = {a, b};
  return r;
}
V_INLINE v_t v_load(const int32_t *p) {
  return v_both(wasm_v128_load(p), wasm_v128_load(p + 4));
}
V_INLINE v_t v_all(int32_t x) { return v_both(wasm_i32x4_splat(x), wasm_i32x4_splat(x)); }
V_INLINE v_t v_add(v_t x, v_t y) {
  return v_both(wasm_i32x4_add(x.a, y.a), wasm_i32x4_add(x.b, y.b));
}
V_INLINE v_t v_shift_left(v_t x, int32_t n) {
  return v_both(wasm_i32x4_shl(x.a, (uint32_t)n), wasm_i32x4_shl(x.b, (uint32_t)n));
}
V_INLINE v_t v_multiply(v_t x, v_t y) {
  return v_both(wasm_i32x4_mul(x.a, y.a), wasm_i32x4_mul(x.b, y.b));
}
V_INLINE void v_write(int32_t *p, v_t x) {
  wasm_v128_store(p, x.a), wasm_v128_store(p + 4, x.b);
}
V_INLINE vx_t v_x(const x_t *x) { return wasm_v128_load32_splat(x); }
V_INLINE vw_t v_w(const w_t *w) {
  vw_t r = {wasm_v128_load(w), wasm_v128_load(w + 8)};
  return r;
}
V_INLINE v_t v_dot(v_t sum, vx_t x, vw_t w) {
  return v_both(wasm_i32x4_add(sum.a, wasm_i32x4_dot_i16x8(x, w.a)),
                wasm_i32x4_add(sum.b, wasm_i32x4_dot_i16x8(x, w.b)));
}
V_INLINE v_t v_products(v_t sum, v_t x, vw_t w) {
  return v_both(wasm_i32x4_add(sum.a, wasm_i32x4_dot_i16x8(x.a, w.a)),
                wasm_i32x4_add(sum.b, wasm_i32x4_dot_i16x8(x.b, w.b)));
}
V_INLINE v_t v_pairs(const int8_t *a, const int8_t *b) {
  v128_t x = wasm_i16x8_load8x8(a), y = wasm_i16x8_load8x8(b);
  return v_both(wasm_i16x8_shuffle(x, y, 0, 8, 1, 9, 2, 10, 3, 11),
                wasm_i16x8_shuffle(x, y, 4, 12, 5, 13, 6, 14, 7, 15));
}
V_INLINE v_t v_taps(v_t sum, const int8_t *const *t, vw_t w) {
  return v_products(sum, v_pairs(t[0], t[1]), w);
}
V_INLINE void v_x_copy(x_t *x, const int8_t *p) {
  wasm_v128_store(x, wasm_i16x8_load8x8(p));
  wasm_v128_store(x + 8, wasm_i16x8_load8x8(p + 8));
}
V_INLINE void v_x_copy4(x_t *x, const int8_t *p) {
  for (int i = 0; i < 4; i++) x[i] = p[i];
}
V_INLINE v_t v_bytes(const int8_t *p) {
  v128_t x = wasm_i16x8_load8x8(p);
  return v_both(wasm_i32x4_extend_low_i16x8(x), wasm_i32x4_extend_high_i16x8(x));
}
typedef struct { v_t pair, last; } v_column_t;
V_INLINE v_column_t v_column(const int8_t *a, const int8_t *b, const int8_t *c) {
  v_column_t r = {v_pairs(a, b), v_bytes(c)};
  return r;
}
V_INLINE v_t v_column_dot(v_t sum, v_column_t x, const w_t *w) {
  return v_products(v_products(sum, x.pair, v_w(w)), x.last, v_w(w + 16));
}
V_INLINE v128_t v_high4(v128_t x, v128_t m) {
  return wasm_i32x4_shuffle(wasm_i64x2_extmul_low_i32x4(x, m),
                            wasm_i64x2_extmul_high_i32x4(x, m), 1, 3, 5, 7);
}
V_INLINE v_t v_high(v_t x, v_t m) { return v_both(v_high4(x.a, m.a), v_high4(x.b, m.b)); }
V_INLINE v_t v_sign(v_t x) {
  return v_both(wasm_i32x4_shr(x.a, 31), wasm_i32x4_shr(x.b, 31));
}
/* There is no shift by a vector: lane by lane. */
V_INLINE v_t v_shift_right(v_t x, v_t shift) {
  int32_t y[8], n[8];
  v_write(y, x), v_write(n, shift);
  V_UNROLL for (int i = 0; i < 8; i++) y[i] >>= n[i];
  return v_load(y);
}
V_INLINE void v_put(int8_t *out, int32_t step, const v_t *x, const int n,
                    const v_range_t *r) {
  V_UNROLL for (int i = 0; i < n; i++, out += step) {
    v128_t y = wasm_i16x8_narrow_i32x4(x[i].a, x[i].b);
    y = wasm_i8x16_narrow_i16x8(y, y);
    y = wasm_i8x16_max(y, wasm_i8x16_splat((int8_t)r->min));
    y = wasm_i8x16_min(y, wasm_i8x16_splat((int8_t)r->max));
    wasm_v128_store64_lane(out, y, 0);
  }
}

#endif
#endif
