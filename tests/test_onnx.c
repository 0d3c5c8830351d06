/* SPDX-License-Identifier: Apache-2.0
 * .onnx models against what ONNX Runtime computed (tests/vectors/onnx/README.md): float
 * within 1e-5, int8 within one step. MOTE_ONNX_CASES names another folder of cases. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "model/from_onnx.h"
#include "model/from_tflite.h"
#include "model/to_onnx.h"
#include "model/to_tflite.h"
#include "nn_net.h"
#include "quantise/quantise.h"

#define CASES_MAX 256

typedef struct { mote_program_t *p; mote_exec_t *e; } run_t;

static run_t run_new(const mote_graph_t *g) {
  run_t r;
  net_ok(mote_lower(g, &r.p));
  net_ok(mote_exec_new(r.p, &r.e));
  return r;
}

static void run_free(run_t r) {
  mote_exec_free(r.e);
  mote_program_free(r.p);
}

static const char *folder(void) {
  const char *other = getenv("MOTE_ONNX_CASES");
  return other ? other : MOTE_SOURCE "/tests/vectors/onnx";
}

static mote_buf_t slurp(const char *name, const char *ending) {
  char path[512];
  mote_buf_t b = {0};
  snprintf(path, sizeof path, "%s/%s%s", folder(), name, ending);
  net_ok(mote_file_read(path, 1 << 24, &b));
  return b;
}

/* Counts of a case: values, those that differ at all, those beyond the allowed. */
typedef struct { long values, other, wrong; double worst; } tally_t;

static void compare_f32(const mote_tensor_t *t, const float *ours,
                        const uint8_t *theirs, tally_t *n) {
  int64_t count = mote_dims_count(&t->dims);
  double top = 1e-3;
  for (int64_t i = 0; i < count; i++) {
    float x;
    memcpy(&x, theirs + 4 * i, 4);
    if (fabs((double)x) > top) top = fabs((double)x);
  }
  for (int64_t i = 0; i < count; i++) {
    float x;
    memcpy(&x, theirs + 4 * i, 4);
    double error = fabs((double)x - (double)ours[i]) / top;
    n->values++, n->other += error > 0, n->wrong += !(error <= 1e-5);
    if (!(error <= n->worst)) n->worst = error;
  }
}

static void compare_bytes(const mote_tensor_t *t, const uint8_t *ours,
                          const uint8_t *theirs, tally_t *n) {
  for (int64_t i = 0; i < mote_dims_count(&t->dims); i++) {
    int d = t->dtype == MOTE_U8 ? theirs[i] - ours[i]
                                : (int8_t)theirs[i] - (int8_t)ours[i];
    n->values++, n->other += d != 0, n->wrong += abs(d) > 1;
    if (abs(d) > n->worst) n->worst = abs(d);
  }
}

/* Indices: int64 there, int32 here. */
static void compare_i32(const mote_tensor_t *t, const int32_t *ours,
                        const uint8_t *theirs, tally_t *n) {
  for (int64_t i = 0; i < mote_dims_count(&t->dims); i++) {
    int64_t x;
    memcpy(&x, theirs + 8 * i, 8);
    n->values++, n->other += x != ours[i], n->wrong += x != ours[i];
  }
}

/* int8 inside, float outside: errors count in steps of the last scale. */
static int is_quantised(const char *name) { return !strncmp(name, "q_", 2); }

static float step_of(const mote_graph_t *g, int32_t tensor) {
  for (int32_t i = 0; i < g->n_nodes; i++)
    if (g->nodes[i].out[0] == tensor && !strcmp(g->nodes[i].op->name, "dequantize"))
      return g->tensors[g->nodes[i].in[0]].quant.scale[0];
  for (int32_t i = 0; i < g->n_nodes; i++)
    if (g->nodes[i].out[0] == tensor) return step_of(g, g->nodes[i].in[0]);
  return 0.0f;
}

