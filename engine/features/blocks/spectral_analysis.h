/* SPDX-License-Identifier: Apache-2.0
 * The spectral analysis block has one set of parameters and three sorts of device code:
 * FFT (versions 2 to 4), wavelets (3 and 4) and version 1. Each is a mote_block_t in its
 * own file; what they share is declared here. */
#ifndef MOTE_BLOCKS_SPECTRAL_ANALYSIS_H
#define MOTE_BLOCKS_SPECTRAL_ANALYSIS_H

#include <stdbool.h>

#include "dsp/front.h"
#include "features/block.h"

#define MOTE_SPECTRAL_PARAMS 16

enum { FILTER_NONE, FILTER_LOW, FILTER_HIGH };
enum { ANALYSIS_FFT, ANALYSIS_WAVELET };

typedef struct {
  int32_t version;
  float scale_axes;
  int32_t decimation; /* index: 1 3 10 30 100 1000 */
  int32_t filter_type;
  float filter_cutoff;
  int32_t filter_order;
  int32_t analysis, fft_length;
  int32_t peaks; /* version 1 */
  float peaks_threshold;
  char power_edges[MOTE_P_TEXT_MAX];
  int32_t log, overlap;
  int32_t wavelet_level, wavelet;
  int32_t low_freq;
} mote_spectral_cfg_t;

extern const mote_param_t mote_spectral_params[MOTE_SPECTRAL_PARAMS];
extern const mote_struct_t mote_front_struct, mote_biquads_struct, mote_fft_struct;
extern const mote_block_t mote_spectral_fft, mote_spectral_wavelet, mote_spectral_v1;

/* Input decimation as it acts in this version (1 before version 4). */
uint32_t mote_spectral_ratio(const mote_spectral_cfg_t *c);
/* Checks what concerns the front end and the FFT length. */
int mote_spectral_check(const mote_spectral_cfg_t *c, const mote_signal_t *sig);
int mote_spectral_check_fft(const mote_spectral_cfg_t *c);
/* Fills the front end; `low10` asks for the filter of a decimation by ten in any case. */
int mote_spectral_front(const mote_spectral_cfg_t *c, const mote_signal_t *sig,
                        bool low10, mote_pool_t *pool, mote_front_t *front);
/* The Butterworth filter alone, for a signal of `hz`. */
int mote_spectral_filter(const mote_spectral_cfg_t *c, float hz, mote_pool_t *pool,
                         mote_biquads_t *filter);
/* MOTE_ERR_SPACE when the tables did not fit the pool. */
int mote_spectral_fits(const mote_pool_t *pool);

#endif
