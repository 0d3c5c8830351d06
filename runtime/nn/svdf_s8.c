/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics; the sums in time wrap like the reference's. */
#include "base/strict.h"
#include <string.h>

#include "nn/dot.h"
#include "nn/svdf.h"

static int16_t filter(const mote_svdf_int_t *p, int32_t f, const int8_t *in) {
  int32_t n = p->size.in_n;
  int32_t y = mote_dot_s8(in, p->feature.p + f * n, n, p->in_offset);
  y = mote_requantise(y, p->multiplier, p->shift);
  return (int16_t)mote_clamp(y, INT16_MIN, INT16_MAX);
}

void mote_svdf_s8(const mote_svdf_s8_t *p, const int8_t *in, int8_t *out,
                  int16_t *state) {
  const mote_svdf_size_t *s = &p->ints.size;
  int32_t taps = s->rank * s->memory, all = s->filters * s->memory;
  memmove(state, state + 1, (size_t)(s->batch * all - 1) * sizeof *state);
  for (int32_t b = 0; b < s->batch; b++, in += s->in_n, state += all) {
    for (int32_t f = 0; f < s->filters; f++)
      state[(f + 1) * s->memory - 1] = filter(&p->ints, f, in);
    for (int32_t i = 0, u = 0; i < all; u++) {
      int32_t sum = p->ints.bias.p[u];
      for (int32_t end = i + taps; i < end; i++)
        sum = mote_add_wrap(sum, p->time.p[i] * state[i]);
      *out++ = mote_svdf_unit(&p->ints, sum);
    }
  }
}
