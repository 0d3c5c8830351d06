/* SPDX-License-Identifier: Apache-2.0
 * Passes over graphs of known shape: what is left afterwards, and the same
 * bits. */
#include <math.h>

#include "model/optimise.h"
#include "pass_net.h"

static const char *ops_of(const mote_graph_t *g) {
  static char text[1024];
  text[0] = 0;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    strcat(text, i ? " " : "");
    strcat(text, g->nodes[i].op->name);
  }
  return text;
}

/* Optimised, the graph has these nodes and gives the same bits. Frees both. */
static void becomes(net_t *n, const char *want) {
  mote_graph_t *g, *again;
  mote_optimise_report_t r;
  net_ok(mote_graph_check(n->g));
  net_ok(mote_optimise(n->g, &g, &r));
  assert_string_equal(ops_of(g), want);
  pn_same_bits(n->g, g, 20);
  net_ok(mote_optimise(g, &again, &r));
  assert_int_equal(r.n_rows, 0);
  mote_graph_free(again), mote_graph_free(g), mote_graph_free(n->g);
}

static int32_t view(net_t *n, int32_t x, mote_dims_t d) {
  mote_quant_t q = n->g->tensors[x].quant;
  return pn_node(n, "reshape", &x, 1, pn_value(n, d, q.scale[0], q.zero[0]), NULL);
}

/* A unary function that keeps scale and zero point. */
static int32_t same(net_t *n, const char *op, int32_t x) {
  return pn_node(n, op, &x, 1, pn_like(n, x), NULL);
}

static const mote_window_attr_t plain = {1, 1, 1, 1, MOTE_PAD_VALID, 0, 0,
                                         0, 0, 2, 2, MOTE_ACT_NONE};

/* ---- what changes nothing ---- */

static void views_of_views(void **state) {
  (void)state;
  net_t n = net_new(1);
  int32_t x = pn_input(&n, MOTE_DIMS(1, 4, 4, 2));
  net_output(&n, view(&n, view(&n, x, MOTE_DIMS(1, 32)), MOTE_DIMS(2, 16)));
  becomes(&n, "reshape");
}

static void there_and_back(void **state) {
  (void)state;
  net_t n = net_new(2);
  int32_t x = pn_conv(&n, pn_input(&n, MOTE_DIMS(1, 4, 4, 2)), 3, 1, plain);
  x = view(&n, view(&n, x, MOTE_DIMS(1, 48)), MOTE_DIMS(1, 4, 4, 3));
  net_output(&n, x);
  becomes(&n, "conv2d");
}

static void same_scale_and_no_border(void **state) {
  (void)state;
  mote_pad_attr_t none = {0};
  mote_concat_attr_t last = {3};
  net_t n = net_new(3);
  int32_t x = same(&n, "quantize", pn_input(&n, MOTE_DIMS(1, 6, 5, 2)));
  x = pn_node(&n, "pad", &x, 1, pn_like(&n, x), &none);
  x = pn_node(&n, "concat", &x, 1, pn_like(&n, x), &last);
  net_output(&n, pn_conv(&n, x, 3, 3, plain));
  becomes(&n, "conv2d");
}

/* As good as the same scale is not the same scale. */
static void another_scale_stays(void **state) {
  (void)state;
  net_t n = net_new(16);
  int32_t x = pn_value(&n, MOTE_DIMS(1, 5), 0.05f, 3);
  n.g->inputs[n.g->n_inputs++] = x;
  x = pn_node(&n, "quantize", &x, 1, pn_value(&n, MOTE_DIMS(1), 0.0500001f, 3), NULL);
  net_output(&n, pn_dense(&n, x, 4));
  becomes(&n, "quantize dense");
}

/* The input itself cannot be an output of the same name: one node stays. */
static void input_that_is_output(void **state) {
  (void)state;
  net_t n = net_new(4);
  net_output(&n, same(&n, "quantize", pn_input(&n, MOTE_DIMS(1, 5))));
  becomes(&n, "quantize");
}

static void dead_and_common(void **state) {
  (void)state;
  mote_activation_attr_t act = {0};
  net_t n = net_new(5);
  int32_t x = pn_input(&n, MOTE_DIMS(1, 9)), y[2];
  pn_unary(&n, "relu6", x);
  y[0] = pn_unary(&n, "relu", x);
  y[1] = pn_node(&n, "relu", &x, 1, pn_like(&n, y[0]), NULL);
  net_output(&n, pn_node(&n, "add", y, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &act));
  becomes(&n, "relu add");
}

