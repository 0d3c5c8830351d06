/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics. */
#include "base/strict.h"
#include "nn/dense.h"
#include "nn/dot.h"

void mote_dense_s8(const mote_dense_s8_t *p, const int8_t *in, int8_t *out) {
  const mote_filter_s8_t *f = &p->filter;
  for (int32_t r = 0; r < p->rows; r++, in += p->in_n) {
    const int8_t *w = f->weights.p;
    for (int32_t c = 0; c < p->out_n; c++, w += p->in_n)
      *out++ = mote_filter_out(f, c, mote_dot_s8(in, w, p->in_n, f->in_offset));
  }
}
