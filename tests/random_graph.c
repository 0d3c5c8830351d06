/* SPDX-License-Identifier: Apache-2.0 */
#include "random_graph.h"

#include <math.h>

#include "nn_net.h"
#include "quantise/quantise.h"

#define VALUES_MAX 400 /* of a tensor that a maker may enlarge */
#define LAYERS_MAX 12

typedef struct {
  net_t n;
  int32_t at[LAYERS_MAX + 2], n_at; /* values so far, the newest last */
} gen_t;

/* ---- choices ---- */

static int32_t pick(gen_t *x, int32_t lo, int32_t hi) {
  return lo + (int32_t)mote_rng_below(&x->n.rng, (uint32_t)(hi - lo + 1));
}

static int chance(gen_t *x, int percent) { return pick(x, 0, 99) < percent; }

static mote_dims_t dims(const gen_t *x, int32_t t) { return x->n.g->tensors[t].dims; }

static int32_t count(const gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  return (int32_t)mote_dims_count(&d);
}

static int32_t last(const gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  return d.d[d.rank - 1];
}

/* ---- nodes ---- */

static int32_t unary(gen_t *x, const char *op, int32_t t) {
  return net_node(&x->n, op, &t, 1, NULL);
}

static int32_t with(gen_t *x, const char *op, int32_t t, const void *attr) {
  return net_node(&x->n, op, &t, 1, attr);
}

static int32_t pair(gen_t *x, const char *op, int32_t a, int32_t b, const void *attr) {
  return net_node(&x->n, op, (int32_t[]){a, b}, 2, attr);
}

static int32_t constant(gen_t *x, mote_dims_t d) { return net_const(&x->n, d, 0.7f); }

static int32_t scalar(gen_t *x, float v) {
  mote_dims_t one = MOTE_DIMS(1);
  return net_ok(mote_graph_tensor(x->n.g, "s", MOTE_F32, &one, &v));
}

static int32_t reshaped(gen_t *x, int32_t t, mote_dims_t d) {
  int32_t out = net_value(&x->n, d);
  mote_node_spec_t s = {"reshape", "view", &t, 1, &out, 1, NULL};
  net_ok(mote_graph_node(x->n.g, &s));
  return out;
}

static int32_t divisor(gen_t *x, int32_t n, int32_t most) {
  int32_t d = pick(x, 1, most);
  while (n % d) d--;
  return d;
}

/* [1][h][w][c] of the same values. */
static int32_t image(gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  if (d.rank == 4 && d.d[0] == 1) return t;
  int32_t n = count(x, t), c = divisor(x, n, 8), w = divisor(x, n / c, 9);
  return reshaped(x, t, MOTE_DIMS(1, n / c / w, w, c));
}

/* At least two axes. */
static int32_t matrix(gen_t *x, int32_t t) {
  int32_t n = count(x, t), c = divisor(x, n, 9);
  return dims(x, t).rank > 1 ? t : reshaped(x, t, MOTE_DIMS(n / c, c));
}

static int32_t positive(gen_t *x, int32_t t) {
  return pair(x, "add", unary(x, "abs", t), scalar(x, 0.5f), NULL);
}

/* An output of its own; what comes next goes on from t. */
static int32_t ends(gen_t *x, int32_t t, int32_t out) {
  if (x->n.g->n_outputs < 4 && out != t) net_output(&x->n, out);
  return t;
}

/* ---- functions of one value ---- */

#define UNARY(op)                                                                        \
  static int32_t make_##op(gen_t *x, int32_t t) { return unary(x, #op, t); }
UNARY(relu)
UNARY(relu6)
UNARY(relu_n1_to_1)
UNARY(logistic)
UNARY(silu)
UNARY(tanh)
UNARY(abs)
UNARY(neg)
UNARY(sin)
UNARY(cos)
UNARY(floor)
UNARY(ceil)
UNARY(round)
UNARY(l2_norm)
UNARY(log_softmax)

static int32_t make_softmax(gen_t *x, int32_t t) {
  mote_softmax_attr_t a = {chance(x, 70) ? 1.0f : 0.5f};
  return with(x, "softmax", t, &a);
}

/* Below -3 it is 0: values that are all there have no scale. */
static int32_t make_hard_swish(gen_t *x, int32_t t) {
  return unary(x, "hard_swish", pair(x, "maximum", t, scalar(x, -2.5f), NULL));
}

