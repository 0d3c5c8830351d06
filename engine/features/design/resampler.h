/* SPDX-License-Identifier: Apache-2.0
 * The filter of runtime/dsp/resample.h: a windowed sinc with its edge at the lower of the
 * two Nyquist rates, Kaiser window with beta 5, 10 max(up, down) taps on either side,
 * gain 1 (scipy.signal.resample_poly's default, which the training side of the field
 * uses). */
#ifndef MOTE_DESIGN_RESAMPLER_H
#define MOTE_DESIGN_RESAMPLER_H

#include "base/pool.h"
#include "dsp/resample.h"

#define MOTE_RESAMPLE_MAX 20000u /* largest up or down: 1.6 MB of taps */

/* MOTE_ERR_PARAM when up or down is 0 or too large, MOTE_ERR_NOMEM without work memory.
 */
int mote_design_resampler(uint32_t up, uint32_t down, mote_pool_t *pool,
                          mote_resample_t *p);

/* up / down nearest to `ratio`, both at most MOTE_RESAMPLE_MAX. MOTE_ERR_PARAM when the
 * ratio itself is beyond that. */
int mote_design_ratio(double ratio, uint32_t *up, uint32_t *down);

#endif
