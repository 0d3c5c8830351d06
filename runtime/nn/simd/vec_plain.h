/* SPDX-License-Identifier: Apache-2.0
 * Plain C, for any family: eight lanes of pairs when none has been named. */
#ifndef MOTE_NN_SIMD_VEC_PLAIN_H
#define MOTE_NN_SIMD_VEC_PLAIN_H

#ifndef V_LANES
#include <stdint.h>
#define V_LANES 8
#define V_GROUP 2
#define V_BIAS  0
#define V_SCALE 4
typedef int16_t x_t, w_t;
#endif
#include "nn/simd/vec.h"

#define V_COPY 8
#define V_SUMS 4

typedef struct { int32_t v[V_LANES]; } v_t;
typedef const x_t *vx_t;
typedef const w_t *vw_t;

#define V_EACH for (int i = 0; i < V_LANES; i++)

V_INLINE v_t v_load(const int32_t *p) {
  v_t a;
  memcpy(a.v, p, sizeof a.v);
  return a;
}
V_INLINE v_t v_all(int32_t x) {
  v_t a;
  V_EACH a.v[i] = x;
  return a;
}
V_INLINE v_t v_add(v_t a, v_t b) {
  V_EACH a.v[i] = mote_add_wrap(a.v[i], b.v[i]);
  return a;
}
V_INLINE v_t v_shift_left(v_t a, int32_t n) {
  V_EACH a.v[i] = mote_shift_left(a.v[i], n);
  return a;
}
V_INLINE v_t v_multiply(v_t a, v_t b) {
  V_EACH a.v[i] *= b.v[i];
  return a;
}
V_INLINE void v_write(int32_t *p, v_t a) { memcpy(p, a.v, sizeof a.v); }
V_INLINE vx_t v_x(const x_t *x) { return x; }
V_INLINE vw_t v_w(const w_t *w) { return w; }
V_INLINE v_t v_dot(v_t sum, vx_t x, vw_t w) {
  V_EACH for (int k = 0; k < V_GROUP; k++)
    sum.v[i] = mote_add_wrap(sum.v[i], x[k] * w[V_GROUP * i + k]);
  return sum;
}
V_INLINE v_t v_taps(v_t sum, const int8_t *const *t, vw_t w) {
  V_EACH for (int k = 0; k < V_GROUP; k++)
    sum.v[i] = mote_add_wrap(sum.v[i], (t[k][i] + V_BIAS) * w[V_GROUP * i + k]);
  return sum;
}
typedef struct { const int8_t *t[3]; } v_column_t;
V_INLINE v_column_t v_column(const int8_t *a, const int8_t *b, const int8_t *c) {
  v_column_t r = {{a, b, c}};
  return r;
}
V_INLINE v_t v_column_dot(v_t sum, v_column_t x, const w_t *w) {
  V_EACH for (int k = 0; k < 3; k++) {
    int32_t at = (k / V_GROUP * V_LANES + i) * V_GROUP + k % V_GROUP;
    sum.v[i] = mote_add_wrap(sum.v[i], (x.t[k][i] + V_BIAS) * w[at]);
  }
  return sum;
}
V_INLINE void v_x_copy(x_t *x, const int8_t *p) {
  for (int i = 0; i < V_COPY; i++) x[i] = (x_t)(p[i] + V_BIAS);
}
V_INLINE void v_x_copy4(x_t *x, const int8_t *p) {
  for (int i = 0; i < 4; i++) x[i] = (x_t)(p[i] + V_BIAS);
}
V_INLINE v_t v_bytes(const int8_t *p) {
  v_t a;
  V_EACH a.v[i] = p[i];
  return a;
}
V_INLINE v_t v_high(v_t a, v_t m) {
  V_EACH a.v[i] = (int32_t)((int64_t)a.v[i] * m.v[i] * (4 / V_SCALE) >> 32);
  return a;
}
V_INLINE v_t v_sign(v_t a) {
  V_EACH a.v[i] = a.v[i] < 0 ? -1 : 0;
  return a;
}
V_INLINE v_t v_shift_right(v_t a, v_t shift) {
  V_EACH a.v[i] >>= shift.v[i];
  return a;
}
V_INLINE void v_put(int8_t *out, int32_t step, const v_t *a, const int n,
                    const v_range_t *r) {
  for (int k = 0; k < n; k++, out += step)
    V_EACH out[i] = (int8_t)mote_clamp(a[k].v[i], r->min, r->max);
}

#endif