static int32_t make_square(gen_t *x, int32_t t) {
  return unary(x, "square", unary(x, "tanh", t));
}
static int32_t make_exp(gen_t *x, int32_t t) {
  return unary(x, "exp", unary(x, "tanh", t));
}
static int32_t make_sqrt(gen_t *x, int32_t t) {
  return unary(x, "sqrt", unary(x, "abs", t));
}
static int32_t make_log(gen_t *x, int32_t t) { return unary(x, "log", positive(x, t)); }
static int32_t make_rsqrt(gen_t *x, int32_t t) {
  return unary(x, "rsqrt", positive(x, t));
}

static int32_t make_leaky_relu(gen_t *x, int32_t t) {
  mote_alpha_attr_t a = {mote_rng_range(&x->n.rng, 0.01f, 0.9f)};
  return with(x, "leaky_relu", t, &a);
}

static int32_t make_elu(gen_t *x, int32_t t) {
  mote_alpha_attr_t a = {chance(x, 60) ? 1.0f : 0.7f};
  return with(x, "elu", t, &a);
}

static int32_t make_gelu(gen_t *x, int32_t t) {
  mote_gelu_attr_t a = {pick(x, 0, 1)};
  return with(x, "gelu", t, &a);
}

static int32_t make_cast(gen_t *x, int32_t t) {
  int32_t whole = net_value(&x->n, MOTE_DIMS(1));
  x->n.g->tensors[whole].dtype = MOTE_I32;
  mote_node_spec_t s = {"cast", "whole", &t, 1, &whole, 1, NULL};
  net_ok(mote_graph_node(x->n.g, &s));
  return unary(x, "cast", whole);
}

/* ---- two values ---- */

/* Something that t broadcasts with. */
static int32_t partner(gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  int32_t other = x->at[pick(x, 0, x->n_at - 1)];
  mote_dims_t e = dims(x, other);
  if (mote_dims_equal(&d, &e) && chance(x, 60)) return other;
  for (int32_t i = 0; i < d.rank; i++)
    if (chance(x, 25)) d.d[i] = 1;
  switch (pick(x, 0, 3)) {
  case 0: return scalar(x, 0.8f);
  case 1: return constant(x, MOTE_DIMS(last(x, t)));
  default: return constant(x, d);
  }
}

static int32_t binary(gen_t *x, const char *op, int32_t t) {
  mote_activation_attr_t a = {pick(x, 0, 3)};
  const mote_op_t *o = mote_op_find(op);
  int32_t b = partner(x, t);
  return chance(x, 70) ? pair(x, op, t, b, o->attr_bytes ? &a : NULL)
                       : pair(x, op, b, t, o->attr_bytes ? &a : NULL);
}

#define BINARY(op)                                                                       \
  static int32_t make_##op(gen_t *x, int32_t t) { return binary(x, #op, t); }
BINARY(add)
BINARY(sub)
BINARY(mul)
BINARY(maximum)
BINARY(minimum)
BINARY(squared_difference)

static int32_t make_div(gen_t *x, int32_t t) {
  mote_activation_attr_t a = {pick(x, 0, 3)};
  int32_t other = x->at[pick(x, 0, x->n_at - 1)];
  mote_dims_t d = dims(x, t), e = dims(x, other);
  if (!mote_dims_equal(&d, &e)) other = t;
  return pair(x, "div", t, chance(x, 30) ? scalar(x, 0.8f) : positive(x, other), &a);
}

static int32_t make_prelu(gen_t *x, int32_t t) {
  return pair(x, "prelu", t, constant(x, MOTE_DIMS(last(x, t))), NULL);
}

/* ---- along axes ---- */

static int32_t reduce(gen_t *x, const char *op, int32_t t) {
  int32_t rank = dims(x, t).rank;
  mote_reduce_attr_t a = {pick(x, 1, (1 << rank) - 1), pick(x, 0, 1)};
  if (a.axes == (1 << rank) - 1) a.keep_dims = 1;
  return with(x, op, t, &a);
}

#define REDUCE(op)                                                                       \
  static int32_t make_##op(gen_t *x, int32_t t) { return reduce(x, #op, t); }
REDUCE(mean)
REDUCE(reduce_max)
REDUCE(reduce_min)

static int32_t make_sum(gen_t *x, int32_t t) {
  return reduce(x, "sum", unary(x, "tanh", t));
}

static int32_t arg(gen_t *x, const char *op, int32_t t) {
  mote_arg_attr_t a = {pick(x, 0, dims(x, t).rank - 1), pick(x, 0, 1)};
  int32_t out = net_value(&x->n, MOTE_DIMS(1));
  x->n.g->tensors[out].dtype = MOTE_I32;
  mote_node_spec_t s = {op, "which", &t, 1, &out, 1, &a};
  net_ok(mote_graph_node(x->n.g, &s));
  return ends(x, t, out);
}
static int32_t make_arg_max(gen_t *x, int32_t t) { return arg(x, "arg_max", t); }
static int32_t make_arg_min(gen_t *x, int32_t t) { return arg(x, "arg_min", t); }

