/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/resize.h"

void mote_resize_bilinear_f32(const mote_resize_bilinear_f32_t *p, const float *in,
                              float *out) {
  for (uint32_t y = 0; y < p->fy.n; y++)
    for (uint32_t x = 0; x < p->fx.n; x++) {
      const float *top = in + p->y.p[2 * y] * p->in_w * p->c;
      const float *bottom = in + p->y.p[2 * y + 1] * p->in_w * p->c;
      int32_t left = p->x.p[2 * x] * p->c, right = p->x.p[2 * x + 1] * p->c;
      float fy = p->fy.p[y], fx = p->fx.p[x];
      for (int32_t c = 0; c < p->c; c++)
        *out++ = (top[left + c] * (1.0f - fy) * (1.0f - fx) +
                  bottom[left + c] * fy * (1.0f - fx)) +
                 (top[right + c] * (1.0f - fy) * fx + bottom[right + c] * fy * fx);
    }
}
