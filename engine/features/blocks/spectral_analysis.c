/* SPDX-License-Identifier: Apache-2.0
 * Parameters of spectral analysis, the front end that its variants share, and the choice
 * of the variant. */
#include "features/blocks/spectral_analysis.h"

#include <string.h>

#include "base/err.h"
#include "dsp/rfft.h"
#include "features/design/sos.h"
#include "features/design/wavelet_design.h"

#define ROW(member, name, kind, min, max, dflt, choices, unit, help)                     \
  {                                                                                      \
    name, MOTE_P_##kind, offsetof(mote_spectral_cfg_t, member), min, max, dflt, choices, \
        unit, help                                                                       \
  }

const mote_param_t mote_spectral_params[MOTE_SPECTRAL_PARAMS] = {
    ROW(version, "version", INT, 1, 4, 4, NULL, "", "Version of the block's definition."),
    ROW(scale_axes, "scale_axes", FLOAT, -1e9, 1e9, 1, NULL, "",
        "Factor on every value."),
    ROW(decimation, "input_decimation_ratio", CHOICE, 0, 5, 0, "1|3|10|30|100|1000", "",
        "Keeps every n-th sample behind a low pass: resolution at low frequencies."),
    ROW(filter_type, "filter_type", CHOICE, 0, 2, 0, "none|low|high", "",
        "Butterworth filter; bins outside its band are left out."),
    ROW(filter_cutoff, "filter_cutoff", FLOAT, 0, 1e9, 3, NULL, "Hz",
        "Filter edge (-3 dB)."),
    ROW(filter_order, "filter_order", INT, 0, 8, 6, NULL, "",
        "Even; 0 leaves bins out without filtering."),
    ROW(analysis, "analysis_type", CHOICE, 0, 1, 0, "FFT|Wavelet", "",
        "FFT: power per frequency. Wavelet: statistics per scale."),
    ROW(fft_length, "fft_length", INT, 4, 4096, 16, NULL, "samples", "A power of two."),
    ROW(peaks, "spectral_peaks_count", INT, 0, 64, 3, NULL, "", "Version 1: peaks kept."),
    ROW(peaks_threshold, "spectral_peaks_threshold", FLOAT, 0, 1e9, 0.1, NULL, "",
        "Version 1: smallest height of a peak."),
    ROW(power_edges, "spectral_power_edges", TEXT, 0, 0, 0, "0.1, 0.5, 1.0, 2.0, 5.0",
        "Hz", "Version 1: limits of the power bands, ascending."),
    ROW(log, "do_log", BOOL, 0, 1, 1, NULL, "", "Power as log10."),
    ROW(overlap, "do_fft_overlap", BOOL, 0, 1, 1, NULL, "", "Frames overlap by half."),
    ROW(wavelet_level, "wavelet_level", INT, 1, 7, 1, NULL, "",
        "Levels of decomposition."),
    ROW(wavelet, "wavelet", CHOICE, 0, 49, 3, MOTE_WAVELET_NAMES, "", "Wavelet family."),
    ROW(low_freq, "extra_low_freq", BOOL, 0, 1, 0, NULL, "",
        "Also the spectrum of the signal decimated by ten."),
};

static const mote_field_t filter_fields[] = {
    MOTE_FIELD(mote_biquads_t, sections, F32S),
    MOTE_FIELD(mote_biquads_t, high, U8),
};
const mote_struct_t mote_biquads_struct =
    MOTE_STRUCT(mote_biquads_t, "dsp/filter.h", filter_fields);

static const mote_field_t front_fields[] = {
    MOTE_FIELD(mote_front_t, n, U32),
    MOTE_FIELD(mote_front_t, axes, U32),
    MOTE_FIELD(mote_front_t, kept, U32),
    MOTE_FIELD(mote_front_t, scale, F32),
    MOTE_FIELD_ARRAY(mote_front_t, by, U8, 3),
    MOTE_FIELD_STRUCT(mote_front_t, low3, &mote_biquads_struct),
    MOTE_FIELD_STRUCT(mote_front_t, low10, &mote_biquads_struct),
    MOTE_FIELD_STRUCT(mote_front_t, filter, &mote_biquads_struct),
};
const mote_struct_t mote_front_struct =
    MOTE_STRUCT(mote_front_t, "dsp/front.h", front_fields);

static const mote_field_t fft_fields[] = {
    MOTE_FIELD(mote_rfft_t, n, U32),
    MOTE_FIELD(mote_rfft_t, sine, F32S),
};
const mote_struct_t mote_fft_struct = MOTE_STRUCT(mote_rfft_t, "dsp/rfft.h", fft_fields);

/* Stages of each decimation ratio, in their order. */
static const uint8_t stages[6][3] = {{0}, {3}, {10}, {3, 10}, {10, 10}, {10, 10, 10}};

static const uint8_t *stages_of(const mote_spectral_cfg_t *c) {
  return stages[c->version >= 4 ? c->decimation : 0];
}

uint32_t mote_spectral_ratio(const mote_spectral_cfg_t *c) {
  const uint8_t *by = stages_of(c);
  uint32_t ratio = 1;
  for (int i = 0; i < 3 && by[i]; i++) ratio *= by[i];
  return ratio;
}

int mote_spectral_check_fft(const mote_spectral_cfg_t *c) {
  if (c->fft_length & (c->fft_length - 1))
    return mote_fail(MOTE_ERR_PARAM, "fft_length is %d; take a power of two such as %d",
                     c->fft_length,
                     c->fft_length < 24   ? 16
                     : c->fft_length < 96 ? 64
                                          : 128);
  return MOTE_OK;
}

