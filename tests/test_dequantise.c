/* SPDX-License-Identifier: Apache-2.0
 * What quantised graphs stand for: every operator of the float twin gives what the one of
 * whole numbers gives, to a few steps, when it gets the same real inputs. */
#include <math.h>

#include "golden_models.h"
#include "model/from_tflite.h"
#include "model/real.h"
#include "nn_net.h"
#include "quantise/quantise.h"
#include "random_graph.h"

#define GRAPHS 300

static mote_graph_t *twin_of(const mote_graph_t *q) {
  mote_graph_t *f;
  if (mote_dequantise(q, &f) < 0) fail_msg("%s", mote_errmsg());
  return f;
}

/* ---- operator by operator ---- */

typedef struct {
  const mote_graph_t *g;
  mote_program_t *prog;
  mote_exec_t *e;
} runner_t;

static runner_t runner(const mote_graph_t *g) {
  runner_t r = {g, NULL, NULL};
  if (mote_lower(g, &r.prog) < 0 || mote_exec_new(r.prog, &r.e) < 0)
    fail_msg("%s", mote_errmsg());
  return r;
}

static void runner_free(runner_t *r) {
  mote_exec_free(r->e);
  mote_program_free(r->prog);
}

static float *reals(const runner_t *r, int32_t tensor) {
  const mote_tensor_t *t = &r->g->tensors[tensor];
  float *v = malloc((size_t)mote_dims_count(&t->dims) * sizeof *v);
  mote_real_from(t, mote_exec_tensor(r->e, tensor), v);
  return v;
}

/* The worst difference of a tensor from `f`, as near as its range comes, in steps. */
static double steps_off(const runner_t *r, int32_t tensor, const float *f) {
  const mote_tensor_t *t = &r->g->tensors[tensor];
  float *want = reals(r, tensor);
  double worst = 0, step = t->quant.n ? (double)t->quant.scale[0] : 1;
  double half = t->dtype == MOTE_I8 ? 128 : t->dtype == MOTE_I16 ? 32768 : 1e30;
  double zero = t->quant.n ? t->quant.zero[0] : 0;
  for (int64_t i = 0; i < mote_dims_count(&t->dims); i++) {
    double q = fmin(fmax((double)f[i] / step + zero, -half), half - 1);
    double off = fabs(q - zero - (double)want[i] / step);
    if (!(off <= worst)) worst = off; /* not a number, too */
  }
  free(want);
  return worst;
}

/* The values of a tensor as its float twin has them. */
static void *as_taken(const runner_t *r, int32_t tensor) {
  const mote_tensor_t *t = &r->g->tensors[tensor];
  size_t bytes = mote_tensor_bytes(t);
  if (t->quant.n) return reals(r, tensor);
  return memcpy(malloc(bytes), mote_exec_tensor(r->e, tensor), bytes);
}

static int listed(const mote_graph_t *g, int32_t tensor) {
  for (int32_t i = 0; i < g->n_inputs; i++)
    if (g->inputs[i] == tensor) return 1;
  return 0;
}

/* Node i of f by itself, on the real numbers of the inputs of its original. */
static double node_off(const runner_t *q, const mote_node_t *original,
                       const mote_graph_t *f, int32_t i) {
  const mote_node_t *n = &f->nodes[i];
  mote_graph_t one = *f;
  void *in[MOTE_NODE_IO_MAX];
  one.nodes += i, one.n_nodes = 1, one.n_inputs = 0;
  one.outputs[0] = n->out[0], one.n_outputs = 1;
  for (int32_t k = 0; k < n->n_in; k++) {
    if (n->in[k] < 0 || f->tensors[n->in[k]].role != MOTE_ROLE_VALUE ||
        listed(&one, n->in[k]))
      continue;
    in[one.n_inputs] = as_taken(q, original->in[k]);
    one.inputs[one.n_inputs++] = n->in[k];
  }
  if (!one.n_inputs) return 0;
  runner_t r = runner(&one);
  net_ok(mote_exec_run(r.e, (const void *const *)in, NULL));
  float *out = reals(&r, n->out[0]);
  double off = steps_off(q, original->out[0], out);
  free(out);
  runner_free(&r);
  for (int32_t k = 0; k < one.n_inputs; k++) free(in[k]);
  return off;
}

