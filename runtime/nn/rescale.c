/* SPDX-License-Identifier: Apache-2.0
 * TFLite integer reference semantics. */
#include "base/strict.h"
#include "base/fixed.h"
#include "nn/convert.h"

void mote_rescale(const mote_rescale_t *p, const void *in, void *out) {
  int32_t lo = mote_el_min(p->to), hi = mote_el_max(p->to);
  for (int32_t i = 0; i < p->n; i++) {
    int32_t x = mote_add_wrap(mote_el_load(in, p->from, i), p->in_offset);
    x = mote_add_wrap(mote_requantise(x, p->multiplier, p->shift), p->out_offset);
    mote_el_store(out, p->to, i, mote_clamp(x, lo, hi));
  }
}
