/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/dense.h"
#include "nn/dot.h"

void mote_dense_f32(const mote_dense_f32_t *p, const float *in, float *out) {
  const mote_filter_f32_t *f = &p->filter;
  for (int32_t r = 0; r < p->rows; r++, in += p->in_n) {
    const float *w = f->weights.p;
    for (int32_t c = 0; c < p->out_n; c++, w += p->in_n) {
      mote_lanes_t sum = {{0, 0, 0, 0}};
      mote_dot_f32(&sum, in, w, p->in_n);
      *out++ = mote_clampf(mote_lanes_sum(&sum) + f->bias.p[c], f->min, f->max);
    }
  }
}
