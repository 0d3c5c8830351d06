/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "nn/pad.h"

void mote_pad_s8(const mote_pad_s8_t *p, const int8_t *in, int8_t *out) {
  size_t image = (size_t)p->out_h * (size_t)p->out_w * (size_t)p->out_c;
  memset(out, p->value, image * (size_t)p->outer);
  for (int32_t o = 0; o < p->outer; o++, out += image)
    for (int32_t y = 0; y < p->in_h; y++)
      for (int32_t x = 0; x < p->in_w; x++, in += p->in_c) {
        int32_t at = (y + p->top) * p->out_w + x + p->left;
        memcpy(out + at * p->out_c + p->front, in, (size_t)p->in_c);
      }
}