/* ---- pads ---- */

static int32_t pad_of(net_t *n, int32_t x, float value) {
  mote_pad_attr_t a = {.top = pn_pick(n, 0, 2), .bottom = pn_pick(n, 0, 2),
                       .left = pn_pick(n, 0, 2), .right = pn_pick(n, 0, 2),
                       .value = value};
  return pn_node(n, "pad", &x, 1, pn_like(n, x), &a);
}

static mote_graph_t *optimised(const net_t *n) {
  mote_graph_t *g;
  net_ok(mote_optimise(n->g, &g, NULL));
  pn_same_bits(n->g, g, 4);
  return g;
}

static void pads_join_windows(void **state) {
  int fused = 0, left = 0;
  (void)state;
  for (uint64_t seed = 0; seed < 150; seed++) {
    net_t n = net_new(seed);
    int32_t x = pn_input(&n, MOTE_DIMS(1, pn_pick(&n, 3, 6), pn_pick(&n, 3, 6), 3));
    x = pad_of(&n, x, seed % 5 == 4 ? 1.0f : 0.0f);
    mote_window_attr_t w = pn_window(&n, 3);
    x = seed & 1 ? pn_conv(&n, x, 2, 3, w) : pn_depthwise(&n, x, 1, 3, w);
    net_output(&n, x);
    mote_graph_t *g = optimised(&n);
    int has_pad = !strncmp(ops_of(g), "pad", 3);
    fused += !has_pad, left += has_pad;
    if (w.padding == MOTE_PAD_VALID && seed % 5 < 4) assert_false(has_pad);
    mote_graph_free(g), mote_graph_free(n.g);
  }
  assert_true(fused > 50 && left > 20);
}

static void lowest_border_joins_a_maximum(void **state) {
  (void)state;
  for (int lowest = 0; lowest < 2; lowest++) {
    mote_pad_attr_t a = {.top = 1, .bottom = 1, .left = 1, .right = 1,
                         .value = lowest ? -1000.0f : 0.0f};
    mote_window_attr_t w = plain;
    net_t n = net_new(6);
    int32_t x = pn_value(&n, MOTE_DIMS(1, 5, 5, 2), 0.05f, 3);
    n.g->inputs[n.g->n_inputs++] = x;
    w.kernel_h = w.kernel_w = 3;
    x = pn_node(&n, "pad", &x, 1, pn_like(&n, x), &a);
    net_output(&n, pn_node(&n, "max_pool2d", &x, 1, pn_like(&n, x), &w));
    becomes(&n, lowest ? "max_pool2d" : "pad max_pool2d");
  }
}

/* ---- functions of one value ---- */

static void activations_join_clamps(void **state) {
  (void)state;
  static const char *const acts[] = {"relu", "relu6"};
  for (int i = 0; i < 4; i++) {
    net_t n = net_new((uint64_t)i);
    int32_t x = pn_conv(&n, pn_input(&n, MOTE_DIMS(1, 4, 4, 2)), 3, 1, plain);
    x = i < 2 ? same(&n, acts[i], x) : pn_unary(&n, acts[i - 2], x);
    net_output(&n, x);
    becomes(&n, i < 2 ? "conv2d" : i == 2 ? "conv2d relu" : "conv2d relu6");
  }
}

static void float_activations_too(void **state) {
  (void)state;
  net_t n = net_new(8);
  int32_t x = net_input(&n, MOTE_DIMS(1, 4, 4, 2));
  x = net_conv(&n, x, 3, 4, net_window(1, MOTE_PAD_SAME, MOTE_ACT_RELU));
  x = net_unary(&n, "relu6", x);
  net_output(&n, net_unary(&n, "relu", net_dense(&n, x, 5, MOTE_ACT_NONE)));
  becomes(&n, "conv2d dense");
}

