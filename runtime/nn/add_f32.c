/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/add.h"
#include "nn/dot.h"

void mote_add_f32(const mote_add_f32_t *p, const float *a, const float *b, float *out) {
  for (int32_t k = 0, i = 0, j = 0; k < p->n; k++) {
    out[k] = mote_clampf(a[i] + b[j], p->min, p->max);
    if (++i == p->a_n) i = 0;
    if (++j == p->b_n) j = 0;
  }
}

void mote_add_const_f32(const mote_add_f32_t *p, const float *a, float *out) {
  mote_add_f32(p, a, p->constant.p, out);
}