static int same_node(const mote_node_t *a, const mote_node_t *b) {
  return !strcmp(a->name, b->name) && a->op == b->op;
}

/* Gates and cells of whole numbers end where floats go on; that adds up. */
typedef struct { int n, far; } recurrent_t;

static void check_nodes(const mote_graph_t *q, const void *const *in, const char *name,
                        recurrent_t *recurrent) {
  mote_graph_t *f = twin_of(q);
  runner_t r = runner(q);
  net_ok(mote_exec_run(r.e, in, NULL));
  for (int32_t i = 0, k = 0; i < f->n_nodes; i++, k++) {
    while (!same_node(&q->nodes[k], &f->nodes[i])) k++;
    const char *op = f->nodes[i].op->name;
    int sums = !strcmp(op, "lstm") || !strcmp(op, "svdf");
    int wide = sums && q->tensors[q->nodes[k].out[0]].dtype == MOTE_I16;
    int far = !(node_off(&r, &q->nodes[k], f, i) <= (wide ? 256 : 2));
    if (sums) recurrent->n++, recurrent->far += far;
    else if (far) fail_msg("%s: node \"%s\" (%s) is far off", name, f->nodes[i].name, op);
  }
  runner_free(&r);
  mote_graph_free(f);
}

static void check_random(const mote_graph_t *q, uint64_t seed, recurrent_t *recurrent) {
  void *in[MOTE_NODE_IO_MAX];
  char name[32];
  for (int32_t i = 0; i < q->n_inputs; i++) {
    const mote_tensor_t *t = &q->tensors[q->inputs[i]];
    in[i] = malloc(mote_tensor_bytes(t));
    random_values(seed + (uint64_t)i, t, in[i]);
  }
  snprintf(name, sizeof name, "graph %d", (int)seed);
  check_nodes(q, (const void *const *)in, name, recurrent);
  for (int32_t i = 0; i < q->n_inputs; i++) free(in[i]);
}

static void every_operator_means_the_same(void **state) {
  recurrent_t recurrent = {0, 0};
  (void)state;
  for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
    mote_graph_t *f32 = random_graph(seed), *int8 = random_graph_int8(f32, seed);
    mote_graph_t *states = random_states(seed);
    check_random(int8, seed, &recurrent);
    check_random(states, seed, &recurrent);
    mote_graph_free(f32), mote_graph_free(int8), mote_graph_free(states);
  }
  assert_true(recurrent.n > GRAPHS && recurrent.far < recurrent.n / 10);
}

static void golden_models(void **state) {
  static const char *const names[] = {"hello_world", "micro_speech", "kws",
                                      "ic",          "vww",          "ad"};
  (void)state;
  if (!mote_dir_exists(golden_folder())) {
    fprintf(stderr, "SKIPPED: no golden models in %s (set MOTE_GOLDEN_MODELS)\n",
            golden_folder());
    skip();
  }
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    mote_buf_t file = golden_slurp(names[i], "model.tflite");
    mote_buf_t in = golden_slurp(names[i], "in.bin");
    recurrent_t none = {0, 0};
    mote_graph_t *q;
    net_ok(mote_graph_from_tflite(file.p, file.n, &q));
    check_nodes(q, (const void *const[]){in.p}, names[i], &none);
    mote_graph_free(q);
    mote_buf_free(&file), mote_buf_free(&in);
  }
}

/* ---- there and back ---- */

static void floats_come_out_equal(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
    mote_graph_t *g = random_graph(seed);
    mote_buf_t a = {0}, b = {0};
    g->meta = json_pack("{s:s}", "labels", "x");
    mote_graph_t *f = twin_of(g);
    net_ok(mote_graph_write(g, &a)), net_ok(mote_graph_write(f, &b));
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
    mote_buf_free(&a), mote_buf_free(&b);
    mote_graph_free(f), mote_graph_free(g);
  }
}