static void chains_become_tables(void **state) {
  (void)state;
  mote_activation_attr_t act = {MOTE_ACT_RELU};
  net_t n = net_new(9);
  int32_t x = pn_input(&n, MOTE_DIMS(1, 3, 40)), y;
  y = pn_unary(&n, "quantize", pn_unary(&n, "relu", x));
  int32_t pair[2] = {y, pn_constant(&n, MOTE_DIMS(1))};
  y = pn_node(&n, "mul", pair, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &act);
  net_output(&n, y);
  y = net_value(&n, MOTE_DIMS(1));
  y = net_unary(&n, "tanh", pn_node(&n, "dequantize", &x, 1, y, NULL));
  net_output(&n, pn_unary(&n, "quantize", y));
  becomes(&n, "lookup lookup");
}

static void a_shared_middle_stays(void **state) {
  (void)state;
  net_t n = net_new(10);
  int32_t x = pn_input(&n, MOTE_DIMS(1, 30)), y = pn_unary(&n, "relu", x);
  net_output(&n, pn_unary(&n, "quantize", pn_unary(&n, "relu6", y)));
  net_output(&n, y);
  becomes(&n, "relu lookup");
}

/* ---- constants ---- */

static void constants_are_computed(void **state) {
  (void)state;
  float a[2] = {1, 2}, b[2] = {10, -20};
  mote_graph_t *g = mote_graph_new();
  int32_t in[2] = {net_ok(mote_graph_tensor(g, "a", MOTE_F32, &MOTE_DIMS(2), a)),
                   net_ok(mote_graph_tensor(g, "b", MOTE_F32, &MOTE_DIMS(2), b))};
  int32_t out = net_ok(mote_graph_tensor(g, "y", MOTE_F32, &MOTE_DIMS(2), NULL));
  mote_activation_attr_t relu = {MOTE_ACT_RELU};
  mote_node_spec_t spec = {"add", "sum", in, 2, &out, 1, &relu};
  assert_int_equal(mote_fold_node(g, &spec), 1);
  assert_int_equal(g->tensors[out].role, MOTE_ROLE_CONST);
  const float *y = g->tensors[out].data;
  assert_true(y[0] == 11.0f && y[1] == 0.0f);
  in[0] = net_ok(mote_graph_tensor(g, "x", MOTE_F32, &MOTE_DIMS(2), NULL));
  assert_int_equal(mote_fold_node(g, &spec), 0);
  mote_graph_free(g);
}

static void clear(mote_graph_t *g, int32_t tensor) {
  mote_tensor_t *t = &g->tensors[tensor];
  memset(t->data, 0, mote_tensor_bytes(t));
}

static int32_t weights_of(const net_t *n, int32_t node) {
  return n->g->nodes[node].in[1];
}

static void what_holds_still_is_a_constant(void **state) {
  (void)state;
  mote_activation_attr_t act = {0};
  net_t n = net_new(11);
  int32_t x = pn_input(&n, MOTE_DIMS(1, 4, 4, 3)), y[2];
  y[0] = pn_conv(&n, x, 5, 1, plain);
  y[1] = pn_conv(&n, x, 5, 1, plain);
  clear(n.g, weights_of(&n, 1));
  net_output(&n, pn_node(&n, "add", y, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &act));
  becomes(&n, "conv2d add");
}

/* ---- float graphs as imported ---- */

/* A batch norm of two nodes, or of one. */
static net_t normed(int one) {
  net_t n = net_new(12);
  int32_t x = net_input(&n, MOTE_DIMS(1, 6, 6, 2));
  x = net_depthwise(&n, x, 3, 2, net_window(1, MOTE_PAD_SAME, MOTE_ACT_NONE));
  int32_t in[3] = {x, net_const(&n, MOTE_DIMS(4), 1.0f), net_const(&n, MOTE_DIMS(4), 1)};
  if (one)
    x = net_node(&n, "batch_norm", in, 3, NULL);
  else {
    int32_t sum[2] = {net_node(&n, "mul", in, 2, NULL), in[2]};
    x = net_node(&n, "add", sum, 2, NULL);
  }
  net_output(&n, net_unary(&n, "relu", x));
  return n;
}

