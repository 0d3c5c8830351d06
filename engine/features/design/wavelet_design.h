/* SPDX-License-Identifier: Apache-2.0
 * The wavelet families of the spectral analysis block (50): haar, db2-10, sym2-10,
 * coif1-3, bior and rbio 1.3 .. 6.8. */
#ifndef MOTE_DESIGN_WAVELET_H
#define MOTE_DESIGN_WAVELET_H

#include "base/pool.h"
#include "base/span.h"

#define MOTE_WAVELET_TAPS_MAX 20

/* "haar|db2|...": the order of `index` below. */
extern const char mote_wavelet_list[];
#define MOTE_WAVELET_NAMES (mote_wavelet_list + 1)

/* Number of taps; 0 when there is no such index. */
uint32_t mote_wavelet_taps(int index);
/* Analysis filters (equal length) as float32 tables from the pool. */
void mote_wavelet_tables(int index, mote_pool_t *pool, mote_f32s_t *low,
                         mote_f32s_t *high);

#endif
