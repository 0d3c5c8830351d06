/* SPDX-License-Identifier: Apache-2.0
 * Spectral analysis, version 1: peaks and power bands. */
#include "dsp/spectral_v1.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "features/blocks/spectral_analysis.h"

#define EDGES_MAX 64

static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_spectral_v1_t, front, &mote_front_struct),
    MOTE_FIELD_STRUCT(mote_spectral_v1_t, filter, &mote_biquads_struct),
    MOTE_FIELD_STRUCT(mote_spectral_v1_t, fft, &mote_fft_struct),
    MOTE_FIELD(mote_spectral_v1_t, peaks, U32),
    MOTE_FIELD(mote_spectral_v1_t, threshold, F32),
    MOTE_FIELD(mote_spectral_v1_t, peak_hz, F32),
    MOTE_FIELD(mote_spectral_v1_t, density, F32),
    MOTE_FIELD(mote_spectral_v1_t, edges, U16S),
};
static const mote_struct_t plan =
    MOTE_STRUCT(mote_spectral_v1_t, "dsp/spectral_v1.h", fields);

/* Reads "0.1, 0.5, 1"; returns the number of edges. */
static int parse_edges(const mote_spectral_cfg_t *c, double edges[EDGES_MAX]) {
  const char *s = c->power_edges;
  int n = 0;
  for (char *end; *s; s = end) {
    if (n == EDGES_MAX)
      return mote_fail(MOTE_ERR_PARAM, "spectral_power_edges: more than %d edges",
                       EDGES_MAX);
    edges[n] = strtod(s, &end);
    if (end == s || (n && edges[n] <= edges[n - 1]) || !(edges[n] >= 0))
      return mote_fail(MOTE_ERR_PARAM,
                       "spectral_power_edges: \"%s\" is not an ascending list "
                       "of frequencies such as \"0.1, 0.5, 1\"",
                       c->power_edges);
    while (*end == ',' || *end == ' ') end++;
    n++;
  }
  return n >= 2 ? n
                : mote_fail(MOTE_ERR_PARAM, "spectral_power_edges: at least two edges "
                                            "are needed to make a band");
}

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  const mote_spectral_cfg_t *c = cfg;
  double edges[EDGES_MAX];
  MOTE_TRY(mote_spectral_check(c, sig));
  MOTE_TRY(mote_spectral_check_fft(c));
  int n = parse_edges(c, edges);
  MOTE_TRY(n);
  uint32_t fft = (uint32_t)c->fft_length;
  *out = (mote_block_shape_t){
      .rows = 1,
      .cols = sig->axes * (1u + 2u * (uint32_t)c->peaks + (uint32_t)n - 1u),
      .scratch_bytes = sizeof(float) * mote_spectral_v1_scratch(sig->n, fft)};
  return MOTE_OK;
}

/* First bin at or above each edge; bin k lies at k hz / fft. */
static int edge_bins(const mote_spectral_cfg_t *c, double hz, mote_pool_t *pool,
                     mote_u16s_t *out) {
  double edges[EDGES_MAX];
  int n = parse_edges(c, edges);
  MOTE_TRY(n);
  uint16_t *t = mote_pool_take(pool, (size_t)n * sizeof *t);
  *out = (mote_u16s_t){t, (uint32_t)n};
  for (int e = 0; t && e < n; e++) {
    uint16_t k = 0;
    while (k <= c->fft_length / 2 && k * hz / c->fft_length < edges[e]) k++;
    t[e] = k;
  }
  return MOTE_OK;
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  const mote_spectral_cfg_t *c = cfg;
  mote_spectral_v1_t *p = to;
  mote_spectral_cfg_t unfiltered = *c;
  unfiltered.filter_type = FILTER_NONE;
  double hz = (double)sig->hz, half = c->fft_length / 2;
  double seen = sig->n < (uint32_t)c->fft_length ? sig->n : (uint32_t)c->fft_length;
  MOTE_TRY(mote_spectral_front(&unfiltered, sig, false, pool, &p->front));
  MOTE_TRY(mote_spectral_filter(c, sig->hz, pool, &p->filter));
  MOTE_TRY(mote_rfft_prepare(&p->fft, (uint32_t)c->fft_length, pool));
  MOTE_TRY(edge_bins(c, hz, pool, &p->edges));
  p->peaks = (uint32_t)c->peaks, p->threshold = c->peaks_threshold;
  p->peak_hz = (float)(hz / 2 / (half - 1));
  p->density = (float)(2 / (hz * seen * 10));
  return mote_spectral_fits(pool);
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_spectral_v1_run(p, x, prev, out, scratch, state);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  const mote_spectral_cfg_t *c = cfg;
  double edges[EDGES_MAX];
  (void)sig, (void)row;
  int n = parse_edges(c, edges), peaks = 2 * c->peaks, per_axis = peaks + n;
  int axis = (int)col / per_axis, at = (int)col % per_axis - 1;
  if (at < 0)
    snprintf(text, 64, "axis %d RMS", axis);
  else if (at < peaks)
    snprintf(text, 64, "axis %d peak %d %s", axis, at / 2 + 1, at & 1 ? "height" : "Hz");
  else
    snprintf(text, 64, "axis %d power %g-%g Hz", axis, edges[at - peaks],
             edges[at - peaks + 1]);
}

static const char *const sources[] = {
    "dsp/spectral_v1.c", "dsp/front.c", "dsp/filter.c", "dsp/decimate.c",
    "dsp/moments.c",     "dsp/rfft.c",  "math/math.c",  NULL};

const mote_block_t mote_spectral_v1 = {
    .type = "spectral_analysis",
    .title = "Spectral analysis (version 1)",
    .help = "Peaks and power bands, for designs of older projects.",
    .params = mote_spectral_params,
    .n_params = MOTE_SPECTRAL_PARAMS,
    .cfg_bytes = sizeof(mote_spectral_cfg_t),
    .plan_bytes = sizeof(mote_spectral_v1_t),
    .plan = &plan,
    .run_fn = "mote_spectral_v1_run",
    .sources = sources,
    .shape = shape,
    .prepare = prepare,
    .run = run,
    .column_name = column_name,
};
