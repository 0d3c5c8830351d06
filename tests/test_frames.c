/* SPDX-License-Identifier: Apache-2.0
 * Frame blocks: random designs, streamed in random chunks and as one window, must agree
 * bit for bit; designs that cannot work are refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "features/block.h"

typedef struct {
  const mote_block_t *block;
  mote_signal_t signal;
  mote_block_shape_t shape;
  void *cfg, *plan, *tables, *scratch;
} made_t;

static int make(made_t *m, const char *type, json_t *params, uint32_t n) {
  m->block = mote_block_find(type);
  m->signal = (mote_signal_t){.n = n, .axes = 1, .hz = 8000};
  m->cfg = calloc(1, m->block->cfg_bytes);
  mote_params_default(m->block->params, m->block->n_params, m->cfg);
  MOTE_TRY(mote_params_read(m->block->params, m->block->n_params, params, m->cfg, type));
  MOTE_TRY(m->block->shape(m->cfg, &m->signal, &m->shape));
  m->plan = calloc(1, m->block->plan_bytes);
  mote_pool_t pool = {0};
  MOTE_TRY(m->block->prepare(m->cfg, &m->signal, &pool, m->plan));
  m->tables = calloc(1, pool.used);
  pool = (mote_pool_t){m->tables, pool.used, 0};
  MOTE_TRY(m->block->prepare(m->cfg, &m->signal, &pool, m->plan));
  m->scratch = malloc(m->shape.scratch_bytes);
  return MOTE_OK;
}

static void unmake(made_t *m) {
  free(m->cfg);
  free(m->plan);
  free(m->tables);
  free(m->scratch);
}

/* What firmware does: keeps the samples of one frame and the one before them. */
static void stream(made_t *m, const float *x, float prev, mote_rng_t *rng, float *out) {
  const mote_block_shape_t *s = &m->shape;
  float *recent = malloc(s->frame * sizeof *recent); /* of the frame being collected */
  uint32_t at = 0, have = 0, skip = 0, row = 0;
  while (row < s->rows) {
    uint32_t chunk = 1 + mote_rng_below(rng, 700);
    for (; chunk && at < m->signal.n; chunk--, at++) {
      if (skip) {
        skip--, prev = x[at];
        continue;
      }
      recent[have++] = x[at];
      if (have < s->frame) continue;
      if (row < s->rows)
        assert_int_equal(
            m->block->frame(m->plan, recent, prev, out + row * s->cols, m->scratch),
            MOTE_OK);
      row++;
      uint32_t keep = s->hop < s->frame ? s->frame - s->hop : 0;
      skip = s->hop > s->frame ? s->hop - s->frame : 0;
      prev = recent[s->frame - keep - 1];
      memmove(recent, recent + s->frame - keep, keep * sizeof *recent);
      have = keep;
    }
  }
  free(recent);
  assert_int_equal(m->block->finish(m->plan, out, m->scratch), MOTE_OK);
}

static json_t *random_params(const char *type, mote_rng_t *r) {
  int fft = 16 << mote_rng_below(r, 6);
  json_t *p = json_pack("{s:i, s:i, s:f, s:f}", "version", 2 + (int)mote_rng_below(r, 3),
                        "fft_length", fft, "frame_length",
                        (double)mote_rng_range(r, 0.001f, 0.05f), "frame_stride",
                        (double)mote_rng_range(r, 0.001f, 0.06f));
  if (!strcmp(type, "spectrogram")) return p;
  int filters = 2 + (int)mote_rng_below(r, (uint32_t)fft / 2 - 1);
  json_object_set_new(p, "num_filters", json_integer(filters));
  json_object_set_new(p, "win_size", json_integer(1 + 2 * (int)mote_rng_below(r, 100)));
  if (!strcmp(type, "mfcc"))
    json_object_set_new(p, "num_cepstral",
                        json_integer(1 + (int)mote_rng_below(r, (uint32_t)filters)));
  return p;
}

