/* SPDX-License-Identifier: Apache-2.0
 * bench_dsp SET N: prepares one DSP block and runs it N times on made audio or motion, so
 * that the difference of two callgrind runs is the cost of a call. bench_dsp alone lists
 * the sets. See tools/dsp_instructions.sh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "features/block.h"

typedef struct {
  const char *name, *block, *params;
  mote_signal_t signal;
} set_t;

static const set_t sets[] = {
    {"mfe", "mfe", "{}", {.n = 16000, .axes = 1, .hz = 16000}},
    {"mfe512",
     "mfe",
     "{\"frame_length\":0.032,\"frame_stride\":0.016,\"fft_length\":512}",
     {.n = 16000, .axes = 1, .hz = 16000}},
    {"mfcc", "mfcc", "{}", {.n = 16000, .axes = 1, .hz = 16000}},
    {"spectrogram", "spectrogram", "{}", {.n = 16000, .axes = 1, .hz = 16000}},
    {"spectral16", "spectral_analysis", "{}", {.n = 125, .axes = 3, .hz = 62.5f}},
    {"spectral16low",
     "spectral_analysis",
     "{\"filter_type\":\"low\"}",
     {.n = 125, .axes = 3, .hz = 62.5f}},
    {"spectral256",
     "spectral_analysis",
     "{\"fft_length\":256}",
     {.n = 1000, .axes = 3, .hz = 1000}},
    {"wavelet",
     "spectral_analysis",
     "{\"analysis_type\":\"Wavelet\",\"wavelet_level\":4}",
     {.n = 1024, .axes = 1, .hz = 1000}},
    {"flatten", "flatten", "{}", {.n = 125, .axes = 3, .hz = 62.5f}},
};

static void *need(void *p) {
  if (p) return p;
  fprintf(stderr, "bench_dsp: %s\n", mote_errmsg());
  exit(1);
}

static void ok(int rc) {
  if (rc < 0) need(NULL);
}

static void run(const set_t *s, long calls) {
  const mote_block_t *b = mote_block_find(s->block);
  json_t *params = need(json_loads(s->params, 0, NULL));
  void *cfg = need(mote_alloc(1, b->cfg_bytes));
  mote_params_default(b->params, b->n_params, cfg);
  ok(mote_params_read(b->params, b->n_params, params, cfg, s->name));
  json_decref(params);
  b = mote_block_variant(b, cfg);
  mote_block_shape_t shape;
  ok(b->shape(cfg, &s->signal, &shape));
  void *plan = need(mote_alloc(1, b->plan_bytes));
  mote_pool_t pool = {0};
  ok(b->prepare(cfg, &s->signal, &pool, plan));
  pool = (mote_pool_t){need(mote_alloc(1, pool.used + 8)), pool.used + 8, 0};
  ok(b->prepare(cfg, &s->signal, &pool, plan));
  uint32_t n = s->signal.n * s->signal.axes;
  float *x = need(mote_alloc(n, sizeof *x));
  float *out = need(mote_alloc((size_t)shape.rows * shape.cols, sizeof *out));
  void *scratch = need(mote_alloc(1, shape.scratch_bytes + 8));
  mote_rng_t rng = mote_rng(1, 0);
  for (uint32_t i = 0; i < n; i++) x[i] = mote_rng_range(&rng, -8000, 8000);
  for (long i = 0; i < calls; i++) ok(b->run(plan, x, x[n - 1], out, scratch, NULL));
  fprintf(stderr, "%s: %u features, scratch %zu, tables %zu bytes, last %g\n", s->name,
          shape.rows * shape.cols, shape.scratch_bytes, pool.used,
          (double)out[shape.rows * shape.cols - 1]);
  void *all[] = {cfg, plan, pool.p, x, out, scratch};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) mote_free(all[i]);
}

int main(int argc, char **argv) {
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    if (argc < 3)
      puts(sets[i].name);
    else if (!strcmp(sets[i].name, argv[1]))
      return run(&sets[i], atol(argv[2])), 0;
  }
  return argc < 3 ? 0 : 2;
}
