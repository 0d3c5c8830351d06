/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "nn/resize.h"

void mote_resize_nearest(const mote_resize_nearest_t *p, const void *in, void *out) {
  uint8_t *to = out;
  for (uint32_t y = 0; y < p->y.n; y++) {
    const uint8_t *row = (const uint8_t *)in + p->y.p[y] * p->row;
    for (uint32_t x = 0; x < p->x.n; x++, to += p->pixel)
      memcpy(to, row + p->x.p[x] * p->pixel, (size_t)p->pixel);
  }
}