static void streamed_is_batch(void **state) {
  static const char *const types[] = {"mfe", "mfcc", "spectrogram"};
  (void)state;
  mote_rng_t rng = mote_rng(7, 0);
  for (int i = 0; i < 300; i++) {
    made_t m = {0};
    uint32_t n = 800 + mote_rng_below(&rng, 4000);
    json_t *params = random_params(types[i % 3], &rng);
    if (make(&m, types[i % 3], params, n) != MOTE_OK) fail_msg("%s", mote_errmsg());
    size_t bytes = (size_t)m.shape.rows * m.shape.cols * sizeof(float);
    float *x = malloc(n * sizeof *x), *batch = malloc(bytes), *streamed = malloc(bytes);
    float level = i % 4 ? 20000.0f : 0.9f, prev = mote_rng_range(&rng, -level, level);
    for (uint32_t k = 0; k < n; k++) x[k] = mote_rng_range(&rng, -level, level);
    assert_int_equal(m.block->run(m.plan, x, prev, batch, m.scratch, NULL), MOTE_OK);
    memset(m.scratch, 0xa5, m.shape.scratch_bytes); /* nothing may be carried in it */
    stream(&m, x, prev, &rng, streamed);
    assert_memory_equal(batch, streamed, bytes);
    free(x), free(batch), free(streamed);
    json_decref(params);
    unmake(&m);
  }
}

/* Silence, full scale and huge values give finite features, and silence gives rest. */
static void extremes(void **state) {
  static const char *const types[] = {"mfe", "mfcc", "spectrogram"};
  const float levels[] = {0, 32767, 1e-20f, 1e30f};
  (void)state;
  for (int i = 0; i < 3 * 4 * 4; i++) {
    made_t m = {0};
    json_t *params = json_pack("{s:i}", "version", 1 + i / 12);
    assert_int_equal(make(&m, types[i % 3], params, 8000), MOTE_OK);
    float *x = malloc(8000 * sizeof *x), level = levels[i / 3 % 4];
    uint32_t total = m.shape.rows * m.shape.cols;
    float *out = malloc(total * sizeof *out);
    for (uint32_t k = 0; k < 8000; k++) x[k] = k / 40 % 2 ? level : -level;
    assert_int_equal(m.block->run(m.plan, x, x[7999], out, m.scratch, NULL), MOTE_OK);
    for (uint32_t k = 0; level < 1e6f && k < total; k++) {
      assert_true(out[k] == out[k] && out[k] < 1e3f && out[k] > -1e3f);
      if (level == 0 && i % 3 == 1) assert_true(out[k] == 0);
    }
    free(x), free(out);
    json_decref(params);
    unmake(&m);
  }
}

static void refused(void **state) {
  static const struct {
    const char *type, *params, *word;
  } cases[] = {
      {"mfe", "{\"fft_length\":200}", "fft_length"},
      {"spectrogram", "{\"frame_length\":2}", "frame_length"},
      {"spectrogram", "{\"version\":1,\"frame_stride\":0.00001}", "frame_stride"},
      {"mfe", "{\"num_filters\":200}", "num_filters"},
      {"mfe", "{\"low_frequency\":3000,\"high_frequency\":2000}", "low_frequency"},
      {"mfcc", "{\"high_frequency\":5000}", "high_frequency"},
      {"mfcc", "{\"num_cepstral\":40}", "num_cepstral"},
      {"mfcc", "{\"win_size\":100}", "win_size"},
      {"mfcc", "{\"frame_lenght\":0.1}", "frame_length"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    made_t m = {0};
    json_t *params = json_loads(cases[i].params, 0, NULL);
    assert_int_equal(make(&m, cases[i].type, params, 8000), MOTE_ERR_USAGE);
    if (!strstr(mote_errmsg(), cases[i].word)) fail_msg("%s", mote_errmsg());
    json_decref(params);
    unmake(&m);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(streamed_is_batch),
      cmocka_unit_test(extremes),
      cmocka_unit_test(refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
