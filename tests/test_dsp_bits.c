/* SPDX-License-Identifier: Apache-2.0
 * Plans of every sort of DSP block as C source (test_dsp_bits --plans), for
 * tests/test_dsp_boards.sh, which runs them under several compilers and on emulated
 * boards. Without an argument: the tables come out the same twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "emit/structs.h"
#include "features/block.h"

typedef struct {
  const char *block, *params;
  mote_signal_t signal;
} design_t;

#define MOTION {125, 3, 62.5f, 0, 0}
static const design_t designs[] = {
    {"flatten", "{}", MOTION},
    {"flatten", "{\"moving_avg_num_windows\":3,\"scale_axes\":0.3}", MOTION},
    {"spectral_analysis", "{}", MOTION},
    {"spectral_analysis", "{\"filter_type\":\"low\",\"fft_length\":128}", MOTION},
    {"spectral_analysis",
     "{\"filter_type\":\"high\",\"filter_order\":8,\"do_log\":false}", MOTION},
    {"spectral_analysis",
     "{\"extra_low_freq\":true,\"fft_length\":32}",
     {250, 2, 100, 0, 0}},
    {"spectral_analysis",
     "{\"input_decimation_ratio\":30,\"fft_length\":8}",
     {600, 1, 1000, 0, 0}},
    {"spectral_analysis", "{\"version\":2,\"fft_length\":64}", MOTION},
    {"spectral_analysis", "{\"version\":1,\"fft_length\":128,\"filter_type\":\"low\"}",
     MOTION},
    {"spectral_analysis",
     "{\"analysis_type\":\"Wavelet\",\"wavelet_level\":3}",
     {300, 1, 100, 0, 0}},
    {"spectral_analysis",
     "{\"analysis_type\":\"Wavelet\",\"wavelet\":\"rbio3.9\"}",
     {150, 2, 100, 0, 0}},
    {"mfcc", "{}", {4000, 1, 16000, 0, 0}},
    {"mfcc",
     "{\"version\":2,\"pre_shift\":3,\"win_size\":5,\"num_filters\":21}",
     {2000, 1, 8000, 0, 0}},
    {"mfe", "{}", {3000, 1, 16000, 0, 0}},
    {"mfe", "{\"version\":2,\"fft_length\":512}", {2000, 1, 16000, 0, 0}},
    {"spectrogram", "{}", {3000, 1, 16000, 0, 0}},
    {"spectrogram", "{\"version\":1,\"fft_length\":32}", {2000, 1, 16000, 0, 0}},
    {"spectrogram",
     "{\"version\":3,\"fft_length\":1024,\"frame_length\":0.08}",
     {2000, 1, 16000, 0, 0}},
};

/* The defaults on one second of sound: tests/test_dsp_m4.sh counts their instructions. */
static const design_t second[] = {
    {"mfe", "{}", {16000, 1, 16000, 0, 0}},
    {"mfcc", "{}", {16000, 1, 16000, 0, 0}},
    {"spectrogram", "{}", {16000, 1, 16000, 0, 0}},
};
enum { DESIGNS = sizeof designs / sizeof *designs };

typedef struct {
  const mote_block_t *block;
  mote_block_shape_t shape;
  void *plan;
  mote_pool_t pool;
} made_t;

static int make(const design_t *d, mote_arena_t *a, made_t *m) {
  json_t *params = json_loads(d->params, 0, NULL);
  const mote_block_t *b = mote_block_find(d->block);
  void *cfg = mote_arena_take(a, 1, b->cfg_bytes);
  mote_params_default(b->params, b->n_params, cfg);
  MOTE_TRY(mote_params_read(b->params, b->n_params, params, cfg, d->block));
  json_decref(params);
  m->block = b = mote_block_variant(b, cfg);
  m->plan = mote_arena_take(a, 1, b->plan_bytes);
  m->pool = (mote_pool_t){0};
  MOTE_TRY(b->shape(cfg, &d->signal, &m->shape));
  MOTE_TRY(b->prepare(cfg, &d->signal, &m->pool, m->plan));
  m->pool.bytes = m->pool.used, m->pool.used = 0;
  m->pool.p = mote_arena_take(a, m->pool.bytes + 8, 1);
  return b->prepare(cfg, &d->signal, &m->pool, m->plan);
}

static void print_design(size_t i, const design_t *d, const made_t *m, mote_emit_t *e) {
  char name[32];
  snprintf(name, sizeof name, "plan_%zu", i);
  mote_buf_printf(&e->out, "#include \"%s\"\n", m->block->plan->header);
  mote_emit_struct(e, m->block->plan, m->plan, name);
  mote_buf_printf(&e->out,
                  "static int run_%zu(const float *x, float *out, void *scratch, "
                  "void *state) {\n  return %s(&%s, x, x[%u], out, scratch, state);\n}\n",
                  i, m->block->run_fn, name, d->signal.n * d->signal.axes - 1);
}

/* { name, run, values in, features, bytes of scratch and state } of each design. */
static int print_plans(const design_t *all, size_t n) {
  mote_arena_t *a = mote_arena_new();
  mote_emit_t e = {.arena = a};
  made_t made[DESIGNS];
  for (size_t i = 0; i < n; i++) {
    MOTE_TRY(make(&all[i], a, &made[i]));
    print_design(i, &all[i], &made[i], &e);
  }
  mote_buf_printf(&e.out, "static const design_t designs[] = {\n");
  for (size_t i = 0; i < n; i++) {
    const mote_signal_t *s = &all[i].signal;
    const mote_block_shape_t *h = &made[i].shape;
    mote_buf_printf(&e.out, "    {\"%s\", run_%zu, %u, %u, %zu, %zu},\n", all[i].block, i,
                    s->n * s->axes, h->rows * h->cols, h->scratch_bytes, h->state_bytes);
  }
  mote_buf_printf(&e.out, "};\n");
  fputs((char *)e.out.p, stdout);
  mote_buf_free(&e.out);
  mote_arena_free(a);
  return 0;
}

static void same_tables_twice(void **state) {
  (void)state;
  mote_arena_t *a = mote_arena_new();
  for (size_t i = 0; i < DESIGNS; i++) {
    made_t one, two;
    if (make(&designs[i], a, &one) < 0 || make(&designs[i], a, &two) < 0)
      fail_msg("design %zu: %s", i, mote_errmsg());
    assert_int_equal(one.pool.used, two.pool.used);
    if (one.pool.used) assert_memory_equal(one.pool.p, two.pool.p, one.pool.used);
  }
  mote_arena_free(a);
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "--plans")) return print_plans(designs, DESIGNS) < 0;
  if (argc > 1 && !strcmp(argv[1], "--second"))
    return print_plans(second, sizeof second / sizeof *second) < 0;
  const struct CMUnitTest tests[] = {cmocka_unit_test(same_tables_twice)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