static int check_filter(const mote_spectral_cfg_t *c, float hz) {
  if (c->filter_type == FILTER_NONE) return MOTE_OK;
  if (c->filter_order & 1)
    return mote_fail(MOTE_ERR_PARAM,
                     "filter_order is %d; only even orders are sections of "
                     "two poles: take %d",
                     c->filter_order, c->filter_order + 1);
  if (!(c->filter_cutoff > 0) || c->filter_cutoff >= hz / 2)
    return mote_fail(MOTE_ERR_PARAM,
                     "filter_cutoff is %g Hz; it must lie above 0 and below "
                     "%g Hz, half the sampling rate%s",
                     (double)c->filter_cutoff, (double)hz / 2,
                     mote_spectral_ratio(c) > 1 ? " after input_decimation_ratio" : "");
  float sections[12];
  if (mote_design_butterworth((double)c->filter_cutoff / (double)hz, c->filter_order,
                              c->filter_type == FILTER_HIGH, sections) < 0)
    return mote_fail(MOTE_ERR_PARAM,
                     "filter_cutoff of %g Hz at %g samples/s gives a filter "
                     "that is not stable in float32; move it away from %s, lower "
                     "filter_order, or raise input_decimation_ratio",
                     (double)c->filter_cutoff, (double)hz,
                     c->filter_cutoff < hz / 4 ? "0" : "half the sampling rate");
  return MOTE_OK;
}

int mote_spectral_check(const mote_spectral_cfg_t *c, const mote_signal_t *sig) {
  uint32_t ratio = mote_spectral_ratio(c);
  if (!sig->n || !sig->axes || sig->axes > 4096 || sig->n > 1u << 24)
    return mote_fail(MOTE_ERR_PARAM,
                     "a window of %u samples and %u axes; spectral analysis "
                     "takes 1 to %u samples of 1 to 4096 axes",
                     sig->n, sig->axes, 1u << 24);
  if (!(sig->hz > 0))
    return mote_fail(MOTE_ERR_PARAM,
                     "the sampling rate is %g Hz; spectral analysis needs "
                     "a positive one",
                     (double)sig->hz);
  if (ratio > 1 && sig->n / ratio < 2)
    return mote_fail(MOTE_ERR_PARAM,
                     "input_decimation_ratio %u leaves less than two of the "
                     "%u samples; lower it or lengthen the window",
                     ratio, sig->n);
  return check_filter(c, sig->hz / (float)ratio);
}

static void decimator(int ratio, mote_pool_t *pool, mote_biquads_t *f) {
  float *t = mote_pool_take(pool, 12 * sizeof *t);
  if (t) mote_design_decimator(ratio, t);
  f->sections = (mote_f32s_t){t, 12};
}

int mote_spectral_filter(const mote_spectral_cfg_t *c, float hz, mote_pool_t *pool,
                         mote_biquads_t *filter) {
  *filter = (mote_biquads_t){{NULL, 0}, 0};
  uint32_t count = (uint32_t)c->filter_order / 2 * 3;
  if (c->filter_type == FILTER_NONE || !count) return MOTE_OK;
  bool high = c->filter_type == FILTER_HIGH;
  float *t = mote_pool_take(pool, count * sizeof *t);
  filter->sections = (mote_f32s_t){t, count}, filter->high = high;
  return t ? mote_design_butterworth((double)c->filter_cutoff / (double)hz,
                                     c->filter_order, high, t)
           : MOTE_OK;
}

int mote_spectral_front(const mote_spectral_cfg_t *c, const mote_signal_t *sig,
                        bool low10, mote_pool_t *pool, mote_front_t *front) {
  const uint8_t *by = stages_of(c);
  memset(front, 0, sizeof *front);
  front->n = front->kept = sig->n, front->axes = sig->axes, front->scale = c->scale_axes;
  for (int i = 0; i < 3 && by[i]; i++) {
    front->by[i] = by[i];
    front->kept = (front->kept + by[i] - 1) / by[i];
    low10 |= by[i] == 10;
  }
  if (by[0] == 3) decimator(3, pool, &front->low3);
  if (low10) decimator(10, pool, &front->low10);
  return mote_spectral_filter(c, sig->hz / (float)mote_spectral_ratio(c), pool,
                              &front->filter);
}

int mote_spectral_fits(const mote_pool_t *pool) {
  return pool->p && pool->used > pool->bytes ? MOTE_ERR_SPACE : MOTE_OK;
}

static const mote_block_t *variant(const void *cfg) {
  const mote_spectral_cfg_t *c = cfg;
  if (c->version == 1) return &mote_spectral_v1;
  bool wavelet = c->version >= 3 && c->analysis == ANALYSIS_WAVELET;
  return wavelet ? &mote_spectral_wavelet : &mote_spectral_fft;
}

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  return variant(cfg)->shape(cfg, sig, out);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  variant(cfg)->column_name(cfg, sig, row, col, text);
}

const mote_block_t mote_block_spectral_analysis = {
    .type = "spectral_analysis",
    .title = "Spectral analysis",
    .help = "Power per frequency and the shape of the signal; for motion and vibration.",
    .params = mote_spectral_params,
    .n_params = MOTE_SPECTRAL_PARAMS,
    .cfg_bytes = sizeof(mote_spectral_cfg_t),
    .variant = variant,
    .shape = shape,
    .column_name = column_name,
};
