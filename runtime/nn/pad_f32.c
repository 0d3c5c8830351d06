/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "nn/pad.h"

void mote_pad_f32(const mote_pad_f32_t *p, const float *in, float *out) {
  int32_t image = p->out_h * p->out_w * p->out_c;
  for (int32_t i = 0; i < image * p->outer; i++) out[i] = p->value;
  for (int32_t o = 0; o < p->outer; o++, out += image)
    for (int32_t y = 0; y < p->in_h; y++)
      for (int32_t x = 0; x < p->in_w; x++, in += p->in_c) {
        int32_t at = (y + p->top) * p->out_w + x + p->left;
        memcpy(out + at * p->out_c + p->front, in, (size_t)p->in_c * sizeof *in);
      }
}
