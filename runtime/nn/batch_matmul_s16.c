/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics: zero points 0, sums of 64 bits. */
#include "base/strict.h"
#include "nn/batch_matmul.h"

static int16_t product(const mote_batch_matmul_s8_t *p, const int16_t *a,
                       const int16_t *b) {
  const mote_matrices_t *s = &p->size;
  int64_t sum = 0;
  for (int32_t k = 0; k < s->k; k++) sum += a[k * s->a_step] * b[k * s->b_step];
  int32_t y = mote_requantise_wide(sum, p->multiplier, p->shift);
  return (int16_t)mote_clamp(y, -32768, 32767);
}

void mote_batch_matmul_s16(const mote_batch_matmul_s8_t *p, const int16_t *a,
                           const int16_t *b, int16_t *out) {
  const mote_matrices_t *s = &p->size;
  mote_walk_t w = {{0}, 0, 0};
  do {
    for (int32_t i = 0; i < s->m; i++)
      for (int32_t j = 0; j < s->n; j++)
        *out++ = product(p, a + w.a + i * s->a_row, b + w.b + j * s->b_column);
  } while (mote_walk_next(&p->outer, &w));
}