static void are_close(const mote_graph_t *a, const mote_graph_t *b) {
  pn_run_t p = pn_run_new(a), q = pn_run_new(b);
  mote_rng_t r = mote_rng(1, 1);
  void *in = pn_random(&r, &a->tensors[a->inputs[0]]);
  net_ok(mote_exec_run(p.e, (const void *const *)&in, NULL));
  net_ok(mote_exec_run(q.e, (const void *const *)&in, NULL));
  const float *u = mote_exec_tensor(p.e, a->outputs[0]);
  const float *v = mote_exec_tensor(q.e, b->outputs[0]);
  for (int64_t i = 0; i < mote_dims_count(&a->tensors[a->outputs[0]].dims); i++)
    assert_true(fabsf(u[i] - v[i]) < 1e-5f * (1 + fabsf(u[i])));
  free(in);
  pn_run_free(&p), pn_run_free(&q);
}

static void batch_norms_join_weights(void **state) {
  (void)state;
  for (int one = 0; one < 2; one++) {
    net_t n = normed(one);
    mote_graph_t *exact = optimised(&n), *import;
    net_ok(mote_optimise_with(n.g, &(mote_optimise_options_t){1, 1}, &import, NULL));
    assert_string_equal(ops_of(exact), one ? "depthwise_conv2d batch_norm relu"
                                           : "depthwise_conv2d mul add");
    assert_string_equal(ops_of(import), "depthwise_conv2d");
    are_close(exact, import);
    mote_graph_free(exact), mote_graph_free(import), mote_graph_free(n.g);
  }
}

/* ---- dead channels ---- */

static int32_t given(net_t *n, mote_dims_t d, int32_t axis, const int8_t *w) {
  float scale[8];
  for (int i = 0; i < 8; i++) scale[i] = 0.02f;
  int32_t t = net_ok(mote_graph_tensor(n->g, "w", MOTE_I8, &d, w));
  net_ok(mote_graph_quant(n->g, t, d.d[axis], axis, scale, NULL));
  return t;
}

/* 1x1 to three channels of which the middle one is 5 steps above its zero
 * point; a 3x3 depthwise over the border, whose middle channel then depends on
 * the place unless it is clamped by `bias`; 1x1 to two. */
static net_t with_border(int32_t bias) {
  static const int8_t first[6] = {50, -30, 0, 0, 20, 90},
                      last[6] = {9, 99, -7, 4, -88, 3};
  int32_t b1[3] = {10, 250, 7}, b2[3] = {100, bias, 200}, in[3];
  int8_t dw[27];
  net_t n = net_new(13);
  mote_window_attr_t w = plain;
  for (int i = 0; i < 27; i++) dw[i] = (int8_t)(i * 7 % 23 + 1);
  in[0] = pn_value(&n, MOTE_DIMS(1, 5, 5, 2), 0.04f, -7);
  n.g->inputs[n.g->n_inputs++] = in[0];
  in[1] = given(&n, MOTE_DIMS(3, 1, 1, 2), 0, first);
  in[2] = net_ok(mote_graph_tensor(n.g, "b", MOTE_I32, &MOTE_DIMS(3), b1));
  in[0] = pn_node(&n, "conv2d", in, 3, pn_value(&n, MOTE_DIMS(1), 0.04f, -20), &w);
  w.padding = MOTE_PAD_SAME, w.activation = MOTE_ACT_RELU;
  in[1] = given(&n, MOTE_DIMS(1, 3, 3, 3), 3, dw);
  in[2] = net_ok(mote_graph_tensor(n.g, "b", MOTE_I32, &MOTE_DIMS(3), b2));
  in[0] =
      pn_node(&n, "depthwise_conv2d", in, 3, pn_value(&n, MOTE_DIMS(1), 0.05f, -100), &w);
  in[1] = given(&n, MOTE_DIMS(2, 1, 1, 3), 0, last);
  net_output(&n, pn_node(&n, "conv2d", in, 2, pn_value(&n, MOTE_DIMS(1), 0.05f, 3), &w));
  return n;
}

static void borders_decide(void **state) {
  (void)state;
  for (int clamped = 0; clamped < 2; clamped++) {
    net_t n = with_border(clamped ? -20000 : 0);
    mote_optimise_report_t r;
    mote_graph_t *g;
    net_ok(mote_optimise(n.g, &g, &r));
    pn_same_bits(n.g, g, 20);
    int32_t left = clamped ? 2 : 3;
    for (int i = 0; i < 2; i++)
      assert_int_equal(g->tensors[g->nodes[i].out[0]].dims.d[3], left);
    assert_int_equal(r.after.macs, 25 * (2 * left + 9 * left + 2 * left));
    assert_int_equal(r.n_rows, clamped);
    mote_graph_free(g), mote_graph_free(n.g);
  }
}

