/* SPDX-License-Identifier: Apache-2.0
 * Moments, filters, decimation and wavelets against what theory says of them, and the
 * refusals of the spectral analysis and flatten blocks. Values: tests/vectors/dsp. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "dsp/decimate.h"
#include "dsp/moments.h"
#include "dsp/wavelet.h"
#include "features/block.h"
#include "features/design/sos.h"
#include "features/design/wavelet_design.h"

static void near(double got, double want, double tolerance) {
  if (!(fabs(got - want) <= tolerance))
    fail_msg("%.9g, expected %.9g within %g", got, want, tolerance);
}

/* ---- moments ---- */

static void known_moments(void **state) {
  float x[5] = {1, 2, 3, 4, 5};
  (void)state;
  near((double)mote_rms(x, 5), sqrt(11), 1e-6);
  mote_moments_t m = mote_central_moments(x, 5);
  near((double)m.mean, 3, 0), near((double)m.std, sqrt(2), 1e-6);
  near((double)m.skewness, 0, 1e-7), near((double)m.kurtosis, -1.3, 1e-6);
  assert_true(x[0] == -2 && x[4] == 2);
}

static void constants_have_no_moments(void **state) {
  (void)state;
  for (uint32_t n = 1; n < 100; n++) {
    float x[100];
    for (uint32_t i = 0; i < n; i++) x[i] = 9.81f;
    mote_moments_t m = mote_central_moments(x, n);
    assert_true(m.mean == 9.81f && m.std == 0 && m.skewness == 0 && m.kurtosis == -3);
  }
}

/* Skewness and kurtosis do not depend on the unit, down to 1e-12 and up to 1e12. */
static void moments_have_no_scale(void **state) {
  float x[200], first[2] = {0};
  (void)state;
  for (int e = -12; e <= 12; e++) {
    mote_rng_t rng = mote_rng(5, 0);
    for (int i = 0; i < 200; i++) {
      float v = mote_rng_range(&rng, 0, 1);
      x[i] = v * v * powf(10, (float)e);
    }
    mote_moments_t m = mote_central_moments(x, 200);
    if (e == -12) first[0] = m.skewness, first[1] = m.kurtosis;
    near((double)m.skewness, (double)first[0], 1e-5);
    near((double)m.kurtosis, (double)first[1], 1e-5);
  }
}

static void long_sums_stay_exact(void **state) {
  enum { N = 1000003 };
  float *x = mote_alloc(N, sizeof *x);
  double want = 0;
  (void)state;
  assert_non_null(x);
  for (int i = 0; i < N; i++) x[i] = 0.1f + (float)(i % 7), want += (double)x[i];
  near((double)mote_sum(x, N), want, want * 1e-7);
  mote_free(x);
}

/* ---- filters: magnitude of the impulse response at frequency f (share of the rate) ----
 */

static double response(const mote_biquads_t *filter, double f) {
  enum { N = 4096 };
  static float h[N];
  memset(h, 0, sizeof h);
  h[0] = 1;
  mote_biquads_run(filter, h, N);
  double re = 0, im = 0;
  for (int i = 0; i < N; i++)
    re += (double)h[i] * cos(2 * M_PI * f * i),
        im += (double)h[i] * sin(2 * M_PI * f * i);
  return hypot(re, im);
}

static void butterworth_response(void **state) {
  static const double cutoffs[] = {0.02, 0.1, 0.25, 0.4};
  float sections[12];
  (void)state;
  for (int order = 2; order <= 8; order += 2)
    for (int c = 0; c < 4; c++)
      for (int high = 0; high < 2; high++) {
        assert_int_equal(mote_design_butterworth(cutoffs[c], order, high, sections), 0);
        mote_biquads_t filter = {{sections, (uint32_t)order / 2 * 3}, (uint8_t)high};
        for (double f = 0.01; f < 0.5; f += 0.07) {
          double w = tan(M_PI * f) / tan(M_PI * cutoffs[c]);
          near(response(&filter, f), 1 / sqrt(1 + pow(high ? 1 / w : w, 2 * order)),
               2e-4);
        }
      }
}

