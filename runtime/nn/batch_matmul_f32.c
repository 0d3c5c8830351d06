/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/batch_matmul.h"

void mote_batch_matmul_f32(const mote_batch_matmul_f32_t *p, const float *a,
                           const float *b, float *out) {
  const mote_matrices_t *s = &p->size;
  mote_walk_t w = {{0}, 0, 0};
  do {
    for (int32_t i = 0; i < s->m; i++)
      for (int32_t j = 0; j < s->n; j++) {
        const float *x = a + w.a + i * s->a_row, *y = b + w.b + j * s->b_column;
        float sum = 0.0f;
        for (int32_t k = 0; k < s->k; k++) sum += x[k * s->a_step] * y[k * s->b_step];
        *out++ = sum;
      }
  } while (mote_walk_next(&p->outer, &w));
}