/* Nobody weighs channel 1 of the first layer: it goes although it varies. */
static void unread_channels_go(void **state) {
  (void)state;
  static const int8_t w1[6] = {50, -30, 11, 12, 20, 90}, w2[6] = {9, 0, -7, 4, 0, 3};
  mote_dense_attr_t a = {MOTE_ACT_NONE, 1};
  net_t n = net_new(14);
  int32_t in[2] = {pn_input(&n, MOTE_DIMS(1, 2)), given(&n, MOTE_DIMS(3, 2), 0, w1)};
  in[0] = pn_node(&n, "dense", in, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &a);
  in[1] = given(&n, MOTE_DIMS(2, 3), 0, w2);
  net_output(&n, pn_node(&n, "dense", in, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &a));
  mote_graph_t *g = optimised(&n);
  assert_int_equal(g->tensors[g->nodes[0].out[0]].dims.d[1], 2);
  mote_graph_free(g), mote_graph_free(n.g);
}

/* What must stay, filled up to a multiple where there was one. */
static void channels_fill_up(void **state) {
  (void)state;
  static const int8_t w1[8] = {50, -30, 11, 12, 20, 90, 7, 8}, w2[4] = {0, 3, -7, 9};
  mote_window_attr_t w = plain;
  for (int32_t multiple = 0; multiple <= 4; multiple++) {
    net_t n = net_new(17);
    int32_t in[2] = {pn_input(&n, MOTE_DIMS(1, 3, 3, 2))};
    in[1] = given(&n, MOTE_DIMS(4, 1, 1, 2), 0, w1);
    in[0] = pn_node(&n, "conv2d", in, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &w);
    in[1] = given(&n, MOTE_DIMS(1, 1, 1, 4), 0, w2);
    net_output(&n, pn_node(&n, "conv2d", in, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &w));
    mote_graph_t *g;
    net_ok(mote_optimise_with(n.g, &(mote_optimise_options_t){0, multiple}, &g, NULL));
    pn_same_bits(n.g, g, 10);
    int32_t left = multiple == 2 || multiple == 4 ? 4 : 3;
    assert_int_equal(g->tensors[g->nodes[0].out[0]].dims.d[3], left);
    mote_graph_free(g), mote_graph_free(n.g);
  }
}

/* A dense layer with one scale per output keeps two: with one it would round otherwise.
 */
static void a_dense_layer_keeps_two(void **state) {
  (void)state;
  static const int8_t w1[8] = {50, -30, 11, 12, 20, 90, 7, 8}, w2[4] = {0, 0, -7, 0};
  mote_dense_attr_t a = {MOTE_ACT_NONE, 1};
  net_t n = net_new(15);
  int32_t in[2] = {pn_input(&n, MOTE_DIMS(1, 2)), given(&n, MOTE_DIMS(4, 2), 0, w1)};
  in[0] = pn_node(&n, "dense", in, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &a);
  in[1] = given(&n, MOTE_DIMS(1, 4), 0, w2);
  net_output(&n, pn_node(&n, "dense", in, 2, pn_value(&n, MOTE_DIMS(1), 0, 0), &a));
  mote_graph_t *g = optimised(&n);
  assert_int_equal(g->tensors[g->nodes[0].out[0]].dims.d[1], 2);
  mote_graph_free(g), mote_graph_free(n.g);
}

/* ---- random graphs ---- */

static int32_t dim(const net_t *n, int32_t t, int i) {
  return n->g->tensors[t].dims.d[i];
}

static int same_dims(const net_t *n, int32_t a, int32_t b) {
  return mote_dims_equal(&n->g->tensors[a].dims, &n->g->tensors[b].dims);
}

