/* SPDX-License-Identifier: Apache-2.0
 * Operators that look at one value at a time stay in the layout their input has. */
#include <math.h>
#include <string.h>

#include "model/onnx/shape.h"

/* ---- one operand ---- */

/* `op` of the tensor t; a negative t is passed on. */
static int32_t one(mote_import_t *m, const char *op, int32_t t, const void *attr) {
  return t < 0 ? t : mote_import_emit(m, op, &t, 1, attr, NULL);
}

/* `op` of the tensor t and one number. */
static int32_t with_number(mote_import_t *m, const char *op, int32_t t, float number) {
  mote_activation_attr_t none = {MOTE_ACT_NONE};
  int32_t in[2] = {t, mote_import_const(m, &MOTE_DIMS(1), &number)};
  if (t < 0 || in[1] < 0) return t < 0 ? t : in[1];
  return mote_import_emit(m, op, in, 2, &none, NULL);
}

/* The node's input 0 where it stands, and its output in the same layout. */
static int32_t start(mote_import_t *m, mote_layout_t *layout) {
  *layout = mote_import_layout(m, mote_import_in(m, 0));
  return mote_import_tensor(m, mote_import_in(m, 0), *layout);
}

static int finish(mote_import_t *m, int32_t t, mote_layout_t layout) {
  return mote_import_set(m, mote_import_out(m, 0), t, layout,
                         m->values[mote_import_in(m, 0)].dims.rank);
}

static int like(mote_import_t *m, const char *op, const void *attr) {
  mote_layout_t layout;
  int32_t t = start(m, &layout);
  return finish(m, one(m, op, t, attr), layout);
}

static const struct { const char *onnx, *ours; } unaries[] = {
    {"Relu", "relu"}, {"Sigmoid", "logistic"}, {"Tanh", "tanh"}, {"Exp", "exp"},
    {"Log", "log"}, {"Sqrt", "sqrt"}, {"Abs", "abs"}, {"Neg", "neg"},
    {"Floor", "floor"}, {"Ceil", "ceil"}, {"Round", "round"}, {"Sin", "sin"},
    {"Cos", "cos"}, {"HardSwish", "hard_swish"}, {"Silu", "silu"}, {"Rsqrt", "rsqrt"},
    {"Square", "square"}};

int mote_onnx_unary(mote_import_t *m) {
  size_t i = 0;
  while (strcmp(unaries[i].onnx, m->node->op)) i++;
  return like(m, unaries[i].ours, NULL);
}

int mote_onnx_alpha(mote_import_t *m) {
  int elu = !strcmp(m->node->op, "Elu");
  mote_alpha_attr_t a = {mote_import_float(m, "alpha", elu ? 1.0f : 0.01f)};
  return like(m, elu ? "elu" : "leaky_relu", &a);
}

int mote_onnx_gelu(mote_import_t *m) {
  mote_gelu_attr_t a = {!strcmp(mote_import_text(m, "approximate", "none"), "tanh")};
  return like(m, "gelu", &a);
}

int mote_onnx_clip(mote_import_t *m) {
  mote_layout_t layout;
  float lo, hi;
  MOTE_TRY(mote_import_real(m, "min", 1, -INFINITY, &lo));
  MOTE_TRY(mote_import_real(m, "max", 2, INFINITY, &hi));
  if (lo == 0.0f && hi == 6.0f) return like(m, "relu6", NULL);
  if (lo == -1.0f && hi == 1.0f) return like(m, "relu_n1_to_1", NULL);
  if (lo == 0.0f && hi >= 3e38f) return like(m, "relu", NULL);
  if (m->use_q) return MOTE_IMPORT_UNSUPPORTED("limits %g and %g in int8", (double)lo,
                                               (double)hi);
  int32_t t = start(m, &layout);
  if (lo > -3e38f) t = with_number(m, "maximum", t, lo);
  if (hi < 3e38f) t = with_number(m, "minimum", t, hi);
  return finish(m, t, layout);
}

/* max(0, min(1, alpha * x + beta)) */
int mote_onnx_hard_sigmoid(mote_import_t *m) {
  mote_layout_t layout;
  int32_t t = start(m, &layout);
  t = with_number(m, "mul", t, mote_import_float(m, "alpha", 0.2f));
  t = with_number(m, "add", t, mote_import_float(m, "beta", 0.5f));
  t = with_number(m, "minimum", t, 1.0f);
  return finish(m, with_number(m, "maximum", t, 0.0f), layout);
}

