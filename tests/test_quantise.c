/* SPDX-License-Identifier: Apache-2.0
 * Post-training quantisation of random nets: close to the float net, the same bytes with
 * any number of threads, and sound on awkward weights. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/par.h"
#include "nn_net.h"
#include "quantise/quantise.h"

#define SAMPLES 40

typedef struct { float x[SAMPLES][512]; } data_t;

static int next(void *ctx, size_t i, const void **in) {
  in[0] = ((data_t *)ctx)->x[i];
  return 0;
}

static data_t *data_new(uint64_t seed) {
  data_t *d = malloc(sizeof *d);
  mote_rng_t r = mote_rng(seed, 2);
  for (size_t i = 0; i < SAMPLES; i++)
    for (size_t k = 0; k < 512; k++) d->x[i][k] = mote_rng_normal(&r);
  return d;
}

static mote_quant_report_t quantise(mote_graph_t *g, const mote_ptq_options_t *opt,
                                    mote_graph_t **out) {
  data_t *d = data_new(7);
  mote_calib_t calib = {next, d, SAMPLES};
  mote_quant_report_t r;
  if (mote_quantise(g, &calib, opt, out, &r) < 0) fail_msg("%s", mote_errmsg());
  free(d);
  return r;
}

static const mote_quant_row_t *row_of(const mote_quant_report_t *r, const char *op) {
  for (size_t i = 0; i < r->n_rows; i++)
    if (!strcmp(r->rows[i].op, op)) return &r->rows[i];
  fail_msg("no row of %s", op);
  return NULL;
}

static void every_operator_survives(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 12; seed++) {
    net_t n = net_all_ops(seed);
    mote_graph_t *q;
    mote_quant_report_t r = quantise(n.g, NULL, &q);
    assert_int_equal(r.n_rows, n.g->n_nodes);
    for (size_t i = 0; i < r.n_rows; i++)
      if (r.rows[i].snr_db < 15.0)
        fail_msg("seed %d: %s has %.1f dB", (int)seed, r.rows[i].op, r.rows[i].snr_db);
    assert_true(row_of(&r, "conv2d")->snr_db > 30.0);
    assert_int_equal(q->tensors[q->inputs[0]].dtype, MOTE_I8);
    assert_true(q->tensors[q->outputs[0]].quant.scale[0] == 1.0f / 256);
    json_t *j = mote_quant_report_json(&r);
    assert_int_equal(json_array_size(json_object_get(j, "layers")), r.n_rows);
    json_decref(j);
    mote_quant_report_free(&r);
    mote_graph_free(q), mote_graph_free(n.g);
  }
}

static void threads_do_not_matter(void **state) {
  (void)state;
  mote_buf_t bytes[2] = {{0}, {0}};
  for (int t = 0; t < 2; t++) {
    net_t n = net_all_ops(3);
    mote_graph_t *q;
    mote_threads_set(t ? 3 : 1);
    mote_quant_report_t r = quantise(n.g, NULL, &q);
    net_ok(mote_graph_write(q, &bytes[t]));
    json_t *j = mote_quant_report_json(&r);
    char *text = json_dumps(j, 0);
    net_ok(mote_buf_add(&bytes[t], text, strlen(text)));
    free(text), json_decref(j);
    mote_quant_report_free(&r);
    mote_graph_free(q), mote_graph_free(n.g);
  }
  mote_threads_set(0);
  assert_int_equal(bytes[0].n, bytes[1].n);
  assert_memory_equal(bytes[0].p, bytes[1].p, bytes[0].n);
  mote_buf_free(&bytes[0]), mote_buf_free(&bytes[1]);
}

/* One convolution k x k of a 6 x 6 x 2 image; its output, weights and biases. */
typedef struct { int32_t y; float *w, *b; } one_t;
static one_t one_conv(net_t *n, int32_t k, int32_t out) {
  int32_t x = net_input(n, MOTE_DIMS(1, 6, 6, 2));
  int32_t y = net_conv(n, x, k, out, net_window(1, MOTE_PAD_SAME, MOTE_ACT_NONE));
  const int32_t *in = n->g->nodes[0].in;
  return (one_t){y, n->g->tensors[in[1]].data, n->g->tensors[in[2]].data};
}

