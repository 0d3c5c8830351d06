/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#include <arm_mve.h>
#endif

#include "nn/armv7em/filter_dsp.h"
#include "nn/mve/dense_row_s8_mve.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
/* Adds the products of n inputs and four outputs' weights. */
static inline void sum_four(int32_t *sum, const int8_t *x, const int8_t *w, int32_t n) {
  int32_t a = sum[0], b = sum[1], c = sum[2], d = sum[3];
  for (; n >= 16; n -= 16, x += 16, w += 64) {
    int8x16_t v = vldrbq_s8(x);
    a = vmladavaq_s8(a, v, vldrbq_s8(w));
    b = vmladavaq_s8(b, v, vldrbq_s8(w + 16));
    c = vmladavaq_s8(c, v, vldrbq_s8(w + 32));
    d = vmladavaq_s8(d, v, vldrbq_s8(w + 48));
  }
  if (n > 0) {
    int8x16_t v = vldrbq_z_s8(x, vctp8q((uint32_t)n));
    a = vmladavaq_s8(a, v, vldrbq_s8(w));
    b = vmladavaq_s8(b, v, vldrbq_s8(w + 16));
    c = vmladavaq_s8(c, v, vldrbq_s8(w + 32));
    d = vmladavaq_s8(d, v, vldrbq_s8(w + 48));
  }
  sum[0] = a, sum[1] = b, sum[2] = c, sum[3] = d;
}

/* mote_out_dsp and the activation, of four outputs. */
static inline void round_four(const mote_dense_row_s8_mve_t *p, const int32_t *sum,
                              const int32_t *m, const uint8_t *s, int8_t *out) {
  int each = p->multiplier.n > 1;
  int32x4_t factor = each ? vldrwq_s32(m) : vdupq_n_s32(*m);
  int32x4_t shift = each ? (int32x4_t)vldrbq_u32(s) : vdupq_n_s32(*s);
  int32x4_t y = vqrdmulhq_s32(vldrwq_s32(sum), factor);
  y = vaddq_s32(y, vshrq_n_s32(y, 31));
  y = vaddq_s32(y, vshlq_s32(vdupq_n_s32(p->zero), shift));
  y = vshlq_s32(y, vnegq_s32(vaddq_n_s32(shift, 1)));
  y = vmaxq_s32(y, vdupq_n_s32(p->min));
  vstrbq_s32(out, vminq_s32(y, vdupq_n_s32(p->max)));
}
#else
static inline void sum_four(int32_t *sum, const int8_t *x, const int8_t *w, int32_t n) {
  for (int32_t i = 0; i < n; i++)
    for (int32_t k = 0; k < 4; k++)
      sum[k] = (int32_t)((uint32_t)sum[k] +
                         (uint32_t)(x[i] * w[(i >> 4) * 64 + k * 16 + (i & 15)]));
}

static inline void round_four(const mote_dense_row_s8_mve_t *p, const int32_t *sum,
                              const int32_t *m, const uint8_t *s, int8_t *out) {
  int32_t each = p->multiplier.n > 1;
  for (int32_t k = 0; k < 4; k++, m += each, s += each)
    out[k] = mote_out_dsp(2 * sum[k], *m, *s, p->zero);
  mote_clamp_dsp(p->min, p->max, out, 4);
}
#endif

void mote_dense_row_s8_mve(const mote_dense_row_s8_mve_t *p, const int8_t *in,
                           int8_t *out) {
  int32_t step = ((p->in_n + 15) >> 4) * 64, each = p->multiplier.n > 1;
  const int8_t *w = p->weights.p;
  const int32_t *m = p->multiplier.p, *bias = p->bias.p;
  const uint8_t *s = p->shift.p;
  int32_t sum[4], left = p->out_n;
  for (; left > 0; left -= 4, w += step, bias += 4, out += 4) {
    for (int32_t k = 0; k < 4; k++) sum[k] = bias[k];
    sum_four(sum, in, w, p->in_n);
    if (left < 4) break;
    round_four(p, sum, m, s, out);
    m += 4 * each, s += 4 * each;
  }
  for (int32_t k = 0; k < left; k++, m += each, s += each)
    out[k] = mote_out_dsp(2 * sum[k], *m, *s, p->zero);
  if (left > 0) mote_clamp_dsp(p->min, p->max, out, left);
}
