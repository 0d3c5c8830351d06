/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/front.h"

#include "dsp/decimate.h"
#include "dsp/moments.h"

void mote_front_run(const mote_front_t *p, const float *x, uint32_t axis, float *out) {
  uint32_t n = p->n;
  mote_gather(x + axis, n, p->axes, p->scale, out);
  for (uint32_t i = 0; i < sizeof p->by && p->by[i]; i++)
    n = mote_decimate(p->by[i] == 3 ? &p->low3 : &p->low10, p->by[i], out, n);
  mote_biquads_run(&p->filter, out, n);
}
