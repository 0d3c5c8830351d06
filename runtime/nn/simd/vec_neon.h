/* SPDX-License-Identifier: Apache-2.0
 * AArch64 Advanced SIMD: two registers of sums. A pair needs no instruction of its own,
 * the two products are added one after the other. */
#ifndef MOTE_NN_SIMD_VEC_NEON_H
#define MOTE_NN_SIMD_VEC_NEON_H

#include "nn/simd/vec.h"

#if defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>

#define V_LANES 8
#define V_GROUP 2
#define V_BIAS  0
#define V_SCALE 4
#define V_COPY  16
#define V_SUMS  8 /* of 2 registers each, and the weights of 4 blocks: 24 of 32 */

typedef int16_t x_t, w_t;
typedef struct { int32x4_t a, b; } v_t;
typedef int16x4_t vx_t;
typedef int16x8x2_t vw_t;

V_INLINE v_t v_load(const int32_t *p) {
  v_t r = {vld1q_s32(p), vld1q_s32(p + 4)};
  return r;
}
V_INLINE v_t v_all(int32_t x) {
  v_t r = {vdupq_n_s32(x), vdupq_n_s32(x)};
  return r;
}
V_INLINE v_t v_add(v_t x, v_t y) {
  v_t r = {vaddq_s32(x.a, y.a), vaddq_s32(x.b, y.b)};
  return r;
}
V_INLINE v_t v_shift_left(v_t x, int32_t n) {
  v_t r = {vshlq_s32(x.a, vdupq_n_s32(n)), vshlq_s32(x.b, vdupq_n_s32(n))};
  return r;
}
V_INLINE v_t v_multiply(v_t x, v_t y) {
  v_t r = {vmulq_s32(x.a, y.a), vmulq_s32(x.b, y.b)};
  return r;
}
V_INLINE void v_write(int32_t *p, v_t x) { vst1q_s32(p, x.a), vst1q_s32(p + 4, x.b); }
V_INLINE vx_t v_x(const x_t *x) {
  int32_t pair;
  memcpy(&pair, x, sizeof pair);
  return vreinterpret_s16_s32(vdup_n_s32(pair));
}
V_INLINE vw_t v_w(const w_t *w) { return vld2q_s16(w); }
V_INLINE v_t v_dot(v_t sum, vx_t x, vw_t w) {
  sum.a = vmlal_lane_s16(sum.a, vget_low_s16(w.val[0]), x, 0);
  sum.b = vmlal_high_lane_s16(sum.b, w.val[0], x, 0);
  sum.a = vmlal_lane_s16(sum.a, vget_low_s16(w.val[1]), x, 1);
  sum.b = vmlal_high_lane_s16(sum.b, w.val[1], x, 1);
  return sum;
}
V_INLINE v_t v_products(v_t sum, int16x8_t x, int16x8_t w) {
  sum.a = vmlal_s16(sum.a, vget_low_s16(x), vget_low_s16(w));
  sum.b = vmlal_high_s16(sum.b, x, w);
  return sum;
}
V_INLINE v_t v_taps(v_t sum, const int8_t *const *t, vw_t w) {
  sum = v_products(sum, vmovl_s8(vld1_s8(t[0])), w.val[0]);
  return v_products(sum, vmovl_s8(vld1_s8(t[1])), w.val[1]);
}
typedef struct { int16x8_t a, b, c; } v_column_t;
V_INLINE v_column_t v_column(const int8_t *a, const int8_t *b, const int8_t *c) {
  v_column_t r = {vmovl_s8(vld1_s8(a)), vmovl_s8(vld1_s8(b)), vmovl_s8(vld1_s8(c))};
  return r;
}
V_INLINE v_t v_column_dot(v_t sum, v_column_t x, const w_t *w) {
  vw_t pair = v_w(w), last = v_w(w + 16);
  sum = v_products(v_products(sum, x.a, pair.val[0]), x.b, pair.val[1]);
  return v_products(sum, x.c, last.val[0]);
}
V_INLINE void v_x_copy(x_t *x, const int8_t *p) {
  int8x16_t bytes = vld1q_s8(p);
  vst1q_s16(x, vmovl_s8(vget_low_s8(bytes)));
  vst1q_s16(x + 8, vmovl_high_s8(bytes));
}
V_INLINE void v_x_copy4(x_t *x, const int8_t *p) {
  int32_t four;
  memcpy(&four, p, 4);
  vst1_s16(x, vget_low_s16(vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)))));
}
V_INLINE v_t v_bytes(const int8_t *p) {
  int16x8_t x = vmovl_s8(vld1_s8(p));
  v_t r = {vmovl_s16(vget_low_s16(x)), vmovl_high_s16(x)};
  return r;
}
/* SQDMULH is 2ab / 2^32 rounded down. */
V_INLINE v_t v_high(v_t x, v_t m) {
  v_t r = {vshrq_n_s32(vqdmulhq_s32(x.a, m.a), 1),
           vshrq_n_s32(vqdmulhq_s32(x.b, m.b), 1)};
  return r;
}
V_INLINE v_t v_sign(v_t x) {
  v_t r = {vshrq_n_s32(x.a, 31), vshrq_n_s32(x.b, 31)};
  return r;
}
V_INLINE v_t v_shift_right(v_t x, v_t shift) {
  v_t r = {vshlq_s32(x.a, vnegq_s32(shift.a)), vshlq_s32(x.b, vnegq_s32(shift.b))};
  return r;
}
V_INLINE void v_put(int8_t *out, int32_t step, const v_t *x, const int n,
                    const v_range_t *r) {
  V_UNROLL for (int i = 0; i < n; i++, out += step) {
    int8x8_t z = vqmovn_s16(vcombine_s16(vqmovn_s32(x[i].a), vqmovn_s32(x[i].b)));
    z = vmax_s8(z, vdup_n_s8((int8_t)r->min));
    vst1_s8(out, vmin_s8(z, vdup_n_s8((int8_t)r->max)));
  }
}

#endif
#endif