static int next(void *ctx, size_t i, const void **in) {
  in[0] = (float *)ctx + 256 * i;
  return 0;
}

static mote_graph_t *quantised(const mote_graph_t *g, int float_ends) {
  static float data[8 * 256];
  mote_rng_t rng = mote_rng(7, 2);
  mote_calib_t calib = {next, data, 8};
  mote_ptq_options_t opt = {.method = MOTE_RANGE_MINMAX, .float_ends = float_ends};
  mote_graph_t *q;
  for (int i = 0; i < 8 * 256; i++) data[i] = mote_rng_normal(&rng);
  net_ok(mote_quantise(g, &calib, &opt, &q, NULL));
  return q;
}

/* The weights of a node are those of the same node, to half a step. */
static void same_weights(const mote_graph_t *g, const mote_node_t *n,
                         const mote_graph_t *f, const mote_node_t *m) {
  const mote_tensor_t *w = &g->tensors[n->in[1]], *v = &f->tensors[m->in[1]];
  const float *a = w->data, *b = v->data;
  float top = 0;
  assert_string_equal(w->name, v->name);
  assert_true(mote_dims_equal(&w->dims, &v->dims));
  for (int64_t i = 0; i < mote_dims_count(&w->dims); i++) top = fmaxf(top, fabsf(a[i]));
  for (int64_t i = 0; i < mote_dims_count(&w->dims); i++)
    assert_true(fabsf(a[i] - b[i]) <= 0.501f * top / 127);
}

static void there_and_back(void **state) {
  (void)state;
  for (int ends = 0; ends < 2; ends++) {
    net_t n = net_all_ops(4);
    mote_graph_t *q = quantised(n.g, ends), *f = twin_of(q);
    assert_int_equal(f->n_nodes, n.g->n_nodes);
    for (int32_t i = 0; i < f->n_nodes; i++) {
      assert_true(same_node(&f->nodes[i], &n.g->nodes[i]));
      if (f->nodes[i].op->weights_axis >= 0)
        same_weights(n.g, &n.g->nodes[i], f, &f->nodes[i]);
    }
    for (int32_t i = 0; i < f->n_outputs; i++)
      assert_string_equal(f->tensors[f->outputs[i]].name,
                          q->tensors[q->outputs[i]].name);
    runner_t a = runner(n.g), b = runner(f);
    float in[256];
    for (int i = 0; i < 256; i++) in[i] = mote_rng_normal(&n.rng);
    net_ok(mote_exec_run(a.e, (const void *[]){in}, NULL));
    net_ok(mote_exec_run(b.e, (const void *[]){in}, NULL));
    for (int32_t o = 0; o < f->n_outputs; o++)
      for (int i = 0; i < 5; i++) {
        const float *x = mote_exec_tensor(a.e, n.g->outputs[o]);
        const float *y = mote_exec_tensor(b.e, f->outputs[o]);
        assert_true(fabsf(x[i] - y[i]) < 0.03f);
      }
    runner_free(&a), runner_free(&b);
    mote_graph_free(f), mote_graph_free(q), mote_graph_free(n.g);
  }
}

/* ---- small graphs, by hand ---- */

static int32_t scaled(net_t *n, int32_t t, mote_dtype_t type, float scale, int32_t zero) {
  n->g->tensors[t].dtype = type;
  net_ok(mote_graph_quant(n->g, t, 1, 0, &scale, &zero));
  return t;
}

static int32_t value(net_t *n, mote_dtype_t type, float scale, int32_t zero) {
  return scaled(n, net_value(n, MOTE_DIMS(1, 2)), type, scale, zero);
}