static int32_t make_layer_norm(gen_t *x, int32_t t) {
  mote_norm_attr_t a = {1e-3f, pick(x, 1, dims(x, t).rank)};
  mote_dims_t d = dims(x, t), table = {a.axes, {0}};
  for (int32_t i = 0; i < a.axes; i++) table.d[i] = d.d[d.rank - a.axes + i];
  int32_t in[3] = {t, constant(x, table), constant(x, table)};
  return net_node(&x->n, "layer_norm", in, pick(x, 1, 3), &a);
}

static int32_t make_instance_norm(gen_t *x, int32_t t) {
  mote_norm_attr_t a = {1e-3f, 0};
  int32_t v = image(x, t), c = last(x, v);
  int32_t in[3] = {v, constant(x, MOTE_DIMS(c)), constant(x, MOTE_DIMS(c))};
  return net_node(&x->n, "instance_norm", in, 3, &a);
}

static int32_t make_batch_norm(gen_t *x, int32_t t) {
  int32_t c = last(x, t);
  int32_t in[3] = {t, constant(x, MOTE_DIMS(c)), constant(x, MOTE_DIMS(c))};
  return net_node(&x->n, "batch_norm", in, 3, NULL);
}

static int32_t make_normalise(gen_t *x, int32_t t) {
  int32_t c = last(x, t);
  int32_t in[3] = {t, constant(x, MOTE_DIMS(c)), constant(x, MOTE_DIMS(c))};
  return net_node(&x->n, "normalise", in, 3, NULL);
}

/* ---- products ---- */

static mote_window_attr_t window(gen_t *x, mote_dims_t d, int32_t kh, int32_t kw) {
  mote_window_attr_t a = {.stride_h = pick(x, 1, 3), .stride_w = pick(x, 1, 2),
                          .dilation_h = 1, .dilation_w = 1, .kernel_h = kh,
                          .kernel_w = kw, .activation = pick(x, 0, 3)};
  a.padding = pick(x, 0, 2);
  if (kh > d.d[1] || kw > d.d[2]) a.padding = MOTE_PAD_SAME;
  if (a.padding != MOTE_PAD_EXPLICIT) return a;
  a.pad_top = pick(x, 0, kh - 1), a.pad_bottom = pick(x, 0, kh - 1);
  a.pad_left = pick(x, 0, kw - 1), a.pad_right = pick(x, 0, kw - 1);
  return a;
}

static void dilate(gen_t *x, mote_window_attr_t *a) {
  if (a->padding != MOTE_PAD_SAME || chance(x, 60)) return;
  a->stride_h = a->stride_w = 1;
  a->dilation_h = pick(x, 1, 2), a->dilation_w = pick(x, 1, 3);
}

static int32_t filtered(gen_t *x, const char *op, int32_t t, mote_dims_t w,
                        const void *attr) {
  int32_t channels = w.d[strcmp(op, "depthwise_conv2d") ? 0 : w.rank - 1];
  int32_t terms = (int32_t)(mote_dims_count(&w) / channels);
  int32_t in[3] = {t, net_const(&x->n, w, 1.5f / sqrtf((float)terms)),
                   net_const(&x->n, MOTE_DIMS(channels), 0.3f)};
  return net_node(&x->n, op, in, pick(x, 2, 3), attr);
}

static int32_t make_conv2d(gen_t *x, int32_t t) {
  int32_t v = image(x, t), kh = pick(x, 1, 3), kw = pick(x, 1, 3);
  mote_window_attr_t a = window(x, dims(x, v), kh, kw);
  dilate(x, &a);
  mote_dims_t w = MOTE_DIMS(pick(x, 1, 9), kh, kw, last(x, v));
  return filtered(x, "conv2d", v, w, &a);
}

static int32_t make_depthwise_conv2d(gen_t *x, int32_t t) {
  int32_t v = image(x, t), kh = pick(x, 1, 3), kw = pick(x, 1, 3), c = last(x, v);
  mote_window_attr_t a = window(x, dims(x, v), kh, kw);
  dilate(x, &a);
  mote_dims_t w = MOTE_DIMS(1, kh, kw, c * (c < 6 ? pick(x, 1, 2) : 1));
  return filtered(x, "depthwise_conv2d", v, w, &a);
}

