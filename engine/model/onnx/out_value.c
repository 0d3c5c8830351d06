/* SPDX-License-Identifier: Apache-2.0
 * Rows of the exporter: matrices, and what looks at one value or one axis. What .onnx has
 * no operator for is spelled as PyTorch's exporter does; the importer knows the spelling
 * (pattern.c). */
#include <string.h>

#include "model/onnx/export.h"
#include "model/ops/util.h"

static const char *step(mote_out_t *x, const char *op, const char *a, const char *b,
                        const char *what) {
  return mote_export_step(x->e, op, a, b, mote_out_between(x, what));
}

static const char *number(mote_out_t *x, float v) {
  return mote_export_real(x->e, x->e->names[x->n->out[0]], v);
}

/* ---- matrices ---- */

int mote_out_dense(mote_out_t *x) {
  const mote_dense_attr_t *a = x->n->attr;
  const mote_dims_t *w = &mote_out_in(x, 1)->dims;
  int32_t y = x->n->out[0], rows = mote_count(mote_out_in(x, 0)) / w->d[1];
  mote_dims_t in = MOTE_DIMS(rows, w->d[1]), out = MOTE_DIMS(rows, w->d[0]);
  const char *from = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN);
  const char *to = mote_export_out(x->e, y, MOTE_EXPORT_OWN);
  if (!mote_dims_equal(&in, &mote_out_in(x, 0)->dims))
    from = mote_export_reshape(x->e, from, mote_export_name(x->e, to, "rows"), &in);
  int same = mote_dims_equal(&out, &mote_out_of(x)->dims);
  mote_export_node_t o =
      mote_export_node(x->name, from, same ? to : mote_export_name(x->e, to, "matrix"));
  o.in[o.n_in++] = mote_export_weights(x->e, x->n->in[1], w, NULL, 0);
  if (x->n->n_in > 2 && x->n->in[2] >= 0)
    o.in[o.n_in++] =
        mote_export_weights(x->e, x->n->in[2], &MOTE_DIMS(w->d[0]), NULL, 0);
  mote_export_attr_int(&o, "transB", 1);
  const char *result = o.out;
  mote_export_emit_act(x->e, &o, a->activation);
  if (!same) mote_export_reshape(x->e, result, to, &mote_out_of(x)->dims);
  mote_export_done(x->e, y, MOTE_EXPORT_OWN);
  return MOTE_OK;
}

/* The last two axes the other way. */
static const char *turned(mote_out_t *x, const char *in, int32_t rank,
                          const char *what) {
  int64_t perm[MOTE_RANK_MAX];
  for (int32_t i = 0; i < rank; i++) perm[i] = i;
  perm[rank - 1] = rank - 2, perm[rank - 2] = rank - 1;
  mote_export_node_t o = mote_export_node("Transpose", in, mote_out_between(x, what));
  mote_export_attr_ints(&o, "perm", perm, rank);
  mote_export_emit(x->e, &o);
  return o.out;
}