static int32_t whole(net_t *n, mote_dtype_t type, mote_dims_t d, const void *v) {
  char name[32];
  snprintf(name, sizeof name, "w%d", n->count++);
  return net_ok(mote_graph_tensor(n->g, name, type, &d, v));
}

static void node(net_t *n, const char *op, const int32_t *in, int32_t n_in, int32_t out) {
  char name[32];
  snprintf(name, sizeof name, "n%d", n->count++);
  mote_node_spec_t spec = {op, name, in, n_in, &out, 1, NULL};
  net_ok(mote_graph_node(n->g, &spec));
}

/* One bias for two layers on other scales; ranges: a ReLU, a ReLU6, and neither. */
static void biases_and_clamps(void **state) {
  (void)state;
  net_t n = net_new(1);
  int32_t x = value(&n, MOTE_I8, 0.5f, 3);
  int32_t w = whole(&n, MOTE_I8, MOTE_DIMS(2, 2), (int8_t[]){1, -2, 3, 4});
  int32_t bias = whole(&n, MOTE_I32, MOTE_DIMS(2), (int32_t[]){10, -20});
  int32_t y = value(&n, MOTE_I8, 0.25f, -128), z = value(&n, MOTE_I8, 6.0f / 255, -128);
  int32_t last = value(&n, MOTE_I8, 0.25f, -127);
  net_ok(mote_graph_quant(n.g, w, 2, 0, (float[]){0.5f, 2.0f}, NULL));
  node(&n, "dense", (int32_t[]){x, w, bias}, 3, y);
  node(&n, "dense", (int32_t[]){y, w, bias}, 3, z);
  node(&n, "dense", (int32_t[]){z, w}, 2, last);
  n.g->inputs[n.g->n_inputs++] = x;
  net_output(&n, last);
  mote_graph_t *f = twin_of(n.g);
  const mote_node_t *a = f->nodes;
  const float weights[] = {0.5f, -1, 6, 8};
  assert_memory_equal(f->tensors[a[0].in[1]].data, weights, sizeof weights);
  assert_memory_equal(f->tensors[a[0].in[2]].data, ((float[]){2.5f, -20}), 8);
  assert_memory_equal(f->tensors[a[1].in[2]].data, ((float[]){1.25f, -10}), 8);
  assert_string_equal(f->tensors[a[0].in[2]].name, n.g->tensors[bias].name);
  assert_int_equal(((mote_dense_attr_t *)a[0].attr)->activation, MOTE_ACT_RELU);
  assert_int_equal(((mote_dense_attr_t *)a[1].attr)->activation, MOTE_ACT_RELU6);
  assert_int_equal(((mote_dense_attr_t *)a[2].attr)->activation, MOTE_ACT_NONE);
  assert_int_equal(((mote_dense_attr_t *)n.g->nodes[0].attr)->activation, MOTE_ACT_NONE);
  mote_graph_free(f), mote_graph_free(n.g);
}

/* Conversions go away; where an output or a state would lose its place, a copy stays. */
static void conversions(void **state) {
  (void)state;
  net_t n = net_new(1);
  int32_t x = net_input(&n, MOTE_DIMS(1, 2)), q = value(&n, MOTE_I8, 0.5f, 3);
  int32_t st = value(&n, MOTE_I8, 0.25f, 0), was = net_value(&n, MOTE_DIMS(1, 2));
  int32_t again = net_value(&n, MOTE_DIMS(1, 2)), sum = value(&n, MOTE_I8, 1.0f, 0);
  int32_t out = net_value(&n, MOTE_DIMS(1, 2)), wide = value(&n, MOTE_I16, 0.1f, 0);
  n.g->tensors[st].role = MOTE_ROLE_STATE;
  node(&n, "quantize", &x, 1, q);
  node(&n, "dequantize", &st, 1, was);
  node(&n, "quantize", &q, 1, st);
  node(&n, "dequantize", &q, 1, again);
  node(&n, "add", (int32_t[]){q, q}, 2, sum);
  node(&n, "quantize", &sum, 1, wide);
  node(&n, "dequantize", &wide, 1, out);
  net_output(&n, was), net_output(&n, again), net_output(&n, out);
  net_ok(mote_graph_check(n.g));
  mote_graph_t *f = twin_of(n.g);
  static const char *const ops[] = {"read_variable", "assign_variable", "reshape",
                                    "add"};
  assert_int_equal(f->n_nodes, 4);
  for (int i = 0; i < 4; i++) assert_string_equal(f->nodes[i].op->name, ops[i]);
  for (int i = 0; i < 3; i++)
    assert_string_equal(f->tensors[f->outputs[i]].name,
                        n.g->tensors[n.g->outputs[i]].name);
  runner_t r = runner(f);
  for (int i = 0; i < 2; i++) {
    float v[2] = {1.5f + (float)i, 7}, got[3][2];
    net_ok(mote_exec_run(r.e, (const void *[]){v}, (void *[]){got[0], got[1], got[2]}));
    assert_true(got[0][0] == (i ? 1.5f : 0) && got[1][0] == v[0] && got[2][1] == 14);
  }
  runner_free(&r);
  mote_graph_free(f), mote_graph_free(n.g);
}