static int32_t make_transpose_conv2d(gen_t *x, int32_t t) {
  int32_t v = image(x, t), kh = pick(x, 1, 3), kw = pick(x, 1, 3);
  mote_dims_t d = dims(x, v);
  mote_transpose_conv_attr_t a = {pick(x, 1, 2), pick(x, 1, 2), pick(x, 0, 1), 0, 0,
                                  pick(x, 0, 2)};
  int32_t more_h = pick(x, 0, a.stride_h - 1), more_w = pick(x, 0, a.stride_w - 1);
  int valid = a.padding == MOTE_PAD_VALID;
  if (count(x, v) > VALUES_MAX / 4) a.stride_h = a.stride_w = 1, more_h = more_w = 0;
  a.height = d.d[1] * a.stride_h + (valid ? kh - a.stride_h + more_h : -more_h);
  a.width = d.d[2] * a.stride_w + (valid ? kw - a.stride_w + more_w : -more_w);
  mote_dims_t w = MOTE_DIMS(pick(x, 1, 6), kh, kw, d.d[3]);
  return filtered(x, "transpose_conv2d", v, w, &a);
}

static int32_t make_dense(gen_t *x, int32_t t) {
  int32_t whole = chance(x, 40), in = whole ? count(x, t) : last(x, t);
  mote_dense_attr_t a = {pick(x, 0, 3), whole ? 0 : pick(x, 0, 1)};
  return filtered(x, "dense", t, MOTE_DIMS(pick(x, 1, 12), in), &a);
}

static int32_t make_batch_matmul(gen_t *x, int32_t t) {
  int32_t v = matrix(x, t), k, n = pick(x, 1, 7);
  mote_dims_t d = dims(x, v);
  mote_batch_matmul_attr_t a = {pick(x, 0, 1), pick(x, 0, 1)};
  k = d.d[d.rank - (a.adj_x ? 2 : 1)];
  mote_dims_t w = a.adj_y ? MOTE_DIMS(n, k) : MOTE_DIMS(k, n);
  mote_batch_matmul_attr_t gram = {1, 0};
  if (chance(x, 30)) return pair(x, "batch_matmul", v, v, &gram);
  return pair(x, "batch_matmul", v, constant(x, w), &a);
}

static int32_t pool(gen_t *x, const char *op, int32_t t) {
  int32_t v = image(x, t), kh = pick(x, 1, 3), kw = pick(x, 1, 3);
  mote_window_attr_t a = window(x, dims(x, v), kh, kw);
  return with(x, op, v, &a);
}
static int32_t make_max_pool2d(gen_t *x, int32_t t) { return pool(x, "max_pool2d", t); }
static int32_t make_average_pool2d(gen_t *x, int32_t t) {
  return pool(x, "average_pool2d", t);
}

/* ---- movers ---- */

static int32_t make_reshape(gen_t *x, int32_t t) {
  int32_t n = count(x, t), a = divisor(x, n, 7), b = divisor(x, n / a, 5);
  return reshaped(x, t, chance(x, 50) ? MOTE_DIMS(n / a, a) : MOTE_DIMS(b, a, n / a / b));
}

static int32_t make_concat(gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  mote_concat_attr_t a = {pick(x, 0, d.rank - 1)};
  int32_t other = x->at[pick(x, 0, x->n_at - 1)];
  mote_dims_t e = dims(x, other);
  if (count(x, t) > VALUES_MAX) return -1;
  if (!mote_dims_equal(&d, &e)) {
    d.d[a.axis] = pick(x, 1, 4);
    other = chance(x, 50) ? constant(x, d) : t;
  }
  int32_t in[3] = {t, other, t};
  return net_node(&x->n, "concat", in, pick(x, 2, 3), &a);
}

static int32_t make_pack(gen_t *x, int32_t t) {
  int32_t rank = dims(x, t).rank;
  mote_axis_attr_t a = {pick(x, 0, rank)};
  if (rank > 4 || count(x, t) > VALUES_MAX) return -1;
  int32_t in[3] = {t, unary(x, "relu", t), t};
  return net_node(&x->n, "pack", in, pick(x, 1, 3), &a);
}

/* Several outputs; one goes on, one ends. */
static int32_t parts(gen_t *x, const char *op, int32_t t, int32_t n, const void *attr) {
  int32_t out[8];
  for (int32_t i = 0; i < n; i++) out[i] = net_value(&x->n, MOTE_DIMS(1));
  mote_node_spec_t s = {op, op, &t, 1, out, n, attr};
  net_ok(mote_graph_node(x->n.g, &s));
  return n > 1 ? ends(x, out[pick(x, 0, n - 2)], out[n - 1]) : out[0];
}

