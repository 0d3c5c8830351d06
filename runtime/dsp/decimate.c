/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/decimate.h"

uint32_t mote_decimate(const mote_biquads_t *low, uint32_t ratio, float *x, uint32_t n) {
  uint32_t kept = 0;
  mote_biquads_run(low, x, n, true);
  for (uint32_t i = 0; i < n; i += ratio) x[kept++] = x[i] * MOTE_DECIMATE_DC;
  return kept;
}