static void compare_steps(const mote_graph_t *g, int32_t tensor, const float *ours,
                          const uint8_t *theirs, tally_t *n) {
  double step = (double)step_of(g, tensor);
  for (int64_t i = 0; i < mote_dims_count(&g->tensors[tensor].dims); i++) {
    float x;
    memcpy(&x, theirs + 4 * i, 4);
    double d = fabs((double)x - (double)ours[i]) / step;
    n->values++, n->other += d > 0.01, n->wrong += !(d < 1.01);
    if (!(d <= n->worst)) n->worst = d;
  }
}

static tally_t run_case(const char *name) {
  mote_buf_t model = slurp(name, ".onnx"), in = slurp(name, ".in.bin"),
             out = slurp(name, ".out.bin");
  mote_graph_t *g;
  tally_t n = {0};
  if (mote_graph_from_onnx(model.p, model.n, &g) < 0) {
    fprintf(stderr, "%s: %s\n", name, mote_errmsg());
    return (tally_t){0, 0, 1, 0};
  }
  run_t r = run_new(g);
  const uint8_t *from = in.p, *to = out.p;
  while (from < in.p + in.n) {
    const void *p[MOTE_NODE_IO_MAX];
    for (int32_t i = 0; i < g->n_inputs; i++)
      p[i] = from, from += mote_tensor_bytes(&g->tensors[g->inputs[i]]);
    assert_true(from <= in.p + in.n);
    mote_exec_reset(r.e);
    net_ok(mote_exec_run(r.e, p, NULL));
    for (int32_t i = 0; i < g->n_outputs; i++) {
      const mote_tensor_t *t = &g->tensors[g->outputs[i]];
      const void *y = mote_exec_tensor(r.e, g->outputs[i]);
      size_t bytes = mote_tensor_bytes(t) * (t->dtype == MOTE_I32 ? 2 : 1);
      assert_true(to + bytes <= out.p + out.n);
      if (t->dtype == MOTE_I8 || t->dtype == MOTE_U8) compare_bytes(t, y, to, &n);
      else if (t->dtype == MOTE_I32) compare_i32(t, y, to, &n);
      else if (is_quantised(name)) compare_steps(g, g->outputs[i], y, to, &n);
      else compare_f32(t, y, to, &n);
      to += bytes;
    }
  }
  assert_ptr_equal(to, out.p + out.n);
  run_free(r);
  mote_graph_free(g);
  mote_buf_free(&model), mote_buf_free(&in), mote_buf_free(&out);
  return n;
}

static int by_name(const void *a, const void *b) { return strcmp(a, b); }

static size_t list_cases(char names[CASES_MAX][64]) {
  DIR *d = opendir(folder());
  size_t n = 0;
  assert_non_null(d);
  for (struct dirent *e; (e = readdir(d));) {
    char *dot = strstr(e->d_name, ".onnx");
    if (!dot || n == CASES_MAX) continue;
    snprintf(names[n++], 64, "%.*s", (int)(dot - e->d_name), e->d_name);
  }
  closedir(d);
  qsort(names, n, 64, by_name);
  return n;
}

static void every_case(void **state) {
  static char names[CASES_MAX][64];
  size_t n = list_cases(names);
  int bad = 0;
  (void)state;
  for (size_t i = 0; i < n; i++) {
    tally_t t = run_case(names[i]);
    printf("%-24s %6ld values, %5ld differ, worst %.3g%s%s\n", names[i], t.values,
           t.other, t.worst, is_quantised(names[i]) ? " steps" : "",
           t.wrong ? "  WRONG" : "");
    bad += t.wrong > 0;
  }
  assert_true(n > 0);
  assert_int_equal(bad, 0);
}

/* ---- graph -> .onnx -> graph ---- */

static float samples[16][512];

static int next(void *ctx, size_t i, const void **in) {
  (void)ctx;
  in[0] = samples[i];
  return 0;
}

static void fill_samples(uint64_t seed) {
  mote_rng_t r = mote_rng(seed, 4);
  for (int i = 0; i < 16 * 512; i++) samples[i / 512][i % 512] = mote_rng_normal(&r);
}

static mote_graph_t *int8_of(const mote_graph_t *g) {
  mote_graph_t *q;
  mote_calib_t calib = {next, NULL, 16};
  net_ok(mote_quantise(g, &calib, NULL, &q, NULL));
  return q;
}