int mote_out_batch_matmul(mote_out_t *x) {
  const mote_batch_matmul_attr_t *a = x->n->attr;
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  if (a->adj_x) o.in[0] = turned(x, o.in[0], mote_out_in(x, 0)->dims.rank, "a");
  if (a->adj_y) o.in[1] = turned(x, o.in[1], mote_out_in(x, 1)->dims.rank, "b");
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

/* ---- value by value ---- */

int mote_out_unary(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  mote_export_node_t o = mote_out_node(x, nchw);
  return mote_out_emit(x, &o, nchw);
}

int mote_out_clip(mote_out_t *x) {
  int nchw = mote_out_layout(x), six = !strcmp(x->n->op->name, "relu6");
  mote_export_node_t o = mote_out_node(x, nchw);
  o.in[o.n_in++] = number(x, six ? 0.0f : -1.0f);
  o.in[o.n_in++] = number(x, six ? 6.0f : 1.0f);
  return mote_out_emit(x, &o, nchw);
}

int mote_out_binary(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  mote_export_node_t o = mote_out_node(x, nchw);
  mote_export_emit_act(x->e, &o,
                       ((const mote_activation_attr_t *)x->n->attr)->activation);
  mote_export_done(x->e, x->n->out[0], nchw);
  return MOTE_OK;
}

int mote_out_alpha(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  mote_export_node_t o = mote_out_node(x, nchw);
  mote_export_attr_float(&o, "alpha", ((const mote_alpha_attr_t *)x->n->attr)->alpha);
  return mote_out_emit(x, &o, nchw);
}

/* (x - mean) * scale, or x * scale + offset. */
int mote_out_pair(mote_out_t *x) {
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  o.in[0] = step(x, x->name, o.in[0], o.in[1], "first");
  o.in[1] = o.in[2];
  o.op = *x->name == 'S' ? "Mul" : "Add", o.n_in = 2;
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

/* The node's last operator, of two values. */
static int last(mote_out_t *x, int nchw, const char *a, const char *b) {
  mote_export_node_t o =
      mote_export_node(x->name, a, mote_export_out(x->e, x->n->out[0], nchw));
  if (b) o.in[o.n_in++] = b;
  return mote_out_emit(x, &o, nchw);
}

int mote_out_square(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  const char *in = mote_export_in(x->e, x->n->in[0], nchw);
  return last(x, nchw, in, in);
}

int mote_out_squared_difference(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  mote_export_node_t o = mote_out_node(x, nchw);
  const char *difference = step(x, "Sub", o.in[0], o.in[1], "difference");
  return last(x, nchw, difference, difference);
}

int mote_out_rsqrt(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  const char *in = mote_export_in(x->e, x->n->in[0], nchw);
  return last(x, nchw, step(x, "Sqrt", in, NULL, "root"), NULL);
}

int mote_out_silu(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  const char *in = mote_export_in(x->e, x->n->in[0], nchw);
  const char *gate = step(x, x->name, in, NULL, "gate");
  x->name = "Mul";
  return last(x, nchw, in, gate);
}

/* tanh(sqrt(2 / pi) * (x + 0.044715 x^3)) */
static const char *gelu_tanh(mote_out_t *x, const char *in) {
  const char *t = step(x, "Pow", in, number(x, 3.0f), "cube");
  t = step(x, "Mul", t, number(x, 0.044715f), "part");
  t = step(x, "Add", in, t, "sum");
  return step(x, "Tanh", step(x, "Mul", t, number(x, 0.79788456f), "angle"), NULL,
              "tanh");
}

int mote_out_gelu(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  const char *in = mote_export_in(x->e, x->n->in[0], nchw), *t;
  if (((const mote_gelu_attr_t *)x->n->attr)->approximate) t = gelu_tanh(x, in);
  else
    t = step(x, "Erf", step(x, "Div", in, number(x, 1.41421356f), "angle"), NULL, "erf");
  t = step(x, "Mul", in, step(x, "Add", t, number(x, 1.0f), "gate"), "twice");
  return last(x, nchw, t, number(x, 0.5f));
}

/* ---- types ---- */

int mote_out_quantize(mote_out_t *x) {
  int nchw = mote_out_layout(x);
  mote_export_quantise(x->e, x->n->out[0], nchw,
                       mote_export_in(x->e, x->n->in[0], nchw));
  return MOTE_OK;
}

/* Writes the tensor itself, whatever its scale. */
static int cast_to(mote_out_t *x, const char *from) {
  int32_t y = x->n->out[0];
  mote_export_node_t o = mote_export_node("Cast", from, x->e->names[y]);
  mote_export_attr_int(&o, "to", mote_export_type[mote_out_of(x)->dtype]);
  mote_export_emit(x->e, &o);
  mote_export_written(x->e, y);
  return MOTE_OK;
}

int mote_out_cast(mote_out_t *x) {
  return cast_to(x, mote_export_raw(x->e, x->n->in[0]));
}

/* ---- along axes ---- */

int mote_out_log_softmax(mote_out_t *x) {
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  mote_export_attr_int(&o, "axis", -1);
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

int mote_out_softmax(mote_out_t *x) {
  float beta = ((const mote_softmax_attr_t *)x->n->attr)->beta;
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  if (beta != 1.0f) o.in[0] = step(x, "Mul", o.in[0], number(x, beta), "scaled");
  mote_export_attr_int(&o, "axis", -1);
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

/* The result is int64 there. */
int mote_out_arg(mote_out_t *x) {
  const mote_arg_attr_t *a = x->n->attr;
  mote_export_node_t o =
      mote_export_node(x->name, mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN),
                       mote_out_between(x, "wide"));
  mote_export_attr_int(&o, "axis", a->axis);
  mote_export_attr_int(&o, "keepdims", a->keep_dims);
  mote_export_emit(x->e, &o);
  return cast_to(x, o.out);
}

int mote_out_reduce(mote_out_t *x) {
  const mote_reduce_attr_t *a = x->n->attr;
  int32_t rank = mote_out_in(x, 0)->dims.rank, many = 0, in = x->n->in[0];
  int64_t axes[MOTE_RANK_MAX];
  int image = rank == 4 && a->axes == (MOTE_AXIS(1) | MOTE_AXIS(2));
  int from = image ? mote_export_is_nchw(x->e, in) : MOTE_EXPORT_OWN;
  int to = from && a->keep_dims;
  for (int32_t i = 0; i < rank; i++)
    if (a->axes >> i & 1) axes[many++] = mote_out_axis(i, from);
  mote_export_node_t o = mote_export_node(x->name, mote_export_in(x->e, in, from),
                                          mote_export_out(x->e, x->n->out[0], to));
  if (strcmp(x->name, "ReduceSum")) mote_export_attr_ints(&o, "axes", axes, many);
  else o.in[o.n_in++] = mote_export_ints(x->e, o.out, axes, many);
  mote_export_attr_int(&o, "keepdims", a->keep_dims);
  return mote_out_emit(x, &o, to);
}

int mote_out_l2_norm(mote_out_t *x) {
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  mote_export_attr_int(&o, "axis", -1);
  mote_export_attr_int(&o, "p", 2);
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

/* Scale and offset as inputs 1 and 2, of dimensions d; those left out are 1 and 0. */
static int add_tables(mote_out_t *x, mote_export_node_t *o, const mote_dims_t *d) {
  size_t n = (size_t)mote_dims_count(d);
  for (int32_t i = 1; i < 3; i++) {
    int32_t t = i < x->n->n_in ? x->n->in[i] : -1;
    float *v = t < 0 ? mote_arena_take(x->e->a, n, sizeof *v) : x->e->g->tensors[t].data;
    if (!v) return MOTE_ERR_NOMEM;
    for (size_t k = 0; t < 0 && k < n; k++) v[k] = i == 1 ? 1.0f : 0.0f;
    o->in[o->n_in++] = mote_export_const(x->e, o->out, MOTE_F32, d, v);
  }
  mote_export_attr_float(o, "epsilon", ((const mote_norm_attr_t *)x->n->attr)->epsilon);
  return MOTE_OK;
}

int mote_out_layer_norm(mote_out_t *x) {
  int32_t axes = ((const mote_norm_attr_t *)x->n->attr)->axes;
  const mote_dims_t *in = &mote_out_in(x, 0)->dims;
  mote_dims_t d = {.rank = axes};
  for (int32_t i = 0; i < axes; i++) d.d[i] = in->d[in->rank - axes + i];
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  o.n_in = 1;
  MOTE_TRY(add_tables(x, &o, &d));
  mote_export_attr_int(&o, "axis", -axes);
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

int mote_out_instance_norm(mote_out_t *x) {
  const mote_dims_t *in = &mote_out_in(x, 0)->dims;
  if (in->rank != 4)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "an input of rank %d; .onnx has channels "
                     "second, and only images are brought there", (int)in->rank);
  mote_export_node_t o =
      mote_export_node(x->name, mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_NCHW),
                       mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_NCHW));
  MOTE_TRY(add_tables(x, &o, &MOTE_DIMS(in->d[3])));
  return mote_out_emit(x, &o, MOTE_EXPORT_NCHW);
}
