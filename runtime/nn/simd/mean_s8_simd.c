/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/mean.h"
#include "nn/simd/vec.h"

void mote_mean_s8_simd(const mote_mean_s8_t *p, const int8_t *in, int8_t *out) {
  for (int32_t o = 0; o < p->outer; o++, in += p->count * p->inner, out += p->inner)
    for (int32_t c = 0; c < p->inner; c += V_LANES) {
      int32_t at = c + V_LANES > p->inner ? p->inner - V_LANES : c, sums[V_LANES];
      v_t sum = v_all(p->in_offset);
      for (int32_t k = 0; k < p->count; k++)
        sum = v_add(sum, v_bytes(in + k * p->inner + at));
      v_write(sums, sum);
      for (int32_t i = 0; i < V_LANES; i++) {
        int32_t y = mote_requantise(sums[i], p->multiplier, p->shift);
        out[at + i] = (int8_t)mote_clamp(mote_add_wrap(y, p->out_offset), -128, 127);
      }
    }
}
