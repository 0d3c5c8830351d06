/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/softmax.h"

void mote_log_softmax_f32(const mote_log_softmax_f32_t *p, const float *in, float *out) {
  for (int32_t r = 0; r < p->rows; r++, in += p->n, out += p->n) {
    float top = in[0], sum = 0.0f;
    for (int32_t i = 1; i < p->n; i++) top = in[i] > top ? in[i] : top;
    for (int32_t i = 0; i < p->n; i++) sum += mote_expf(in[i] - top);
    float log_sum = mote_logf(sum);
    for (int32_t i = 0; i < p->n; i++) out[i] = in[i] - top - log_sum;
  }
}
