/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics. */
#include "base/strict.h"
#include "nn/batch_matmul.h"

static int8_t product(const mote_batch_matmul_s8_t *p, const int8_t *a, const int8_t *b) {
  const mote_matrices_t *s = &p->size;
  int32_t sum = 0;
  for (int32_t k = 0; k < s->k; k++)
    sum += (a[k * s->a_step] + p->a_offset) * (b[k * s->b_step] + p->b_offset);
  sum = mote_requantise(sum, p->multiplier, p->shift);
  return (int8_t)mote_clamp(mote_add_wrap(sum, p->out_offset), -128, 127);
}

void mote_batch_matmul_s8(const mote_batch_matmul_s8_t *p, const int8_t *a,
                          const int8_t *b, int8_t *out) {
  const mote_matrices_t *s = &p->size;
  mote_walk_t w = {{0}, 0, 0};
  do {
    for (int32_t i = 0; i < s->m; i++)
      for (int32_t j = 0; j < s->n; j++)
        *out++ = product(p, a + w.a + i * s->a_row, b + w.b + j * s->b_column);
  } while (mote_walk_next(&p->outer, &w));
}
