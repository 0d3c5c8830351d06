/* SPDX-License-Identifier: Apache-2.0
 * Arithmetic on values: of one, of two, over an axis, between types. */
#include "model/ops/util.h"
#include "model/tflite/map.h"

static int take_binary(mote_tfl_in_t *m, void *attr) {
  mote_activation_attr_t *a = attr;
  return mote_tfl_activation(mote_tfl_byte(m, 0), &a->activation);
}

static int give_binary(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_activation_attr_t *a = n->attr;
  (void)f;
  mote_tfl_option(o, 0, mote_tfl_act_code(a->activation));
  return MOTE_OK;
}

/* ---- two operators for one; `o` is the second ---- */

/* `first` makes the input k of `o`, a tensor like the node's output. */
static void put_before(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *first,
                       mote_tfl_op_t *o, int k) {
  const mote_tensor_t *y = mote_tfl_tensor(f, n->out[0]);
  mote_tfl_extra_t e = {.dtype = y->dtype, .dims = y->dims, .quant = &y->quant};
  first->out[0] = o->in[k] = mote_tfl_extra(f, n->name, "first", &e);
  first->n_out = 1, o->n_in = 2;
  mote_tfl_option(o, 0, 0);
  mote_tfl_push(f, first);
}

/* x * scale + offset, or (x - mean) * scale */
static int give_pair(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  int is_norm = !strcmp(n->op->name, "batch_norm");
  mote_tfl_op_t first = {.code = is_norm ? 18 : 41, .version = 1,
                         .options_type = is_norm ? 21 : 28,
                         .in = {n->in[0], n->in[1]}, .n_in = 2};
  o->in[1] = n->in[2];
  mote_tfl_option(&first, 0, 0);
  put_before(f, n, &first, o, 0);
  return MOTE_OK;
}

/* x * logistic(x), of floats: int8 between the two would be rounded once more. */
static int give_silu(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  mote_tfl_op_t logistic = {.code = 14, .version = 1, .in = {n->in[0]}, .n_in = 1};
  if (mote_tfl_tensor(f, n->out[0])->dtype != MOTE_F32)
    return mote_fail(MOTE_ERR_UNSUPPORTED, ".tflite has no silu, and no operators that "
                     "have its bits in int8");
  put_before(f, n, &logistic, o, 1);
  return MOTE_OK;
}

/* ---- of one ---- */

static int take_leaky(mote_tfl_in_t *m, void *attr) {
  ((mote_alpha_attr_t *)attr)->alpha = mote_tfl_float(m, 0, 0.0f);
  return MOTE_OK;
}

static int give_leaky(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f;
  mote_tfl_option_float(o, 0, ((const mote_alpha_attr_t *)n->attr)->alpha);
  return MOTE_OK;
}

static int take_elu(mote_tfl_in_t *m, void *attr) {
  (void)m;
  ((mote_alpha_attr_t *)attr)->alpha = 1.0f;
  return MOTE_OK;
}

static int give_elu(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f, (void)o;
  if (((const mote_alpha_attr_t *)n->attr)->alpha == 1.0f) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, ".tflite knows elu with alpha 1 only");
}

static int take_gelu(mote_tfl_in_t *m, void *attr) {
  ((mote_gelu_attr_t *)attr)->approximate = mote_tfl_byte(m, 0) != 0;
  return MOTE_OK;
}

static int give_gelu(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f;
  mote_tfl_option(o, 0, (uint32_t)((const mote_gelu_attr_t *)n->attr)->approximate);
  return MOTE_OK;
}

static int take_softmax(mote_tfl_in_t *m, void *attr) {
  mote_softmax_attr_t *a = attr;
  a->beta = mote_tfl_float(m, 0, 0.0f);
  if (a->beta > 0.0f && a->beta < 1e6f) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "beta %g", (double)a->beta);
}

static int give_softmax(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_softmax_attr_t *a = n->attr;
  (void)f;
  mote_tfl_option_float(o, 0, a->beta);
  return MOTE_OK;
}

