/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "nn/dot.h"
#include "nn/svdf.h"

static float product(const float *a, const float *b, int32_t n) {
  mote_lanes_t sum = {{0}};
  mote_dot_f32(&sum, a, b, n);
  return mote_lanes_sum(&sum);
}

void mote_svdf_f32(const mote_svdf_f32_t *p, const float *in, float *out, float *state) {
  const mote_svdf_size_t *s = &p->size;
  int32_t m = s->memory, all = s->filters * m;
  memmove(state, state + 1, (size_t)(s->batch * all - 1) * sizeof *state);
  for (int32_t b = 0; b < s->batch; b++, in += s->in_n, state += all) {
    for (int32_t f = 0; f < s->filters; f++)
      state[(f + 1) * m - 1] = product(in, p->feature.p + f * s->in_n, s->in_n);
    for (int32_t f = 0, u = 0; f < s->filters; u++) {
      float sum = p->bias.p[u];
      for (int32_t end = f + s->rank; f < end; f++)
        sum += product(state + f * m, p->time.p + f * m, m);
      *out++ = mote_clampf(sum, p->min, p->max);
    }
  }
}