static void refused(net_t *n, const char *op, int32_t *in, int32_t n_in, int32_t out) {
  mote_graph_t *f;
  char node_name[64];
  node(n, op, in, n_in, out);
  snprintf(node_name, sizeof node_name, "node \"%s\" (%s)", n->g->nodes[0].name, op);
  n->g->inputs[n->g->n_inputs++] = in[0];
  net_output(n, out);
  net_ok(mote_graph_check(n->g));
  assert_int_equal(mote_dequantise(n->g, &f), MOTE_ERR_UNSUPPORTED);
  if (!strstr(mote_errmsg(), node_name)) fail_msg("%s", mote_errmsg());
  mote_graph_free(n->g);
}

static void refusals(void **state) {
  (void)state;
  net_t n = net_new(1), m = net_new(1);
  int8_t table[256] = {0};
  refused(&n, "lookup",
          (int32_t[]){value(&n, MOTE_I8, 0.5f, 3),
                      whole(&n, MOTE_I8, MOTE_DIMS(256), table)},
          2, value(&n, MOTE_I8, 0.5f, 3));
  refused(&m, "cast", (int32_t[]){value(&m, MOTE_I8, 0.5f, 3)}, 1,
          net_value(&m, MOTE_DIMS(1, 2)));
  net_t big = net_new(1);
  int32_t x = value(&big, MOTE_I8, 0.5f, 3), y = value(&big, MOTE_I8, 0.5f, 3);
  int32_t c = whole(&big, MOTE_I8, MOTE_DIMS(1, 2), (int8_t[]){1, 100});
  node(&big, "add", (int32_t[]){x, scaled(&big, c, MOTE_I8, 3e38f, 0)}, 2, y);
  mote_graph_t *f;
  assert_int_equal(mote_dequantise(big.g, &f), MOTE_ERR_NUMERIC);
  mote_graph_free(big.g);
}

static void no_memory(void **state) {
  (void)state;
  net_t n = net_all_ops(1);
  mote_graph_t *q = quantised(n.g, 1), *f;
  int rc = MOTE_ERR_NOMEM;
  for (long k = 1; rc < 0; k++) { /* whatever allocation fails: an error, no leak */
    mote_alloc_fail_at(k, 1);
    rc = mote_dequantise(q, &f);
    mote_alloc_fail_at(0, 0);
    assert_true(rc == MOTE_OK || rc == MOTE_ERR_NOMEM);
  }
  mote_graph_free(f), mote_graph_free(q), mote_graph_free(n.g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_operator_means_the_same), cmocka_unit_test(golden_models),
      cmocka_unit_test(floats_come_out_equal),         cmocka_unit_test(there_and_back),
      cmocka_unit_test(biases_and_clamps),             cmocka_unit_test(conversions),
      cmocka_unit_test(refusals),                      cmocka_unit_test(no_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
