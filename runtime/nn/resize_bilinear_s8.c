/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics: 10 bits of position each way, halves away from
 * zero. */
#include "base/strict.h"
#include "nn/resize.h"

/* The four neighbours of one output pixel and their weights. */
typedef struct { int32_t at[4], weight[4]; } corners_t;

static corners_t corners(const mote_resize_bilinear_s8_t *p, const int32_t *y,
                         const int32_t *x) {
  corners_t k;
  for (int32_t i = 0; i < 4; i++) {
    int32_t wy = i & 1 ? y[2] : 1024 - y[2], wx = i & 2 ? x[2] : 1024 - x[2];
    k.at[i] = (y[i & 1] * p->in_w + x[i >> 1]) * p->c;
    k.weight[i] = wy * wx;
  }
  return k;
}

void mote_resize_bilinear_s8(const mote_resize_bilinear_s8_t *p, const int8_t *in,
                             int8_t *out) {
  for (uint32_t y = 0; y < p->y.n; y += 3)
    for (uint32_t x = 0; x < p->x.n; x += 3) {
      corners_t k = corners(p, p->y.p + y, p->x.p + x);
      for (int32_t c = 0; c < p->c; c++) {
        int32_t sum = 0;
        for (int32_t i = 0; i < 4; i++) sum += in[k.at[i] + c] * k.weight[i];
        *out++ = (int8_t)((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
      }
    }
}