/* Filters that are zero, tiny, or zero with a large bias. */
static void odd_filters(void **state) {
  (void)state;
  net_t n = net_new(5);
  one_t c = one_conv(&n, 3, 4);
  for (int i = 0; i < 18; i++) c.w[i] = 0, c.w[18 + i] = 0, c.w[36 + i] *= 1e-9f;
  c.b[1] = 0.75f;
  net_output(&n, c.y);
  mote_graph_t *q;
  mote_quant_report_t r = quantise(n.g, NULL, &q);
  assert_true(r.out_snr_db > 30.0);
  mote_quant_report_free(&r);
  mote_graph_free(q), mote_graph_free(n.g);
}

/* A hard swish whose inputs all lie where it is nearly 0, on a scale that a concatenation
 * makes wider still. */
static void little_of_much(void **state) {
  (void)state;
  net_t n = net_new(6);
  one_t c = one_conv(&n, 1, 2);
  for (int i = 0; i < 4; i++) c.w[i] *= 1e-6f;
  c.b[0] = c.b[1] = -2.99999f;
  int32_t wide = net_conv(&n, n.g->inputs[0], 1, 2,
                          net_window(1, MOTE_PAD_SAME, MOTE_ACT_NONE));
  float *w = n.g->tensors[n.g->nodes[1].in[1]].data;
  for (int i = 0; i < 4; i++) w[i] *= 1000;
  int32_t swish = net_unary(&n, "hard_swish", c.y), both[2] = {c.y, wide};
  net_output(&n, swish);
  net_output(&n, net_node(&n, "concat", both, 2, &(mote_concat_attr_t){3}));
  mote_graph_t *q;
  mote_program_t *prog;
  mote_quant_report_t r = quantise(n.g, NULL, &q);
  assert_true(r.rows[2].scale * 128 >= r.rows[0].scale && r.rows[0].scale > 1);
  net_ok(mote_lower(q, &prog));
  mote_program_free(prog);
  mote_quant_report_free(&r);
  mote_graph_free(q), mote_graph_free(n.g);
}

/* Two layers whose channels differ a hundredfold: equalisation must win, and per-channel
 * weights must beat one scale. */
static void uneven_channels(void **state) {
  (void)state;
  net_t n = net_new(9);
  int32_t x = net_input(&n, MOTE_DIMS(1, 8, 8, 2));
  int32_t a = net_conv(&n, x, 3, 8, net_window(1, MOTE_PAD_SAME, MOTE_ACT_RELU));
  float *w = n.g->tensors[n.g->nodes[0].in[1]].data;
  float *b = n.g->tensors[n.g->nodes[0].in[2]].data;
  for (int c = 0; c < 8; c++) {
    float s = c & 1 ? 1.0f : 0.01f;
    for (int i = 0; i < 18; i++) w[c * 18 + i] *= s;
    b[c] *= s;
  }
  int32_t y = net_conv(&n, a, 1, 4, net_window(1, MOTE_PAD_SAME, MOTE_ACT_NONE));
  float *v = n.g->tensors[n.g->nodes[1].in[1]].data;
  for (int i = 0; i < 32; i++) v[i] *= i & 1 ? 1.0f : 100.0f;
  net_output(&n, y);
  mote_ptq_options_t opt = mote_ptq_defaults();
  mote_graph_t *q;
  mote_quant_report_t even = quantise(n.g, &opt, &q);
  mote_graph_free(q);
  opt.equalise = 0;
  mote_quant_report_t plain = quantise(n.g, &opt, &q);
  mote_graph_free(q);
  opt.per_tensor = 1;
  mote_quant_report_t coarse = quantise(n.g, &opt, &q);
  mote_graph_free(q);
  assert_true(even.equalised);
  assert_true(even.out_snr_db > plain.out_snr_db + 10.0);
  assert_true(plain.out_snr_db > coarse.out_snr_db);
  mote_quant_report_free(&even), mote_quant_report_free(&plain);
  mote_quant_report_free(&coarse);
  mote_graph_free(n.g);
}