static void decimator_response(void **state) {
  static const int ratios[] = {3, 10};
  float sections[12];
  (void)state;
  for (int r = 0; r < 2; r++) {
    mote_design_decimator(ratios[r], sections);
    mote_biquads_t low = {{sections, 12}, 0};
    double nyquist = 0.5 / ratios[r];
    for (double f = 0; f <= 0.8; f += 0.1) /* within the ripple of 0.05 dB */
      near(response(&low, f * nyquist) * (double)MOTE_DECIMATE_DC, 0.9971, 0.0031);
    for (double f = 1.2; f < 2; f += 0.1) assert_true(response(&low, f * nyquist) < 0.02);
  }
}

static void decimation_lengths(void **state) {
  float sections[12], x[101];
  (void)state;
  for (uint32_t ratio = 3; ratio <= 10; ratio += 7) {
    mote_design_decimator((int)ratio, sections);
    mote_biquads_t low = {{sections, 12}, 0};
    for (uint32_t n = 1; n <= 101; n++) {
      for (uint32_t i = 0; i < n; i++) x[i] = -7.5f;
      assert_int_equal(mote_decimate(&low, ratio, x, n), (n + ratio - 1) / ratio);
      for (uint32_t i = 0; i < (n + ratio - 1) / ratio; i++) /* settled: no transient */
        near((double)x[i], -7.5 * (double)MOTE_DECIMATE_DC, 1e-6);
    }
  }
}

/* ---- wavelets ---- */

static int names(const char *list) {
  int n = 1;
  for (; *list; list++) n += *list == '|';
  return n;
}

static void families(void **state) {
  (void)state;
  assert_int_equal(names(MOTE_WAVELET_NAMES), 50);
  assert_int_equal(strncmp(MOTE_WAVELET_NAMES, "haar|db2|db3|db4|", 17), 0);
  assert_int_equal(mote_wavelet_taps(50), 0);
  for (int w = 0; w < 50; w++) {
    uint8_t room[512] __attribute__((aligned(8)));
    mote_pool_t pool = {room, sizeof room, 0};
    mote_f32s_t low, high;
    mote_wavelet_tables(w, &pool, &low, &high);
    double sum = 0, other = 0, moment = 0, energy = 0;
    for (uint32_t i = 0; i < low.n; i++) {
      sum += (double)low.p[i], other += (double)high.p[i];
      energy += (double)low.p[i] * (double)low.p[i];
      moment += (double)low.p[i] * (i & 1 ? -1 : 1);
    }
    near(sum, sqrt(2), 1e-6), near(other, 0, 1e-6), near(moment, 0, 1e-6);
    if (w < 22) near(energy, 1, 1e-6); /* the orthogonal families */
  }
}

static void wavelet_lengths(void **state) {
  (void)state;
  assert_int_equal(mote_wavelet_next(64, 2), 32);
  assert_int_equal(mote_wavelet_next(64, 8), 35);
  assert_int_equal(mote_wavelet_next(65, 8), 36);
}

/* ---- the rows ---- */

static const mote_signal_t motion = {125, 3, 62.5f, 0, 0};

static int shape_of(const char *type, const char *json, const mote_signal_t *sig,
                    mote_block_shape_t *out, const char **run_fn) {
  const mote_block_t *b = mote_block_find(type);
  void *cfg = mote_alloc(1, b->cfg_bytes);
  json_t *params = json_loads(json, 0, NULL);
  assert_non_null(params);
  mote_params_default(b->params, b->n_params, cfg);
  int rc = mote_params_read(b->params, b->n_params, params, cfg, type);
  b = mote_block_variant(b, cfg);
  *run_fn = b->run_fn;
  if (rc >= 0) rc = b->shape(cfg, sig, out);
  for (uint32_t i = 0; rc >= 0 && i < out->cols; i++) {
    char text[64] = "";
    b->column_name(cfg, sig, 0, i, text);
    assert_true(text[0]);
  }
  json_decref(params);
  mote_free(cfg);
  return rc;
}

static void gives(const char *type, const char *json, uint32_t columns,
                  const char *run_fn) {
  mote_block_shape_t shape;
  const char *got;
  if (shape_of(type, json, &motion, &shape, &got) < 0) fail_msg("%s", mote_errmsg());
  assert_int_equal(shape.cols, columns);
  assert_string_equal(got, run_fn);
}