static int take_reduce(mote_tfl_in_t *m, void *attr) {
  int32_t axis[MOTE_RANK_MAX], rank = m->g->tensors[m->in[0]].dims.rank;
  mote_reduce_attr_t *a = attr;
  int n = mote_tfl_constants(m, 1, axis, MOTE_RANK_MAX);
  if (n < 0) return n;
  for (int i = 0; i < n; i++) {
    int at = mote_resolve_axis(axis[i], rank);
    if (at < 0) return at;
    a->axes |= MOTE_AXIS(at);
  }
  a->keep_dims = mote_tfl_byte(m, 0) != 0;
  return MOTE_OK;
}

static int give_reduce(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_reduce_attr_t *a = n->attr;
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .dims = {.rank = 1}, .is_const = 1};
  for (int32_t i = 0; i < MOTE_RANK_MAX; i++)
    if (a->axes >> i & 1) e.ints[e.dims.d[0]++] = i;
  o->in[o->n_in++] = mote_tfl_extra(f, n->name, "axes", &e);
  mote_tfl_option(o, 0, (uint32_t)a->keep_dims);
  return MOTE_OK;
}

/* The output is int32 here, also where the file says int64. */
static int take_arg(mote_tfl_in_t *m, void *attr) {
  mote_tensor_t *y = &m->g->tensors[m->out[0]];
  mote_arg_attr_t *a = attr;
  int n = mote_tfl_constants(m, 1, &a->axis, 1);
  if (n < 0) return n;
  if (y->dtype == MOTE_I64) y->dtype = MOTE_I32;
  return n == 1 ? MOTE_OK : mote_fail(MOTE_ERR_FORMAT, "there is no axis");
}

/* The operator writes what a RESHAPE behind it turns into the node's output. */
static void reshape_behind(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o,
                           const mote_dims_t *has) {
  const mote_tensor_t *y = mote_tfl_tensor(f, n->out[0]);
  mote_tfl_extra_t e = {.dtype = y->dtype, .dims = *has, .quant = &y->quant};
  mote_tfl_extra_t shape = {.dtype = MOTE_I32, .dims = MOTE_DIMS(y->dims.rank),
                            .is_const = 1};
  memcpy(shape.ints, y->dims.d, sizeof y->dims.d);
  o->out[0] = mote_tfl_extra(f, n->name, "flat", &e);
  mote_tfl_push(f, o);
  *o = (mote_tfl_op_t){.code = 22, .version = 1, .options_type = 17,
                       .in = {o->out[0], mote_tfl_extra(f, n->name, "shape", &shape)},
                       .n_in = 2, .out = {n->out[0]}, .n_out = 1};
}

static int give_arg(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_arg_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_tfl_tensor(f, n->in[0])->dims;
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .is_const = 1, .ints = {a->axis}};
  mote_dims_t flat = {0};
  o->in[o->n_in++] = mote_tfl_extra(f, n->name, "axis", &e);
  mote_tfl_option(o, 0, MOTE_TFLITE_I32);
  for (int32_t i = 0; i < in->rank; i++)
    if (i != mote_resolve_axis(a->axis, in->rank)) flat.d[flat.rank++] = in->d[i];
  if (a->keep_dims) reshape_behind(f, n, o, &flat);
  return MOTE_OK;
}

static int take_l2_norm(mote_tfl_in_t *m, void *attr) {
  (void)attr;
  return mote_tfl_byte(m, 0) ? mote_fail(MOTE_ERR_UNSUPPORTED, "fused activation")
                             : MOTE_OK;
}

static int give_l2_norm(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f, (void)n;
  mote_tfl_option(o, 0, 0);
  return MOTE_OK;
}

static int give_cast(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  mote_tfl_option(o, 0, mote_tfl_type_code(mote_tfl_tensor(f, n->in[0])->dtype));
  mote_tfl_option(o, 1, mote_tfl_type_code(mote_tfl_tensor(f, n->out[0])->dtype));
  return MOTE_OK;
}

