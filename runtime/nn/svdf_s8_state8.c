/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics; the clamp comes before the zero point, which may wrap.
 */
#include "base/strict.h"
#include <string.h>

#include "nn/dot.h"
#include "nn/svdf.h"

static int8_t filter(const mote_svdf_int_t *p, int32_t f, const int8_t *in) {
  int32_t n = p->size.in_n;
  int32_t y = mote_dot_s8(in, p->feature.p + f * n, n, p->in_offset);
  y = mote_requantise(y, p->multiplier, p->shift);
  return (int8_t)(mote_clamp(y, INT8_MIN, INT8_MAX) + p->state_zero);
}

void mote_svdf_s8_state8(const mote_svdf_s8_state8_t *p, const int8_t *in, int8_t *out,
                         int8_t *state) {
  const mote_svdf_size_t *s = &p->ints.size;
  int32_t taps = s->rank * s->memory, all = s->filters * s->memory;
  memmove(state, state + 1, (size_t)(s->batch * all - 1));
  for (int32_t b = 0; b < s->batch; b++, in += s->in_n, state += all) {
    for (int32_t f = 0; f < s->filters; f++)
      state[(f + 1) * s->memory - 1] = filter(&p->ints, f, in);
    for (int32_t i = 0, u = 0; i < all; u++) {
      int32_t sum = p->ints.bias.p[u];
      for (int32_t end = i + taps; i < end; i++)
        sum = mote_add_wrap(sum, p->time.p[i] * (state[i] - p->ints.state_zero));
      *out++ = mote_svdf_unit(&p->ints, sum);
    }
  }
}
