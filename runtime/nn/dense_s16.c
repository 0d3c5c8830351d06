/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics: int8 weights. */
#include "base/strict.h"
#include "nn/dense.h"

void mote_dense_s16(const mote_dense_s16_t *p, const int16_t *in, int16_t *out) {
  for (int32_t r = 0; r < p->rows; r++, in += p->in_n) {
    const int8_t *w = p->filter.weights.p;
    for (int32_t c = 0; c < p->out_n; c++, w += p->in_n) {
      int64_t sum = 0;
      for (int32_t i = 0; i < p->in_n; i++) sum += in[i] * w[i];
      *out++ = mote_filter_out_s16(&p->filter, c, sum);
    }
  }
}