static int32_t make_split(gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  mote_split_attr_t a = {pick(x, 0, d.rank - 1), {0}};
  int32_t n = d.d[a.axis];
  if (n < 2) return -1;
  if (n % 2 == 0 && chance(x, 50)) return parts(x, "split", t, 2, &a);
  a.sizes.n = 2, a.sizes.v[0] = pick(x, 1, n - 1), a.sizes.v[1] = n - a.sizes.v[0];
  return parts(x, "split", t, 2, &a);
}

static int32_t make_unpack(gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  mote_axis_attr_t a = {pick(x, 0, d.rank - 1)};
  if (d.rank < 2 || d.d[a.axis] > 8) return -1;
  return parts(x, "unpack", t, d.d[a.axis], &a);
}

static int32_t make_slice(gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  mote_slice_attr_t a = {{d.rank, {0}}, {d.rank, {0}}};
  for (int32_t i = 0; i < d.rank; i++) {
    a.begin.v[i] = pick(x, 0, d.d[i] - 1);
    a.size.v[i] = chance(x, 30) ? -1 : pick(x, 1, d.d[i] - a.begin.v[i]);
  }
  return with(x, "slice", t, &a);
}

static int32_t make_strided_slice(gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  mote_strided_slice_attr_t a = {{d.rank, {0}}, {d.rank, {0}}, {d.rank, {0}},
                                 pick(x, 0, 3), pick(x, 0, 3), 0, 0, 0};
  for (int32_t i = 0; i < d.rank; i++) {
    int back = chance(x, 25);
    a.strides.v[i] = (back ? -1 : 1) * pick(x, 1, 3);
    a.begin.v[i] = back ? d.d[i] - 1 : pick(x, 0, d.d[i] - 1);
    a.end.v[i] = back ? -d.d[i] - 1 : d.d[i];
  }
  if (d.rank > 1 && chance(x, 20)) a.shrink_axis_mask = 1, a.strides.v[0] = 1;
  return with(x, "strided_slice", t, &a);
}

static int32_t make_transpose(gen_t *x, int32_t t) {
  int32_t rank = dims(x, t).rank;
  mote_transpose_attr_t a = {{rank, {0}}};
  for (int32_t i = 0; i < rank; i++) {
    int32_t k = pick(x, 0, i);
    a.perm.v[i] = a.perm.v[k], a.perm.v[k] = i;
  }
  return with(x, "transpose", t, &a);
}

static int32_t make_tile(gen_t *x, int32_t t) {
  int32_t rank = dims(x, t).rank;
  mote_tile_attr_t a = {{rank, {0}}};
  for (int32_t i = 0; i < rank; i++) a.multiples.v[i] = 1;
  if (count(x, t) > VALUES_MAX / 3) return -1;
  a.multiples.v[pick(x, 0, rank - 1)] = pick(x, 1, 3);
  return with(x, "tile", t, &a);
}

static int32_t make_gather(gen_t *x, int32_t t) {
  mote_dims_t d = dims(x, t);
  mote_gather_attr_t a = {pick(x, 0, d.rank - 1), 0};
  int32_t at[6], n = pick(x, 1, 6);
  mote_dims_t k = chance(x, 30) && d.rank < 5 && n > 1 ? MOTE_DIMS(1, n) : MOTE_DIMS(n);
  if (count(x, t) > VALUES_MAX) return -1;
  for (int32_t i = 0; i < n; i++) at[i] = pick(x, 0, d.d[a.axis] - 1);
  int32_t which = net_ok(mote_graph_tensor(x->n.g, "at", MOTE_I32, &k, at));
  return pair(x, "gather", t, which, &a);
}

static int32_t resize(gen_t *x, const char *op, int32_t t) {
  int32_t v = image(x, t), rule = pick(x, 0, 2);
  mote_resize_attr_t a = {pick(x, 1, 7), pick(x, 1, 7), rule == 1, rule == 2};
  return with(x, op, v, &a);
}
static int32_t make_resize_nearest(gen_t *x, int32_t t) {
  return resize(x, "resize_nearest", t);
}
static int32_t make_resize_bilinear(gen_t *x, int32_t t) {
  return resize(x, "resize_bilinear", t);
}

static int32_t make_depth_to_space(gen_t *x, int32_t t) {
  mote_block_attr_t a = {2, pick(x, 0, 1)};
  int32_t n = count(x, t);
  if (n % 4) return -1;
  int32_t w = divisor(x, n / 4, 5);
  return with(x, "depth_to_space", reshaped(x, t, MOTE_DIMS(1, n / 4 / w, w, 4)), &a);
}

