/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/raw.h"

int mote_raw_run(const mote_raw_t *p, const float *x, float prev, float *out,
                 void *scratch, void *state) {
  (void)prev, (void)scratch, (void)state;
  for (uint32_t i = 0; i < p->values; i++) out[i] = x[i] * p->scale;
  return 0;
}
