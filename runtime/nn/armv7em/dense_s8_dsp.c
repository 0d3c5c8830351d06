/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/armv7em/dense_s8_dsp.h"

void mote_dense_s8_dsp(const mote_dense_s8_dsp_t *p, const int8_t *in, int8_t *out,
                       void *scratch) {
  const mote_filter_dsp_t *f = &p->filter;
  uint32_t *x = scratch;
  int32_t left = p->rows;
  for (; left >= 4; left -= 4, out += 4 * f->channels) {
    for (int32_t i = 0; i < 4; i++, in += p->in_n)
      mote_widen(x + i, in, p->in_n, f->in_offset, 4);
    mote_filter_dsp_4(f, x, out);
  }
  for (; left > 0; left--, out += f->channels, in += p->in_n) {
    mote_widen(x, in, p->in_n, f->in_offset, 1);
    mote_filter_dsp_1(f, x, out);
  }
}