static int32_t make_space_to_depth(gen_t *x, int32_t t) {
  mote_block_attr_t a = {2, pick(x, 0, 1)};
  int32_t n = count(x, t);
  if (n % 4) return -1;
  int32_t c = divisor(x, n / 4, 5);
  return with(x, "space_to_depth", reshaped(x, t, MOTE_DIMS(1, 2, n / 2 / c, c)), &a);
}

static int32_t make_pad(gen_t *x, int32_t t) {
  int32_t v = image(x, t), mode = pick(x, 0, 3), most = mode == MOTE_PAD_CONSTANT ? 2 : 1;
  mote_dims_t d = dims(x, v);
  mote_pad_attr_t a = {.mode = mode, .value = chance(x, 50) ? 0.0f : 0.25f};
  if (mode == MOTE_PAD_REFLECT && (d.d[1] < 2 || d.d[2] < 2)) return -1;
  if (count(x, v) > VALUES_MAX) return -1;
  a.top = pick(x, 0, most), a.bottom = pick(x, 0, 1);
  a.left = pick(x, 0, 1), a.right = pick(x, 0, most);
  if (mode == MOTE_PAD_CONSTANT) a.front = pick(x, 0, 1), a.back = pick(x, 0, 1);
  return with(x, "pad", v, &a);
}

/* ---- states ---- */

static int32_t state_of(gen_t *x, mote_dims_t d) {
  int32_t t = net_value(&x->n, d);
  x->n.g->tensors[t].role = MOTE_ROLE_STATE;
  return t;
}

static int32_t make_svdf(gen_t *x, int32_t t) {
  mote_svdf_attr_t a = {pick(x, 1, 2), pick(x, 0, 1)};
  int32_t v = matrix(x, t), units = pick(x, 1, 4), filters = units * a.rank;
  int32_t memory = pick(x, 1, 4), rows = count(x, v) / last(x, v);
  if (rows > 8) v = reshaped(x, v, MOTE_DIMS(1, count(x, v))), rows = 1;
  if (dims(x, v).rank != 2) v = reshaped(x, v, MOTE_DIMS(rows, last(x, v)));
  int32_t state = state_of(x, MOTE_DIMS(rows, filters * memory));
  int32_t in[5] = {v, constant(x, MOTE_DIMS(filters, last(x, v))),
                   constant(x, MOTE_DIMS(filters, memory)), state,
                   constant(x, MOTE_DIMS(units))};
  int32_t out[2] = {net_value(&x->n, MOTE_DIMS(1)), state};
  mote_node_spec_t s = {"svdf", "svdf", in, pick(x, 4, 5), out, 2, &a};
  net_ok(mote_graph_node(x->n.g, &s));
  return out[0];
}

static int32_t assign(gen_t *x, int32_t t, int32_t state) {
  mote_node_spec_t s = {"assign_variable", "assign", &t, 1, &state, 1, NULL};
  return net_ok(mote_graph_node(x->n.g, &s));
}

/* What was there in the last run joins; what there is now stays for the next. */
static int32_t make_read_variable(gen_t *x, int32_t t) {
  int32_t state = state_of(x, dims(x, t));
  int32_t sum = pair(x, "add", t, unary(x, "read_variable", state), NULL);
  assign(x, chance(x, 50) ? t : unary(x, "tanh", sum), state);
  return sum;
}

static int32_t make_assign_variable(gen_t *x, int32_t t) {
  int32_t state = state_of(x, dims(x, t));
  int32_t before = unary(x, "read_variable", state);
  assign(x, t, state);
  return pair(x, "sub", unary(x, "read_variable", state), before, NULL);
}

/* `n` values as [batch][steps][values], or the first two the other way. */
static int32_t sequence(gen_t *x, int32_t t, int32_t time_major, int32_t *batch) {
  int32_t n = count(x, t), c = divisor(x, n, 9), steps = divisor(x, n / c, 9);
  *batch = n / c / steps;
  return reshaped(x, t, time_major ? MOTE_DIMS(steps, *batch, c)
                                   : MOTE_DIMS(*batch, steps, c));
}

/* Puts the input for a memory that begins as a state, a constant or nothing, and the
 * output. */
static void begin(gen_t *x, mote_dims_t d, int is_state, int32_t *in, int32_t *out) {
  *out = is_state ? state_of(x, d) : net_value(&x->n, d);
  *in = is_state ? *out : chance(x, 50) ? constant(x, d) : -1;
}