static const mote_tfl_row_t rows[] = {
    {0, 11, "add", 2, {1, 2, 3}, take_binary, give_binary},
    {18, 21, "mul", 2, {1, 2, 4}, take_binary, give_binary},
    {0, 11, "batch_norm", 3, {1, 1, 1}, NULL, give_pair},
    {18, 21, "normalise", 3, {1, 1, 1}, NULL, give_pair},
    {18, 21, "silu", 1, {1, 1, 1}, NULL, give_silu},
    {41, 28, "sub", 2, {1, 2, 3}, take_binary, give_binary},
    {42, 29, "div", 2, {1, 2, 2}, take_binary, give_binary},
    {55, 39, "maximum", 2, {1, 2, 3}, NULL, NULL},
    {57, 39, "minimum", 2, {1, 2, 3}, NULL, NULL},
    {99, 76, "squared_difference", 2, {1, 2, 2}, NULL, NULL},
    {54, 0, "prelu", 2, {1, 1, 1}, NULL, NULL},
    {19, 0, "relu", 1, {1, 2, 3}, NULL, NULL},
    {21, 0, "relu6", 1, {1, 2, 3}, NULL, NULL},
    {14, 0, "logistic", 1, {1, 2, 3}, NULL, NULL},
    {28, 0, "tanh", 1, {1, 2, 3}, NULL, NULL},
    {20, 0, "relu_n1_to_1", 1, {1, 1, 1}, NULL, NULL},
    {98, 75, "leaky_relu", 1, {1, 2, 2}, take_leaky, give_leaky},
    {111, 0, "elu", 1, {1, 1, 1}, take_elu, give_elu},
    {150, 116, "gelu", 1, {1, 2, 2}, take_gelu, give_gelu},
    {117, 91, "hard_swish", 1, {1, 1, 1}, NULL, NULL},
    {47, 33, "exp", 1, {1, 2, 2}, NULL, NULL},
    {73, 0, "log", 1, {1, 2, 2}, NULL, NULL},
    {75, 0, "sqrt", 1, {1, 1, 1}, NULL, NULL},
    {76, 0, "rsqrt", 1, {1, 2, 3}, NULL, NULL},
    {92, 66, "square", 1, {1, 1, 1}, NULL, NULL},
    {101, 78, "abs", 1, {1, 2, 3}, NULL, NULL},
    {59, 42, "neg", 1, {1, 1, 1}, NULL, NULL},
    {66, 0, "sin", 1, {1, 1, 1}, NULL, NULL},
    {108, 84, "cos", 1, {1, 1, 1}, NULL, NULL},
    {8, 0, "floor", 1, {1, 1, 1}, NULL, NULL},
    {104, 0, "ceil", 1, {1, 1, 1}, NULL, NULL},
    {116, 0, "round", 1, {1, 1, 1}, NULL, NULL},
    {25, 9, "softmax", 1, {1, 2, 3}, take_softmax, give_softmax},
    {40, 27, "mean", 1, {1, 2, 3}, take_reduce, give_reduce},
    {74, 27, "sum", 1, {1, 2, 2}, take_reduce, give_reduce},
    {82, 27, "reduce_max", 1, {1, 2, 3}, take_reduce, give_reduce},
    {89, 27, "reduce_min", 1, {1, 2, 3}, take_reduce, give_reduce},
    {114, 0, "quantize", 1, {1, 1, 2}, NULL, NULL},
    {6, 0, "dequantize", 1, {2, 2, 3}, NULL, NULL},
    {53, 37, "cast", 1, {1, 1, 1}, NULL, give_cast},
    {50, 36, "log_softmax", 1, {1, 2, 2}, NULL, NULL},
    {56, 40, "arg_max", 1, {1, 2, 2}, take_arg, give_arg},
    {79, 57, "arg_min", 1, {1, 2, 2}, take_arg, give_arg},
    {11, 12, "l2_norm", 1, {1, 2, 2}, take_l2_norm, give_l2_norm}};
MOTE_TFL_FAMILY(values, rows);
