/* SPDX-License-Identifier: Apache-2.0
 * Spectral analysis by FFT, versions 2 to 4. */
#include "dsp/spectral.h"

#include <stdio.h>

#include "base/err.h"
#include "features/blocks/spectral_analysis.h"

static const mote_field_t bins_fields[] = {
    MOTE_FIELD(mote_bins_t, first, U16),
    MOTE_FIELD(mote_bins_t, last, U16),
};
static const mote_struct_t bins_struct =
    MOTE_STRUCT(mote_bins_t, "dsp/spectral.h", bins_fields);

static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_spectral_t, front, &mote_front_struct),
    MOTE_FIELD_STRUCT(mote_spectral_t, fft, &mote_fft_struct),
    MOTE_FIELD(mote_spectral_t, hop, U32),
    MOTE_FIELD_STRUCT(mote_spectral_t, bins, &bins_struct),
    MOTE_FIELD_STRUCT(mote_spectral_t, low_bins, &bins_struct),
    MOTE_FIELD(mote_spectral_t, log, U8),
    MOTE_FIELD(mote_spectral_t, shape, U8),
    MOTE_FIELD(mote_spectral_t, low_freq, U8),
};
static const mote_struct_t plan = MOTE_STRUCT(mote_spectral_t, "dsp/spectral.h", fields);

static float rate(const mote_spectral_cfg_t *c, const mote_signal_t *sig, bool low) {
  return sig->hz / (float)mote_spectral_ratio(c) / (low ? 10.0f : 1.0f);
}

static bool low_freq(const mote_spectral_cfg_t *c) {
  return c->version >= 4 && c->low_freq;
}

/* The bins that the filter lets through; 0 Hz never. */
static mote_bins_t bins_of(const mote_spectral_cfg_t *c, double hz) {
  uint32_t half = (uint32_t)c->fft_length / 2;
  mote_bins_t bins = {1, (uint16_t)half};
  if (c->filter_type == FILTER_NONE) return bins;
  double edge = (double)c->filter_cutoff < hz / 2 ? (double)c->filter_cutoff : hz / 2;
  double bin = edge * c->fft_length / hz;
  if (c->filter_type == FILTER_LOW)
    bins.last = (uint16_t)(bin + 0.5);
  else
    bins.first = (uint16_t)(bin >= 1.5 ? (uint32_t)(bin - 0.5) + 1 : 1);
  return bins;
}

static uint32_t columns(const mote_spectral_cfg_t *c, mote_bins_t bins) {
  return (c->version >= 4 ? 5u : 3u) + bins.last + 1u - bins.first;
}

static int check_bins(const mote_spectral_cfg_t *c, mote_bins_t bins, double hz) {
  if (bins.first <= bins.last) return MOTE_OK;
  return mote_fail(MOTE_ERR_PARAM,
                   "filter_cutoff of %g Hz leaves no FFT bin (they are %g Hz "
                   "apart); raise fft_length, or move filter_cutoff",
                   (double)c->filter_cutoff, hz / c->fft_length);
}

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  const mote_spectral_cfg_t *c = cfg;
  MOTE_TRY(mote_spectral_check(c, sig));
  MOTE_TRY(mote_spectral_check_fft(c));
  double hz = (double)rate(c, sig, false);
  MOTE_TRY(check_bins(c, bins_of(c, hz), hz));
  uint32_t cols = columns(c, bins_of(c, hz)), kept = sig->n / mote_spectral_ratio(c);
  if (low_freq(c)) {
    if (kept / 10 < (uint32_t)c->fft_length / 2)
      return mote_fail(MOTE_ERR_PARAM,
                       "extra_low_freq needs a window of at least %u samples "
                       "for fft_length %d and has %u; lengthen the window, lower "
                       "fft_length, or switch extra_low_freq off",
                       5u * (uint32_t)c->fft_length * mote_spectral_ratio(c),
                       c->fft_length, sig->n);
    double low_hz = (double)rate(c, sig, true);
    MOTE_TRY(check_bins(c, bins_of(c, low_hz), low_hz));
    cols += columns(c, bins_of(c, low_hz));
  }
  *out = (mote_block_shape_t){.rows = 1,
                              .cols = sig->axes * cols,
                              .scratch_bytes =
                                  sizeof(float) *
                                  mote_spectral_scratch(sig->n, (uint32_t)c->fft_length)};
  return MOTE_OK;
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  const mote_spectral_cfg_t *c = cfg;
  mote_spectral_t *p = to;
  *p = (mote_spectral_t){
      .hop = (uint32_t)(c->overlap ? c->fft_length / 2 : c->fft_length),
      .bins = bins_of(c, (double)rate(c, sig, false)),
      .low_bins = bins_of(c, (double)rate(c, sig, true)),
      .log = c->log != 0,
      .shape = c->version >= 4,
      .low_freq = low_freq(c),
  };
  MOTE_TRY(mote_spectral_front(c, sig, low_freq(c), pool, &p->front));
  MOTE_TRY(mote_rfft_prepare(&p->fft, (uint32_t)c->fft_length, pool));
  return mote_spectral_fits(pool);
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_spectral_run(p, x, prev, out, scratch, state);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  static const char *const moments[] = {"RMS", "Skewness", "Kurtosis",
                                        "Spectral skewness", "Spectral kurtosis"};
  const mote_spectral_cfg_t *c = cfg;
  (void)row;
  mote_bins_t bins = bins_of(c, (double)rate(c, sig, false));
  bool low = col >= sig->axes * columns(c, bins);
  if (low) {
    col -= sig->axes * columns(c, bins);
    bins = bins_of(c, (double)rate(c, sig, true));
  }
  uint32_t per_axis = columns(c, bins), axis = col / per_axis, at = col % per_axis;
  uint32_t n_moments = c->version >= 4 ? 5 : 3;
  const char *where = low ? " (low)" : "";
  if (at < n_moments) {
    snprintf(text, 64, "axis %u %s%s", axis, moments[at], where);
    return;
  }
  double hz = (double)rate(c, sig, low) / c->fft_length;
  snprintf(text, 64, "axis %u power %.4g Hz%s", axis, hz * (bins.first + at - n_moments),
           where);
}

static const char *const sources[] = {
    "dsp/spectral.c", "dsp/front.c", "dsp/filter.c", "dsp/decimate.c",
    "dsp/moments.c",  "dsp/rfft.c",  "math/math.c",  NULL};

const mote_block_t mote_spectral_fft = {
    .type = "spectral_analysis",
    .title = "Spectral analysis",
    .help = "Power per frequency and the shape of the signal.",
    .params = mote_spectral_params,
    .n_params = MOTE_SPECTRAL_PARAMS,
    .cfg_bytes = sizeof(mote_spectral_cfg_t),
    .plan_bytes = sizeof(mote_spectral_t),
    .plan = &plan,
    .run_fn = "mote_spectral_run",
    .sources = sources,
    .shape = shape,
    .prepare = prepare,
    .run = run,
    .column_name = column_name,
};