/* scale * elu(x), and with the argument divided by alpha */
int mote_onnx_scaled_elu(mote_import_t *m) {
  mote_layout_t layout;
  int selu = !strcmp(m->node->op, "Selu");
  float alpha = mote_import_float(m, "alpha", selu ? 1.67326319f : 1.0f);
  mote_alpha_attr_t a = {selu ? alpha : 1.0f};
  int32_t t = start(m, &layout);
  if (!selu) t = with_number(m, "mul", t, 1.0f / alpha);
  t = one(m, "elu", t, &a);
  t = with_number(m, "mul", t, selu ? mote_import_float(m, "gamma", 1.05070102f) : alpha);
  return finish(m, t, layout);
}

/* x / (1 + |x|) */
int mote_onnx_softsign(mote_import_t *m) {
  mote_activation_attr_t none = {MOTE_ACT_NONE};
  mote_layout_t layout;
  int32_t t = start(m, &layout), in[2] = {t, -1};
  in[1] = with_number(m, "add", one(m, "abs", t, NULL), 1.0f);
  if (in[1] < 0) return in[1];
  return finish(m, mote_import_emit(m, "div", in, 2, &none, NULL), layout);
}

/* log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|)), which never overflows; Mish is x
 * times its hyperbolic tangent. */
int mote_onnx_softplus(mote_import_t *m) {
  mote_activation_attr_t none = {MOTE_ACT_NONE};
  mote_layout_t layout;
  int32_t x = start(m, &layout), in[2] = {one(m, "relu", x, NULL), x};
  in[1] = one(m, "exp", one(m, "neg", one(m, "abs", x, NULL), NULL), NULL);
  in[1] = one(m, "log", with_number(m, "add", in[1], 1.0f), NULL);
  if (in[0] < 0 || in[1] < 0) return in[0] < 0 ? in[0] : in[1];
  int32_t t = mote_import_emit(m, "add", in, 2, &none, NULL);
  if (strcmp(m->node->op, "Mish")) return finish(m, t, layout);
  in[0] = x, in[1] = one(m, "tanh", t, NULL);
  if (in[1] < 0) return in[1];
  return finish(m, mote_import_emit(m, "mul", in, 2, &none, NULL), layout);
}

int mote_onnx_reciprocal(mote_import_t *m) {
  mote_activation_attr_t none = {MOTE_ACT_NONE};
  mote_layout_t layout;
  float number = 1.0f;
  int32_t t = start(m, &layout), in[2] = {-1, t};
  if (t < 0) return t;
  if ((in[0] = mote_import_const(m, &MOTE_DIMS(1), &number)) < 0) return in[0];
  return finish(m, mote_import_emit(m, "div", in, 2, &none, NULL), layout);
}

int mote_onnx_pow(mote_import_t *m) {
  mote_activation_attr_t none = {MOTE_ACT_NONE};
  mote_layout_t layout;
  float power;
  MOTE_TRY(mote_import_real(m, NULL, 1, 0.0f, &power));
  if (power == 2.0f) return like(m, "square", NULL);
  if (power == 0.5f) return like(m, "sqrt", NULL);
  if (power != 3.0f) return MOTE_IMPORT_UNSUPPORTED("exponent %g; 0.5, 2 and 3 are",
                                                    (double)power);
  m->use_q = 0; /* the square has no scale */
  int32_t t = start(m, &layout), in[2] = {one(m, "square", t, NULL), t};
  if (in[0] < 0) return in[0];
  return finish(m, mote_import_emit(m, "mul", in, 2, &none, NULL), layout);
}

/* ---- two operands ---- */

/* Operand k with the dimensions of the result's rank, so that its axes can be mapped. */
static int32_t operand(mote_import_t *m, int32_t v, const mote_dims_t *to,
                       mote_layout_t layout) {
  const mote_dims_t d = m->values[v].dims;
  mote_dims_t wide = {.rank = to->rank};
  if (layout != MOTE_LAYOUT_LAST || d.rank == to->rank)
    return mote_import_tensor(m, v, layout);
  for (int32_t i = 0; i < to->rank; i++)
    wide.d[i] = i < to->rank - d.rank ? 1 : d.d[i - to->rank + d.rank];
  v = mote_import_view(m, v, &wide);
  return v < 0 ? v : mote_import_tensor(m, v, layout);
}

/* The layout of one that is no constant, LAST before others; a FLAT one becomes PLAIN. */
static mote_layout_t common_layout(const mote_import_t *m) {
  mote_layout_t found = MOTE_LAYOUT_PLAIN;
  for (int32_t k = 0; k < m->node->n_in; k++) {
    int32_t v = m->node->in[k];
    if (v >= 0 && !m->values[v].c && m->values[v].dims.rank > 2 &&
        mote_import_layout(m, v) == MOTE_LAYOUT_LAST)
      found = MOTE_LAYOUT_LAST;
  }
  return found;
}