static int32_t make_lstm(gen_t *x, int32_t t) {
  mote_lstm_attr_t a = {pick(x, 0, 1), chance(x, 30), chance(x, 30) ? 0.6f : 0.0f};
  int32_t in[15], out[3], batch, is_state = chance(x, 60), units = pick(x, 1, 6);
  in[0] = sequence(x, t, a.time_major, &batch);
  for (int i = 0; i < 4; i++) {
    in[1 + i] = constant(x, MOTE_DIMS(units, last(x, in[0])));
    in[5 + i] = constant(x, MOTE_DIMS(units, units));
    in[11 + i] = chance(x, 80) ? constant(x, MOTE_DIMS(units)) : -1;
  }
  out[0] = net_value(&x->n, MOTE_DIMS(1));
  for (int i = 0; i < 2; i++)
    begin(x, MOTE_DIMS(batch, units), is_state, &in[9 + i], &out[1 + i]);
  mote_node_spec_t s = {"lstm", "lstm", in, 15, out, 3, &a};
  net_ok(mote_graph_node(x->n.g, &s));
  return is_state ? out[0] : ends(x, out[0], out[1]);
}

static int32_t make_gru(gen_t *x, int32_t t) {
  mote_gru_attr_t a = {pick(x, 0, 1), chance(x, 30), pick(x, 0, 1)};
  int32_t in[12], out[2], batch, is_state = chance(x, 60), units = pick(x, 1, 6);
  in[0] = sequence(x, t, a.time_major, &batch);
  for (int i = 0; i < 3; i++) {
    in[1 + i] = constant(x, MOTE_DIMS(units, last(x, in[0])));
    in[4 + i] = constant(x, MOTE_DIMS(units, units));
  }
  for (int i = 8; i < 12; i++)
    in[i] = chance(x, 80) ? constant(x, MOTE_DIMS(units)) : -1;
  out[0] = net_value(&x->n, MOTE_DIMS(1));
  begin(x, MOTE_DIMS(batch, units), is_state, &in[7], &out[1]);
  mote_node_spec_t s = {"gru", "gru", in, 12, out, 2, &a};
  net_ok(mote_graph_node(x->n.g, &s));
  return is_state ? out[0] : ends(x, out[0], out[1]);
}

/* ---- anomaly scores ---- */

static int32_t whole_axes(gen_t *x, int32_t t, int32_t n) {
  int32_t v[3];
  mote_dims_t d = MOTE_DIMS(n);
  for (int32_t i = 0; i < n; i++) v[i] = pick(x, 0, count(x, t) - 1);
  return net_ok(mote_graph_tensor(x->n.g, "axes", MOTE_I32, &d, v));
}

static int32_t make_kmeans(gen_t *x, int32_t t) {
  int32_t d = pick(x, 1, 3), k = pick(x, 1, 4);
  int32_t in[6] = {t, whole_axes(x, t, d), constant(x, MOTE_DIMS(d)),
                   constant(x, MOTE_DIMS(d)), constant(x, MOTE_DIMS(k, d)),
                   constant(x, MOTE_DIMS(k))};
  return ends(x, t, net_node(&x->n, "kmeans", in, 6, NULL));
}

static int32_t make_gmm(gen_t *x, int32_t t) {
  int32_t d = pick(x, 1, 3), k = pick(x, 1, 4), full = d * (d + 1) / 2;
  int32_t in[8] = {t, whole_axes(x, t, d), constant(x, MOTE_DIMS(d)),
                   constant(x, MOTE_DIMS(d)), constant(x, MOTE_DIMS(k, d)),
                   constant(x, MOTE_DIMS(k, chance(x, 50) ? d : full)),
                   constant(x, MOTE_DIMS(k)), constant(x, MOTE_DIMS(2))};
  return ends(x, t, net_node(&x->n, "gmm", in, 8, NULL));
}

/* ---- graphs ---- */

#define MAKERS(M)                                                                        \
  M(conv2d) M(depthwise_conv2d) M(transpose_conv2d) M(dense) M(batch_matmul)             \
  M(max_pool2d) M(average_pool2d) M(mean) M(sum) M(reduce_max) M(reduce_min) M(add)      \
  M(mul) M(sub) M(div) M(maximum) M(minimum) M(squared_difference) M(prelu) M(concat)    \
  M(pack) M(split) M(unpack) M(slice) M(strided_slice) M(transpose) M(tile) M(gather)    \
  M(resize_nearest) M(resize_bilinear) M(depth_to_space) M(space_to_depth) M(pad)        \
  M(reshape) M(relu) M(relu6) M(logistic) M(relu_n1_to_1) M(leaky_relu) M(elu) M(gelu)   \
  M(silu) M(hard_swish) M(tanh) M(exp) M(log) M(sqrt) M(rsqrt) M(square) M(abs) M(neg)   \
  M(sin) M(cos) M(floor) M(ceil) M(round) M(softmax) M(log_softmax) M(arg_max)           \
  M(arg_min) M(l2_norm) M(layer_norm) M(instance_norm) M(batch_norm) M(cast)             \
  M(normalise) M(kmeans) M(gmm) M(svdf) M(lstm) M(gru)                                 \
  M(read_variable) M(assign_variable)