/* A layer on top of x; `other` is an earlier image. */
static int32_t random_layer(net_t *n, int32_t x, int32_t other) {
  static const char *const unary[] = {"relu", "relu", "quantize", "quantize",
                                      "abs",  "neg",  "square",   "hard_swish"};
  static const char *const binary[] = {"add", "add", "add", "mul", "sub"};
  mote_activation_attr_t act = {pn_pick(n, 0, 3)};
  mote_concat_attr_t last = {3};
  mote_pad_attr_t pad = {.top = 1, .bottom = pn_pick(n, 0, 1), .left = pn_pick(n, 0, 1),
                         .right = 1};
  int32_t k = dim(n, x, 1) > 2 && dim(n, x, 2) > 2 ? pn_pick(n, 1, 3) : 1;
  int32_t c = dim(n, x, 3), pair[2] = {x, other}, out = pn_value(n, MOTE_DIMS(1), 0, 0);
  mote_window_attr_t w = pn_window(n, k);
  switch (pn_pick(n, 0, 11)) {
  case 0:
  case 1:
    return pn_depthwise(n, x, c < 12 ? pn_pick(n, 1, 2) : 1, k, w);
  case 2:
    return pn_node(n, "max_pool2d", &x, 1, pn_like(n, x), &w);
  case 3:
    return pn_node(n, "average_pool2d", &x, 1, pn_like(n, x), &w);
  case 4:
    return pn_unary(n, unary[pn_pick(n, 0, 7)], x);
  case 5:
    return pn_node(n, "add", (int32_t[]){x, pn_constant(n, MOTE_DIMS(c))}, 2, out, &act);
  case 6:
    pair[1] = same_dims(n, x, other) ? other : x;
    return pn_node(n, binary[pn_pick(n, 0, 4)], pair, 2, out, &act);
  case 7:
    if (c > 16 || !same_dims(n, x, other)) break;
    pair[1] = pn_unary(n, "relu", other);
    pair[0] = pn_node(n, "quantize", &x, 1, pn_like(n, pair[1]), NULL);
    return pn_node(n, "concat", pair, 2, pn_like(n, pair[1]), &last);
  case 8:
    return pn_node(n, "pad", &x, 1, pn_like(n, x), &pad);
  case 9:
    if (!same_dims(n, x, other)) break;
    pair[1] = pn_node(n, "quantize", &other, 1, pn_like(n, x), NULL);
    return pn_node(n, pn_chance(n, 50) ? "maximum" : "minimum", pair, 2, pn_like(n, x),
                   NULL);
  default:
    break;
  }
  return pn_conv(n, x, pn_pick(n, 1, 16), k, w);
}

static net_t random_graph(uint64_t seed) {
  net_t n = net_new(seed);
  int32_t layers = pn_pick(&n, 3, 9), at[16];
  at[0] =
      pn_input(&n, MOTE_DIMS(1, pn_pick(&n, 3, 8), pn_pick(&n, 3, 8), pn_pick(&n, 1, 6)));
  for (int32_t i = 0; i < layers; i++)
    at[i + 1] = random_layer(&n, at[i], at[pn_pick(&n, i > 1 ? i - 1 : 0, i)]);
  int32_t x = at[layers];
  if (pn_chance(&n, 60)) {
    mote_reduce_attr_t mean = {MOTE_AXIS(1) | MOTE_AXIS(2), pn_pick(&n, 0, 1)};
    int32_t out = pn_value(&n, MOTE_DIMS(1), 0, 0);
    x = pn_node(&n, pn_chance(&n, 70) ? "mean" : "sum", &x, 1, out, &mean);
  }
  if (pn_chance(&n, 30)) {
    mote_quant_t q = n.g->tensors[x].quant;
    int32_t flat = (int32_t)mote_dims_count(&n.g->tensors[x].dims);
    x = pn_node(&n, "reshape", &x, 1,
                pn_value(&n, MOTE_DIMS(1, flat), q.scale[0], q.zero[0]), NULL);
  }
  net_output(&n, pn_dense(&n, x, pn_pick(&n, 1, 5)));
  if (pn_chance(&n, 15)) net_output(&n, at[pn_pick(&n, 1, layers)]);
  return n;
}

static void check_report(const mote_optimise_report_t *r) {
  const mote_graph_size_t *at = &r->before;
  for (int32_t i = 0; i < r->n_rows; i++) {
    assert_memory_equal(&r->row[i].before, at, sizeof *at);
    assert_true(r->row[i].times > 0);
    at = &r->row[i].after;
  }
  assert_memory_equal(&r->after, at, sizeof *at);
  assert_true(r->after.nodes <= r->before.nodes && r->after.macs <= r->before.macs);
}

