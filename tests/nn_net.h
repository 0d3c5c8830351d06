/* SPDX-License-Identifier: Apache-2.0
 * Small random float graphs for tests. */
#ifndef TESTS_NN_NET_H
#define TESTS_NN_NET_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "model/attrs.h"
#include "model/op.h"

typedef struct {
  mote_graph_t *g;
  mote_rng_t rng;
  int count; /* names */
} net_t;

static inline int32_t net_ok(int32_t rc) {
  if (rc < 0) {
    fprintf(stderr, "%s\n", mote_errmsg());
    abort();
  }
  return rc;
}

static inline net_t net_new(uint64_t seed) {
  return (net_t){mote_graph_new(), mote_rng(seed, 1), 0};
}

static inline int32_t net_value(net_t *n, mote_dims_t d) {
  char name[32];
  snprintf(name, sizeof name, "t%d", n->count++);
  return net_ok(mote_graph_tensor(n->g, name, MOTE_F32, &d, NULL));
}

static inline int32_t net_input(net_t *n, mote_dims_t d) {
  int32_t t = net_value(n, d);
  n->g->inputs[n->g->n_inputs++] = t;
  return t;
}

static inline void net_output(net_t *n, int32_t t) {
  n->g->outputs[n->g->n_outputs++] = t;
}

/* Normal values of the given deviation. */
static inline int32_t net_const(net_t *n, mote_dims_t d, float deviation) {
  char name[32];
  size_t count = (size_t)mote_dims_count(&d);
  float *v = malloc(count * sizeof *v);
  for (size_t i = 0; i < count; i++) v[i] = deviation * mote_rng_normal(&n->rng);
  snprintf(name, sizeof name, "w%d", n->count++);
  int32_t t = net_ok(mote_graph_tensor(n->g, name, MOTE_F32, &d, v));
  free(v);
  return t;
}

static inline int32_t net_node(net_t *n, const char *op, const int32_t *in, int32_t n_in,
                               const void *attr) {
  int32_t out = net_value(n, MOTE_DIMS(1));
  char name[32];
  snprintf(name, sizeof name, "n%d", n->count++);
  mote_node_spec_t s = {op, name, in, n_in, &out, 1, attr};
  net_ok(mote_graph_node(n->g, &s));
  return out;
}

static inline int32_t net_unary(net_t *n, const char *op, int32_t x) {
  return net_node(n, op, &x, 1, NULL);
}

static inline mote_window_attr_t net_window(int32_t stride, int32_t padding,
                                            int32_t act) {
  return (mote_window_attr_t){.stride_h = stride, .stride_w = stride, .dilation_h = 1,
                              .dilation_w = 1, .padding = padding, .activation = act,
                              .kernel_h = 2, .kernel_w = 2};
}

static inline int32_t net_conv(net_t *n, int32_t x, int32_t k, int32_t out_c,
                               mote_window_attr_t a) {
  int32_t c = n->g->tensors[x].dims.d[3];
  float dev = 1.4f / (float)(k * k * c);
  int32_t in[3] = {x, net_const(n, MOTE_DIMS(out_c, k, k, c), dev * (float)k * 2),
                   net_const(n, MOTE_DIMS(out_c), 0.1f)};
  return net_node(n, "conv2d", in, 3, &a);
}

static inline int32_t net_depthwise(net_t *n, int32_t x, int32_t k, int32_t multiplier,
                                    mote_window_attr_t a) {
  int32_t c = n->g->tensors[x].dims.d[3] * multiplier;
  int32_t in[3] = {x, net_const(n, MOTE_DIMS(1, k, k, c), 1.0f / (float)k),
                   net_const(n, MOTE_DIMS(c), 0.1f)};
  return net_node(n, "depthwise_conv2d", in, 3, &a);
}

static inline int32_t net_dense(net_t *n, int32_t x, int32_t out, int32_t act) {
  int32_t c = (int32_t)mote_dims_count(&n->g->tensors[x].dims);
  mote_dense_attr_t a = {act, 1};
  int32_t in[3] = {x, net_const(n, MOTE_DIMS(out, c), 1.0f / (float)c * 4),
                   net_const(n, MOTE_DIMS(out), 0.1f)};
  return net_node(n, "dense", in, 3, &a);
}

/* Every operator once: two convolutions, a residual, pools, a gate, two heads. */
static inline net_t net_all_ops(uint64_t seed) {
  net_t n = net_new(seed);
  mote_window_attr_t same = net_window(1, MOTE_PAD_SAME, MOTE_ACT_RELU);
  mote_window_attr_t two = net_window(2, MOTE_PAD_VALID, MOTE_ACT_NONE);
  mote_concat_attr_t axis = {3};
  mote_pad_attr_t pad = {.top = 1, .left = 1, .right = 1};
  mote_reduce_attr_t mean = {MOTE_AXIS(1) | MOTE_AXIS(2), 0};
  int32_t x = net_input(&n, MOTE_DIMS(1, 12, 10, 2));
  int32_t p = net_node(&n, "pad", &x, 1, &pad);
  int32_t c = net_conv(&n, p, 3, 8, same);
  int32_t d = net_depthwise(&n, c, 3, 1, same);
  int32_t sum[2] = {c,
                    net_conv(&n, d, 1, 8, net_window(1, MOTE_PAD_SAME, MOTE_ACT_NONE))};
  int32_t r = net_unary(&n, "relu", net_node(&n, "add", sum, 2, NULL));
  int32_t pools[2] = {net_node(&n, "max_pool2d", &r, 1, &two),
                      net_node(&n, "average_pool2d", &r, 1, &two)};
  int32_t m = net_node(&n, "mean", (int32_t[]){net_node(&n, "concat", pools, 2, &axis)},
                       1, &mean);
  int32_t gate[2] = {m, net_unary(&n, "logistic", net_dense(&n, m, 16, MOTE_ACT_NONE))};
  int32_t h = net_unary(&n, "relu6", net_node(&n, "mul", gate, 2, NULL));
  int32_t scaled[2] = {h, net_const(&n, MOTE_DIMS(16), 1.0f)};
  int32_t t = net_unary(&n, "tanh", net_node(&n, "mul", scaled, 2, NULL));
  int32_t v = net_value(&n, MOTE_DIMS(1, 4, 4));
  mote_node_spec_t reshape = {"reshape", "view", &t, 1, &v, 1, NULL};
  net_ok(mote_graph_node(n.g, &reshape));
  int32_t logits = net_dense(&n, v, 5, MOTE_ACT_NONE);
  net_output(&n, net_unary(&n, "softmax", logits));
  net_output(&n, logits);
  net_ok(mote_graph_check(n.g));
  return n;
}

#endif