static const struct {
  const char *op;
  int32_t (*make)(gen_t *x, int32_t t); /* the new value; negative: t does not fit */
} makers[] = {
#define M(op) {#op, make_##op},
    MAKERS(M)
#undef M
};
#define N_MAKERS (sizeof makers / sizeof *makers)

size_t random_graph_makers(void) { return N_MAKERS; }

int random_graph_knows(const char *op) {
  static const char *const derived[] = {"quantize", "dequantize", "lookup"};
  for (size_t i = 0; i < sizeof derived / sizeof *derived; i++)
    if (!strcmp(op, derived[i])) return 1;
  for (size_t i = 0; i < N_MAKERS; i++)
    if (!strcmp(op, makers[i].op)) return 1;
  return 0;
}

static mote_dims_t input_dims(gen_t *x) {
  switch (pick(x, 0, 3)) {
  case 0: return MOTE_DIMS(1, 12 * pick(x, 1, 6));
  case 1: return MOTE_DIMS(pick(x, 2, 6), pick(x, 1, 7), 4);
  default:
    return MOTE_DIMS(1, pick(x, 2, 8), 2 * pick(x, 1, 4), pick(x, 1, 8));
  }
}

/* Twice the maker that the seed names, for it may not fit the input. */
mote_graph_t *random_graph(uint64_t seed) {
  gen_t x = {.n = net_new(seed)};
  int32_t layers = pick(&x, 3, LAYERS_MAX);
  x.at[x.n_at++] = net_input(&x.n, input_dims(&x));
  if (chance(&x, 25)) x.at[x.n_at++] = net_input(&x.n, input_dims(&x));
  for (int32_t i = 0; i < layers && x.n_at < LAYERS_MAX + 2; i++) {
    size_t which = i == 0 || i == 3 ? seed % N_MAKERS
                                    : mote_rng_below(&x.n.rng, (uint32_t)N_MAKERS);
    int32_t from = x.at[chance(&x, 80) ? x.n_at - 1 : pick(&x, 0, x.n_at - 1)];
    int32_t made = makers[which].make(&x, from);
    if (made >= 0 && made != from) x.at[x.n_at++] = made;
  }
  net_output(&x.n, unary(&x, "relu", x.at[x.n_at - 1])); /* an input may be the last */
  net_ok(mote_graph_check(x.n.g));
  return x.n.g;
}

/* ---- int8 ---- */

void random_values(uint64_t seed, const mote_tensor_t *t, void *values) {
  mote_rng_t r = mote_rng(seed, 3);
  size_t n = (size_t)mote_dims_count(&t->dims), bytes = mote_tensor_bytes(t);
  for (size_t i = 0; t->dtype == MOTE_F32 && i < n; i++)
    ((float *)values)[i] = 1.5f * mote_rng_normal(&r);
  for (size_t i = 0; t->dtype != MOTE_F32 && i < bytes; i++)
    ((uint8_t *)values)[i] = (uint8_t)mote_rng_u32(&r);
}

#define SAMPLES 3
typedef struct { void *in[SAMPLES][MOTE_NODE_IO_MAX]; } samples_t;

static int next(void *ctx, size_t i, const void **in) {
  memcpy(in, ((samples_t *)ctx)->in[i], sizeof ((samples_t *)ctx)->in[i]);
  return 0;
}

mote_graph_t *random_graph_int8(const mote_graph_t *f32, uint64_t seed) {
  samples_t s = {{{NULL}}};
  mote_graph_t *q;
  mote_ptq_options_t opt = mote_ptq_defaults();
  for (size_t i = 0; i < SAMPLES; i++)
    for (int32_t k = 0; k < f32->n_inputs; k++) {
      const mote_tensor_t *t = &f32->tensors[f32->inputs[k]];
      s.in[i][k] = malloc(mote_tensor_bytes(t));
      random_values(seed + 100 * i + (uint64_t)k, t, s.in[i][k]);
    }
  opt.method = MOTE_RANGE_MINMAX, opt.equalise = 0, opt.per_tensor = seed % 3 == 0;
  mote_calib_t data = {next, &s, SAMPLES};
  net_ok(mote_quantise(f32, &data, &opt, &q, NULL));
  for (size_t i = 0; i < SAMPLES; i++)
    for (int32_t k = 0; k < f32->n_inputs; k++) free(s.in[i][k]);
  return q;
}