static mote_graph_t *again(const mote_graph_t *g) {
  mote_buf_t b = {0};
  mote_graph_t *out;
  net_ok(mote_graph_to_onnx(g, &b));
  net_ok(mote_graph_from_onnx(b.p, b.n, &out));
  mote_buf_free(&b);
  return out;
}

/* Same outputs for n inputs of `bytes` each, one behind the other. */
static void same_bits(const mote_graph_t *a, const mote_graph_t *b, const void *inputs,
                      size_t n, size_t bytes) {
  run_t ra = run_new(a), rb = run_new(b);
  assert_int_equal(a->n_outputs, b->n_outputs);
  for (size_t i = 0; i < n; i++) {
    const void *in[1] = {(const uint8_t *)inputs + i * bytes};
    net_ok(mote_exec_run(ra.e, in, NULL)), net_ok(mote_exec_run(rb.e, in, NULL));
    for (int32_t o = 0; o < a->n_outputs; o++) {
      const mote_tensor_t *t = &a->tensors[a->outputs[o]];
      assert_int_equal(mote_tensor_bytes(t),
                       mote_tensor_bytes(&b->tensors[b->outputs[o]]));
      assert_memory_equal(mote_exec_tensor(ra.e, a->outputs[o]),
                          mote_exec_tensor(rb.e, b->outputs[o]), mote_tensor_bytes(t));
    }
  }
  run_free(ra), run_free(rb);
}

static void round_trip(const mote_graph_t *g) {
  mote_graph_t *b = again(g);
  same_bits(g, b, samples, 16, sizeof samples[0]);
  mote_graph_free(b);
}

static void every_operator(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed < 6; seed++) {
    fill_samples(seed);
    net_t n = net_all_ops(seed);
    mote_graph_t *q = int8_of(n.g);
    round_trip(n.g);
    round_trip(q);
    mote_graph_free(q), mote_graph_free(n.g);
  }
}

typedef struct {
  const char *name;
  int (*write)(const mote_graph_t *g, mote_buf_t *out);
  int (*read)(const uint8_t *p, size_t n, mote_graph_t **out);
} form_t;

/* 1 when the case can be written; then it is read back as the same function. */
static int case_again(const char *name, const form_t *f) {
  mote_buf_t model = slurp(name, ".onnx"), in = slurp(name, ".in.bin"), b = {0};
  mote_graph_t *g, *again;
  net_ok(mote_graph_from_onnx(model.p, model.n, &g));
  int written = g->n_inputs == 1 && f->write(g, &b) >= 0;
  if (written) {
    size_t bytes = mote_tensor_bytes(&g->tensors[g->inputs[0]]);
    net_ok(f->read(b.p, b.n, &again));
    same_bits(g, again, in.p, in.n / bytes, bytes);
    mote_graph_free(again);
  }
  mote_graph_free(g);
  mote_buf_free(&model), mote_buf_free(&in), mote_buf_free(&b);
  return written;
}

/* Through our own .onnx, and .tflite, which has fewer operators and other paddings. */
static void cases_again(void **state) {
  static const form_t forms[] = {
      {".onnx", mote_graph_to_onnx, mote_graph_from_onnx},
      {".tflite", mote_graph_to_tflite, mote_graph_from_tflite}};
  static char names[CASES_MAX][64];
  size_t n = list_cases(names);
  (void)state;
  for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
    size_t written = 0;
    for (size_t i = 0; i < n; i++) written += (size_t)case_again(names[i], &forms[k]);
    printf("%zu of %zu cases go through %s: the same bits\n", written, n, forms[k].name);
    assert_true(written > n / 2);
  }
}

