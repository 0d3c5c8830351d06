/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/plain/dense_s8_plain.h"

void mote_dense_s8_plain(const mote_dense_s8_plain_t *p, const int8_t *in, int8_t *out,
                         void *scratch) {
  uint8_t *x = scratch;
  uint32_t total[MOTE_PLAIN_PIXELS];
  mote_pad_plain(&p->filter, x);
  for (int32_t left = p->rows, n; left > 0; left -= n) {
    n = left < MOTE_PLAIN_PIXELS ? left : MOTE_PLAIN_PIXELS;
    for (int32_t i = 0; i < n; i++, in += p->in_n) {
      mote_gather_plain_t to = {x + i, 0};
      mote_gather_plain(&to, in, p->in_n);
      total[i] = to.total;
    }
    mote_filter_plain(&p->filter, n, x, total, out);
    out += n * p->filter.channels;
  }
}