static void random_graphs_keep_their_bits(void **state) {
  int64_t before = 0, after = 0;
  (void)state;
  for (uint64_t seed = 1; seed <= 1000; seed++) {
    net_t n = random_graph(seed);
    mote_graph_t *g;
    mote_optimise_report_t r;
    mote_optimise_options_t options = {0, seed % 4 ? 1 : 4};
    if (mote_optimise_with(n.g, &options, &g, &r) < 0)
      fail_msg("seed %d: %s", (int)seed, mote_errmsg());
    check_report(&r);
    pn_same_bits(n.g, g, 3);
    before += r.before.macs, after += r.after.macs;
    mote_graph_free(g), mote_graph_free(n.g);
  }
  print_message("MAC of 1000 graphs: %lld -> %lld\n", (long long)before,
                (long long)after);
  assert_true(after < before * 7 / 10);
}

static void float_graphs_keep_their_bits(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 20; seed++) {
    net_t n = net_all_ops(seed);
    mote_graph_t *g = optimised(&n);
    assert_true(g->n_nodes < n.g->n_nodes);
    mote_graph_free(g), mote_graph_free(n.g);
  }
}

/* ---- traits ---- */

/* Node i of a graph, alone. */
static mote_graph_t *alone(const mote_graph_t *from, int32_t node) {
  const mote_node_t *n = &from->nodes[node];
  mote_graph_t *g = mote_graph_new();
  int32_t at[MOTE_NODE_IO_MAX + 1];
  for (int32_t i = 0; i <= n->n_in; i++) {
    const mote_tensor_t *t = &from->tensors[i < n->n_in ? n->in[i] : n->out[0]];
    at[i] = net_ok(mote_graph_tensor(g, t->name, t->dtype, &t->dims, t->data));
    const mote_quant_t *q = &t->quant;
    if (q->n) net_ok(mote_graph_quant(g, at[i], q->n, q->axis, q->scale, q->zero));
    if (i < n->n_in && t->role == MOTE_ROLE_VALUE) g->inputs[g->n_inputs++] = at[i];
  }
  g->outputs[g->n_outputs++] = at[n->n_in];
  mote_node_spec_t s = {n->op->name, "n", at, n->n_in, &at[n->n_in], 1, n->attr};
  net_ok(mote_graph_node(g, &s));
  return g;
}

enum { RAISE, ONE_CHANNEL, ONE_VALUE, RELABEL };

/* What the change does to value i of n of a tensor with c channels. */
static int8_t changed(int kind, int8_t x, int64_t i, int64_t pick, int64_t c) {
  if (kind == RAISE) return (int8_t)(i % 3 == pick % 3 && x < 100 ? x + 20 : x);
  if (kind == ONE_CHANNEL) return (int8_t)(i % c == pick % c ? ~x : x);
  if (kind == ONE_VALUE) return (int8_t)(i == pick ? ~x : x);
  return (int8_t)(x ^ 0x55);
}

static int agrees(int kind, int8_t was, int8_t is, int64_t i, int64_t pick, int64_t c) {
  if (kind == RAISE) return is >= was;
  if (kind == ONE_CHANNEL) return i % c == pick % c || is == was;
  if (kind == ONE_VALUE) return i == pick || is == was;
  return is == was || is == (int8_t)(was ^ 0x55);
}

static void check_change(const mote_graph_t *g, int kind, mote_rng_t *rng) {
  pn_run_t a = pn_run_new(g), b = pn_run_new(g);
  const mote_tensor_t *out = &g->tensors[g->outputs[0]];
  int64_t count = mote_dims_count(&out->dims), c = out->dims.d[out->dims.rank - 1];
  int64_t pick = mote_rng_below(rng, (uint32_t)count);
  void *x[MOTE_NODE_IO_MAX], *y[MOTE_NODE_IO_MAX];
  for (int32_t k = 0; k < g->n_inputs; k++) {
    const mote_tensor_t *t = &g->tensors[g->inputs[k]];
    x[k] = pn_random(rng, t), y[k] = malloc(mote_tensor_bytes(t));
    for (int64_t i = 0; i < mote_dims_count(&t->dims); i++)
      ((int8_t *)y[k])[i] = changed(kind, ((int8_t *)x[k])[i], i, pick, c);
  }
  net_ok(mote_exec_run(a.e, (const void *const *)x, NULL));
  net_ok(mote_exec_run(b.e, (const void *const *)y, NULL));
  const int8_t *p = mote_exec_tensor(a.e, g->outputs[0]);
  const int8_t *q = mote_exec_tensor(b.e, g->outputs[0]);
  for (int64_t i = 0; i < count; i++)
    if (!agrees(kind, p[i], q[i], i, pick, c))
      fail_msg("%s lacks trait %d", g->nodes[0].op->name, kind);
  for (int32_t k = 0; k < g->n_inputs; k++) free(x[k]), free(y[k]);
  pn_run_free(&a), pn_run_free(&b);
}

