/* SPDX-License-Identifier: Apache-2.0
 * Spectral analysis by wavelets, versions 3 and 4. */
#include "dsp/wavelet.h"

#include <stdio.h>

#include "base/err.h"
#include "features/blocks/spectral_analysis.h"
#include "features/design/wavelet_design.h"

static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_wavelet_t, front, &mote_front_struct),
    MOTE_FIELD(mote_wavelet_t, low, F32S),
    MOTE_FIELD(mote_wavelet_t, high, F32S),
    MOTE_FIELD(mote_wavelet_t, levels, U32),
};
static const mote_struct_t plan = MOTE_STRUCT(mote_wavelet_t, "dsp/wavelet.h", fields);

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  const mote_spectral_cfg_t *c = cfg;
  MOTE_TRY(mote_spectral_check(c, sig));
  uint32_t ratio = mote_spectral_ratio(c), need = 32u << c->wavelet_level;
  if ((sig->n + ratio - 1) / ratio < need)
    return mote_fail(MOTE_ERR_PARAM,
                     "wavelet_level %d needs a window of at least %u samples "
                     "and has %u; lower wavelet_level or lengthen the window",
                     c->wavelet_level, need * ratio, sig->n);
  uint32_t taps = mote_wavelet_taps(c->wavelet);
  *out = (mote_block_shape_t){
      .rows = 1,
      .cols = sig->axes * MOTE_WAVELET_FEATURES * ((uint32_t)c->wavelet_level + 1),
      .scratch_bytes = sizeof(float) * mote_wavelet_scratch(sig->n, taps)};
  return MOTE_OK;
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  const mote_spectral_cfg_t *c = cfg;
  mote_wavelet_t *p = to;
  MOTE_TRY(mote_spectral_front(c, sig, false, pool, &p->front));
  mote_wavelet_tables(c->wavelet, pool, &p->low, &p->high);
  p->levels = (uint32_t)c->wavelet_level;
  return mote_spectral_fits(pool);
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_wavelet_run(p, x, prev, out, scratch, state);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  static const char *const names[MOTE_WAVELET_FEATURES] = {
      "entropy", "zcross", "mcross", "n5",  "n25", "n75",  "n95",
      "median",  "mean",   "std",    "var", "rms", "skew", "kurtosis"};
  const mote_spectral_cfg_t *c = cfg;
  (void)sig, (void)row;
  uint32_t component = col / MOTE_WAVELET_FEATURES,
           per_axis = (uint32_t)c->wavelet_level + 1;
  snprintf(text, 64, "axis %u L%u-%s", component / per_axis, component % per_axis,
           names[col % MOTE_WAVELET_FEATURES]);
}

static const char *const sources[] = {
    "dsp/wavelet.c", "dsp/front.c", "dsp/filter.c", "dsp/decimate.c", "dsp/moments.c",
    "math/math.c",   NULL};

const mote_block_t mote_spectral_wavelet = {
    .type = "spectral_analysis",
    .title = "Spectral analysis (wavelet)",
    .help = "Statistics of a wavelet decomposition, per scale.",
    .params = mote_spectral_params,
    .n_params = MOTE_SPECTRAL_PARAMS,
    .cfg_bytes = sizeof(mote_spectral_cfg_t),
    .plan_bytes = sizeof(mote_wavelet_t),
    .plan = &plan,
    .run_fn = "mote_wavelet_run",
    .sources = sources,
    .shape = shape,
    .prepare = prepare,
    .run = run,
    .column_name = column_name,
};