static void widths(void **state) {
  (void)state;
  gives("spectral_analysis", "{}", 39, "mote_spectral_run");
  gives("spectral_analysis", "{\"version\":2}", 33, "mote_spectral_run");
  gives("spectral_analysis", "{\"version\":1}", 33, "mote_spectral_v1_run");
  gives("spectral_analysis", "{\"filter_type\":\"low\"}", 18, "mote_spectral_run");
  gives("spectral_analysis", "{\"analysis_type\":\"Wavelet\"}", 84, "mote_wavelet_run");
  gives("spectral_analysis", "{\"version\":2,\"analysis_type\":\"Wavelet\"}", 33,
        "mote_spectral_run");
  gives("spectral_analysis", "{\"extra_low_freq\":true}", 78, "mote_spectral_run");
  gives("flatten", "{}", 21, "mote_flatten_run");
  gives("flatten", "{\"moving_avg_num_windows\":4,\"rms\":false}", 21,
        "mote_flatten_moving_run");
}

/* Refused, and the message names the parameter. */
static void refused(const char *type, const char *json, mote_signal_t sig,
                    const char *parameter) {
  mote_block_shape_t shape;
  const char *fn;
  assert_true(shape_of(type, json, &sig, &shape, &fn) < 0);
  if (!strstr(mote_errmsg(), parameter))
    fail_msg("no %s in: %s", parameter, mote_errmsg());
}

static void refusals(void **state) {
  const char *s = "spectral_analysis";
  mote_signal_t brief = {20, 1, 62.5f, 0, 0}, empty = {0, 1, 62.5f, 0, 0};
  mote_signal_t fast = {16000, 1, 16000, 0, 0};
  (void)state;
  refused(s, "{\"fft_length\":24}", motion, "fft_length");
  refused(s, "{\"fft_length\":8192}", motion, "fft_length");
  refused(s, "{\"filter_type\":\"low\",\"filter_cutoff\":31.25}", motion,
          "filter_cutoff");
  refused(s, "{\"filter_type\":\"low\",\"filter_cutoff\":0}", motion, "filter_cutoff");
  refused(s, "{\"filter_type\":\"low\",\"filter_order\":5}", motion, "filter_order");
  refused(s, "{\"filter_type\":\"low\",\"filter_cutoff\":1}", motion, "fft_length");
  refused(s, "{\"filter_type\":\"low\",\"filter_cutoff\":0.05}", fast, "filter_cutoff");
  refused(s,
          "{\"filter_type\":\"low\",\"filter_cutoff\":5,\"input_decimation_ratio\":10}",
          motion, "input_decimation_ratio");
  refused(s, "{\"input_decimation_ratio\":100}", motion, "input_decimation_ratio");
  refused(s, "{\"input_decimation_ratio\":7}", motion, "input_decimation_ratio");
  refused(s, "{\"extra_low_freq\":true,\"fft_length\":64}", motion, "extra_low_freq");
  refused(s, "{\"analysis_type\":\"Wavelet\",\"wavelet_level\":2}", motion,
          "wavelet_level");
  refused(s, "{\"analysis_type\":\"Wavelet\"}", brief, "wavelet_level");
  refused(s, "{\"version\":1,\"spectral_power_edges\":\"1, x\"}", motion,
          "spectral_power_edges");
  refused(s, "{\"version\":1,\"spectral_power_edges\":\"2, 1\"}", motion,
          "spectral_power_edges");
  refused(s, "{}", empty, "window");
  refused("flatten", "{}", empty, "window");
  refused("flatten",
          "{\"average\":false,\"minimum\":false,\"maximum\":false,\"rms\":false,"
          "\"stdev\":false,\"skewness\":false,\"kurtosis\":false}",
          motion, "average");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_moments),
      cmocka_unit_test(constants_have_no_moments),
      cmocka_unit_test(moments_have_no_scale),
      cmocka_unit_test(long_sums_stay_exact),
      cmocka_unit_test(butterworth_response),
      cmocka_unit_test(decimator_response),
      cmocka_unit_test(decimation_lengths),
      cmocka_unit_test(families),
      cmocka_unit_test(wavelet_lengths),
      cmocka_unit_test(widths),
      cmocka_unit_test(refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
