/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/armv7em/dense_s8_dsp.h"

void mote_dense_s8_dsp(const mote_dense_s8_dsp_t *p, const int8_t *in, int8_t *out,
                       void *scratch) {
  mote_filter_dsp_rows(&p->filter, p->rows, in, out, scratch);
}