static const struct {
  const char *onnx, *ours;
  int same_scale, many; /* int8: all of one scale; any number of operands */
} binaries[] = {{"Add", "add", 0, 0},     {"Mul", "mul", 0, 0}, {"Sub", "sub", 0, 0},
                {"Div", "div", 0, 0},     {"Sum", "add", 0, 1}, {"PRelu", "prelu", 0, 0},
                {"Min", "minimum", 1, 1}, {"Max", "maximum", 1, 1},
                {"SquaredDifference", "squared_difference", 0, 0}};

int mote_import_int8_constants(const mote_import_t *m) {
  for (int32_t k = 0; k < m->node->n_in; k++) {
    const mote_value_t *x = &m->values[m->node->in[k]];
    if (x->c && (!x->cq || x->cquant.n != 1)) return 0;
  }
  return 1;
}

static int result_dims(const mote_import_t *m, mote_dims_t *to) {
  *to = (mote_dims_t){0};
  for (int32_t k = 0; k < m->node->n_in; k++) {
    mote_dims_t so_far = *to;
    if (m->node->in[k] < 0) return mote_fail(MOTE_ERR_FORMAT, "an input is left out");
    MOTE_TRY(mote_shape_broadcast(&so_far, &m->values[m->node->in[k]].dims, to));
  }
  return MOTE_OK;
}

int mote_onnx_binary(mote_import_t *m) {
  int32_t in[2], n = m->node->n_in;
  mote_dims_t to;
  size_t row = 0;
  MOTE_TRY(result_dims(m, &to));
  while (strcmp(binaries[row].onnx, m->node->op)) row++;
  if (n > 2 && !binaries[row].many)
    return mote_fail(MOTE_ERR_FORMAT, "%d inputs", (int)n);
  if (n > 2 && !binaries[row].same_scale) m->use_q = 0; /* sums between have no scale */
  if (m->use_q && !mote_import_int8_constants(m)) m->use_q = 0;
  mote_layout_t layout = to.rank > 4 ? MOTE_LAYOUT_PLAIN : common_layout(m);
  mote_activation_attr_t attr = {m->activation};
  for (int32_t k = 0; k < n; k++) {
    int32_t t = operand(m, m->node->in[k], &to, layout);
    if (t >= 0 && m->use_q && binaries[row].same_scale)
      t = m->out_q ? mote_import_requantise(m, t, m->out_q) : MOTE_ERR_UNSUPPORTED;
    if (t >= 0 && k > 0) {
      in[1] = t;
      t = mote_import_emit(m, binaries[row].ours, in, 2, &attr, NULL);
    }
    if ((in[0] = t) < 0) return t;
  }
  return mote_import_set(m, mote_import_out(m, 0), in[0], layout, to.rank);
}

int mote_onnx_identity(mote_import_t *m) {
  int32_t mask = mote_import_out(m, 1);
  if (mask >= 0 && m->values[mask].n_uses)
    return MOTE_IMPORT_UNSUPPORTED("the mask of a Dropout");
  return mote_import_alias(m, mote_import_in(m, 0), mote_import_out(m, 0));
}

/* What already is of that type stays; indices of int64 are int32 here. */
int mote_onnx_cast(mote_import_t *m) {
  static const mote_dtype_t types[] = {
      [MOTE_ONNX_FLOAT] = MOTE_F32, [MOTE_ONNX_DOUBLE] = MOTE_F32,
      [MOTE_ONNX_FLOAT16] = MOTE_F32, [MOTE_ONNX_INT8] = MOTE_I8,
      [MOTE_ONNX_INT32] = MOTE_I32, [MOTE_ONNX_INT64] = MOTE_I32};
  int64_t to = mote_import_int(m, "to", 0);
  mote_layout_t layout;
  int32_t t = start(m, &layout);
  if (t < 0) return t;
  int known = to > 0 && to < (int64_t)(sizeof types / sizeof types[0]) && types[to];
  if (!known || m->g->tensors[t].dtype == MOTE_U8)
    return MOTE_IMPORT_UNSUPPORTED("from %s to %s",
                                   mote_dtype_name(m->g->tensors[t].dtype),
                                   mote_onnx_type_name((int32_t)to));
  if (m->g->tensors[t].dtype == types[to])
    return mote_import_alias(m, mote_import_in(m, 0), mote_import_out(m, 0));
  m->out_type = types[to];
  t = one(m, "cast", t, NULL);
  m->out_type = 0;
  return finish(m, t, layout);
}