/* The mean error of a channel after bias correction, against before. */
static double mean_shift(mote_graph_t *g, int correct) {
  mote_ptq_options_t opt = {.method = MOTE_RANGE_MINMAX, .bias_correction = correct,
                            .per_tensor = 1};
  mote_graph_t *q;
  mote_program_t *pf, *pq;
  mote_exec_t *ef, *eq;
  mote_quant_report_t r = quantise(g, &opt, &q);
  mote_quant_report_free(&r);
  net_ok(mote_lower(g, &pf)), net_ok(mote_lower(q, &pq));
  net_ok(mote_exec_new(pf, &ef)), net_ok(mote_exec_new(pq, &eq));
  data_t *d = data_new(7);
  double shift[6] = {0}, total = 0;
  for (int i = 0; i < SAMPLES; i++) {
    float a[6], b[6];
    net_ok(mote_quantised_run(ef, g, d->x[i], a));
    net_ok(mote_quantised_run(eq, q, d->x[i], b));
    for (int c = 0; c < 6; c++) shift[c] += (double)a[c] - (double)b[c];
  }
  for (int c = 0; c < 6; c++) total += fabs(shift[c]) / SAMPLES;
  free(d);
  mote_exec_free(ef), mote_exec_free(eq);
  mote_program_free(pf), mote_program_free(pq);
  mote_graph_free(q);
  return total;
}

static void bias_correction_removes_the_mean_error(void **state) {
  (void)state;
  net_t n = net_new(21);
  int32_t x = net_input(&n, MOTE_DIMS(1, 256));
  int32_t h = net_dense(&n, x, 200, MOTE_ACT_RELU);
  /* one huge weight makes the single scale coarse: rounding then shifts the mean */
  int32_t y = net_dense(&n, h, 6, MOTE_ACT_NONE);
  ((float *)n.g->tensors[n.g->nodes[1].in[1]].data)[0] = 4.0f;
  net_output(&n, y);
  double before = mean_shift(n.g, 0), after = mean_shift(n.g, 1);
  assert_true(after < before / 2);
  mote_graph_free(n.g);
}

static void refusals(void **state) {
  (void)state;
  net_t n = net_all_ops(1);
  mote_graph_t *q;
  mote_calib_t none = {next, NULL, 0};
  assert_int_equal(mote_quantise(n.g, &none, NULL, &q, NULL), MOTE_ERR_PARAM);
  data_t *d = data_new(1);
  mote_calib_t calib = {next, d, SAMPLES};
  d->x[3][0] = NAN;
  assert_int_equal(mote_quantise(n.g, &calib, NULL, &q, NULL), MOTE_ERR_NUMERIC);
  d->x[3][0] = 0;
  for (long k = 1; k < 400; k += 7) { /* whatever allocation fails: an error, no leak */
    mote_alloc_fail_at(k, 1);
    int rc = mote_quantise(n.g, &calib, NULL, &q, NULL);
    mote_alloc_fail_at(0, 0);
    if (rc >= 0) mote_graph_free(q);
  }
  mote_range_given_t given = {"t0", -1.0f, 3.0f};
  mote_ptq_options_t opt = {.ranges = &given, .n_ranges = 1};
  net_ok(mote_quantise(n.g, &calib, &opt, &q, NULL));
  assert_true(fabsf(q->tensors[q->inputs[0]].quant.scale[0] - 4.0f / 255) < 1e-6f);
  mote_graph_free(q), mote_graph_free(n.g);
  free(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_operator_survives),
      cmocka_unit_test(threads_do_not_matter),
      cmocka_unit_test(odd_filters),
      cmocka_unit_test(little_of_much),
      cmocka_unit_test(uneven_channels),
      cmocka_unit_test(bias_correction_removes_the_mean_error),
      cmocka_unit_test(refusals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
