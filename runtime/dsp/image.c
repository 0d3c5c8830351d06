/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/image.h"

int mote_image_run(const mote_image_t *p, const float *x, float prev, float *out,
                   void *scratch, void *state) {
  (void)prev, (void)scratch, (void)state;
  for (uint32_t i = 0; i < p->pixels; i++, x += p->in) {
    float r = x[0], g = p->in == 3 ? x[1] : r, b = p->in == 3 ? x[2] : r;
    if (p->out == 3) {
      *out++ = r / 255.0f, *out++ = g / 255.0f, *out++ = b / 255.0f;
    } else if (p->in == 3) {
      *out++ = (0.299f * r + 0.587f * g + 0.114f * b) / 255.0f;
    } else {
      *out++ = r / 255.0f;
    }
  }
  return 0;
}