static void traits_are_true(void **state) {
  int seen[4] = {0};
  (void)state;
  for (uint64_t seed = 1; seed <= 100; seed++) {
    net_t n = random_graph(seed);
    for (int32_t i = 0; i < n.g->n_nodes; i++) {
      mote_graph_t *g = alone(n.g, i);
      const mote_node_t *node = &g->nodes[0];
      uint32_t t = node->op->traits ? node->op->traits(g, node) : 0;
      static const uint32_t flag[] = {MOTE_RISING, MOTE_EACH_CHANNEL, MOTE_EACH_VALUE,
                                      MOTE_MOVES};
      for (int kind = 0; kind < 4; kind++)
        if (t & flag[kind]) check_change(g, kind, &n.rng), seen[kind]++;
      mote_graph_free(g);
    }
    mote_graph_free(n.g);
  }
  for (int kind = 0; kind < 4; kind++) assert_true(seen[kind] > 20);
}

/* ---- the report, and no memory ---- */

static void the_report_as_json(void **state) {
  (void)state;
  net_t n = with_border(-20000);
  mote_graph_t *g;
  mote_optimise_report_t r;
  net_ok(mote_optimise(n.g, &g, &r));
  json_t *report = mote_optimise_report_json(&r);
  json_t *row = json_array_get(json_object_get(report, "passes"), 0);
  assert_string_equal(json_string_value(json_object_get(row, "pass")), "dead_channels");
  json_t *after = json_object_get(row, "after");
  assert_int_equal(json_integer_value(json_object_get(after, "macs")), r.after.macs);
  json_decref(report);
  mote_graph_free(g), mote_graph_free(n.g);
}

static void memory_may_be_refused(void **state) {
  (void)state;
  net_t n = random_graph(3);
  int rc = MOTE_ERR_NOMEM;
  mote_graph_t *g;
  for (long at = 1; rc < 0; at++) {
    mote_alloc_fail_at(at, 0);
    rc = mote_optimise(n.g, &g, NULL);
    mote_alloc_fail_at(0, 0);
    assert_true(rc == MOTE_OK || rc == MOTE_ERR_NOMEM);
    assert_true((g == NULL) == (rc < 0));
  }
  mote_graph_free(g), mote_graph_free(n.g);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(views_of_views),
                                     cmocka_unit_test(there_and_back),
                                     cmocka_unit_test(same_scale_and_no_border),
                                     cmocka_unit_test(another_scale_stays),
                                     cmocka_unit_test(input_that_is_output),
                                     cmocka_unit_test(dead_and_common),
                                     cmocka_unit_test(pads_join_windows),
                                     cmocka_unit_test(lowest_border_joins_a_maximum),
                                     cmocka_unit_test(activations_join_clamps),
                                     cmocka_unit_test(float_activations_too),
                                     cmocka_unit_test(chains_become_tables),
                                     cmocka_unit_test(a_shared_middle_stays),
                                     cmocka_unit_test(constants_are_computed),
                                     cmocka_unit_test(what_holds_still_is_a_constant),
                                     cmocka_unit_test(batch_norms_join_weights),
                                     cmocka_unit_test(borders_decide),
                                     cmocka_unit_test(unread_channels_go),
                                     cmocka_unit_test(channels_fill_up),
                                     cmocka_unit_test(a_dense_layer_keeps_two),
                                     cmocka_unit_test(random_graphs_keep_their_bits),
                                     cmocka_unit_test(float_graphs_keep_their_bits),
                                     cmocka_unit_test(traits_are_true),
                                     cmocka_unit_test(the_report_as_json),
                                     cmocka_unit_test(memory_may_be_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
