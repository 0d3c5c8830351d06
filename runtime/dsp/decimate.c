/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/decimate.h"

/* The filter starts where a signal that had always been x[0] would have left it. Without
 * x[0] that state is zero, and the rounding errors of a large offset never arise. */
uint32_t mote_decimate(const mote_biquads_t *low, uint32_t ratio, float *x, uint32_t n) {
  float first = n ? x[0] : 0.0f;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < n; i++) x[i] -= first;
  mote_biquads_run(low, x, n);
  for (uint32_t i = 0; i < n; i += ratio) x[kept++] = (x[i] + first) * MOTE_DECIMATE_DC;
  return kept;
}
