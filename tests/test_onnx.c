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
#include "nn_net.h"

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

/* uint8 outputs are int8 here, 128 less: both wrap alike. */
static void compare_i8(const mote_tensor_t *t, const int8_t *ours, const uint8_t *theirs,
                       int is_u8, tally_t *n) {
  for (int64_t i = 0; i < mote_dims_count(&t->dims); i++) {
    int x = is_u8 ? theirs[i] - 128 : (int8_t)theirs[i], d = abs(x - ours[i]);
    n->values++, n->other += d > 0, n->wrong += d > 1;
    if (d > n->worst) n->worst = d;
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
      assert_true(to + mote_tensor_bytes(t) <= out.p + out.n);
      if (t->dtype == MOTE_I8) compare_i8(t, y, to, strstr(name, "u8") != NULL, &n);
      else if (is_quantised(name)) compare_steps(g, g->outputs[i], y, to, &n);
      else compare_f32(t, y, to, &n);
      to += mote_tensor_bytes(t);
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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_case)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