/* int8 models of others: .tflite -> .onnx -> the same bytes. */
static void golden_models(void **state) {
  static const char *const models[] = {"ad", "kws", "ic", "vww"};
  const char *env = getenv("MOTE_GOLDEN_MODELS");
  (void)state;
  for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
    char path[512];
    mote_buf_t file = {0}, in = {0};
    mote_graph_t *g;
    snprintf(path, sizeof path, "%s/%s/model.tflite",
             env ? env : MOTE_SOURCE "/../shared/golden/models", models[i]);
    if (mote_file_read(path, 1 << 24, &file) < 0) {
      printf("SKIPPED: %s\n", mote_errmsg());
      skip();
    }
    memcpy(strrchr(path, '/'), "/in.bin", 8);
    net_ok(mote_file_read(path, 1 << 24, &in));
    net_ok(mote_graph_from_tflite(file.p, file.n, &g));
    mote_graph_t *b = again(g);
    size_t bytes = mote_tensor_bytes(&g->tensors[g->inputs[0]]), n = in.n / bytes;
    same_bits(g, b, in.p, n < 4 ? n : 4, bytes);
    mote_graph_free(b), mote_graph_free(g);
    mote_buf_free(&file), mote_buf_free(&in);
  }
}

/* ---- what is refused ---- */

/* Every operator has a row of the exporter, which may say why it is refused. */
static void every_operator_has_a_row(void **state) {
  static const char *const rows[] = {
#define ROW(op, name, make) #op,
#define REFUSED(op, reason) #op,
#include "model/onnx/rows_out.def"
#undef ROW
#undef REFUSED
  };
  size_t n = sizeof rows / sizeof rows[0], n_ops = 0;
  (void)state;
  for (size_t i = 0; i < n; i++)
    if (!mote_op_find(rows[i]))
      fail_msg("a row for \"%s\", which is no operator", rows[i]);
  for (; mote_ops[n_ops]; n_ops++) {
    int found = 0;
    for (size_t i = 0; i < n; i++) found += !strcmp(rows[i], mote_ops[n_ops]->name);
    if (found != 1)
      fail_msg("operator \"%s\" has %d rows in engine/model/onnx/rows_out.def",
               mote_ops[n_ops]->name, found);
  }
  assert_int_equal(n, n_ops);
}

static void damage(void **state) {
  mote_buf_t b = slurp("q_net", ".onnx");
  mote_graph_t *g;
  (void)state;
  for (size_t cut = 0; cut < b.n; cut += 1 + cut / 32)
    if (mote_graph_from_onnx(b.p, cut, &g) >= 0) mote_graph_free(g);
  mote_rng_t r = mote_rng(1, 1);
  for (int i = 0; i < 4000; i++) {
    size_t at = mote_rng_below(&r, (uint32_t)b.n);
    uint8_t old = b.p[at];
    b.p[at] = (uint8_t)mote_rng_u32(&r);
    if (mote_graph_from_onnx(b.p, b.n, &g) >= 0) mote_graph_free(g);
    b.p[at] = old;
  }
  mote_buf_free(&b);
}

/* What is not covered is named: a file with another word in it. */
static void other_words_are_refused(void **state) {
  static const struct { const char *name, *from, *to, *word; } rows[] = {
      {"mlp", "Relu", "Zelu", "node 1 \"relu_1\" (Zelu): this operator"},
      {"resize_linear", "linear", "cubic ", "mode \"cubic \""},
      {"resize_linear", "pytorch_", "anybody_", "mode \"anybody_half_pixel\""},
      {"resize_nearest", "prefer_ceil", "prefer_none", "mode \"round_prefer_none\""},
      {"lstm_states", "Tanh", "Relu", "activations"},
      {"lstm_reverse", "reverse", "upwards", "direction \"upwards\""}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    mote_buf_t b = slurp(rows[i].name, ".onnx");
    mote_graph_t *g = NULL;
    uint8_t *p = memmem(b.p, b.n, rows[i].from, strlen(rows[i].from));
    assert_non_null(p);
    memcpy(p, rows[i].to, strlen(rows[i].from));
    assert_int_equal(mote_graph_from_onnx(b.p, b.n, &g), MOTE_ERR_UNSUPPORTED);
    assert_non_null(strstr(mote_errmsg(), rows[i].word));
    mote_buf_free(&b);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_case),
      cmocka_unit_test(every_operator),
      cmocka_unit_test(cases_again),
      cmocka_unit_test(golden_models),
      cmocka_unit_test(every_operator_has_a_row),
      cmocka_unit_test(damage),
      cmocka_unit_test(other_words_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
