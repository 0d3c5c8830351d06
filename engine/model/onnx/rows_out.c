/* SPDX-License-Identifier: Apache-2.0
 * The inverse of the importer: one row per operator of ours. */
#include "model/to_onnx.h"

#include <stdlib.h>
#include <string.h>

#include "model/onnx/export.h"
#include "model/ops/util.h"

#define OPSET 17

typedef struct {
  mote_export_t *e;
  const mote_node_t *n;
  const char *name; /* the operator of the file, from the row */
} node_t;

static const mote_tensor_t *in_of(const node_t *x, int32_t i) {
  return mote_node_in(x->e->g, x->n, i);
}

static const mote_tensor_t *out_of(const node_t *x) {
  return mote_node_out(x->e->g, x->n);
}

/* ---- convolutions and pools ---- */

/* Places of [O][I][h][w] in [O][h][w][I]; of [O][1][h][w] in [1][h][w][O] when the
 * weights are depthwise. */
static int32_t *filter_order(mote_export_t *e, const mote_dims_t *w, int depthwise) {
  int32_t *order = mote_arena_take(e->a, (size_t)mote_dims_count(w), sizeof *order);
  int32_t out = depthwise ? w->d[3] : w->d[0], in = depthwise ? 1 : w->d[3], k = 0;
  int32_t taps = w->d[1] * w->d[2];
  for (int32_t o = 0; order && o < out; o++)
    for (int32_t i = 0; i < in; i++)
      for (int32_t t = 0; t < taps; t++)
        order[k++] = depthwise ? t * out + o : (o * taps + t) * in + i;
  return order;
}

static void window_attrs(mote_export_node_t *o, const mote_window_attr_t *a,
                         const mote_window_t *w) {
  int64_t bottom = (int64_t)(w->out_h - 1) * w->stride_h +
                   (int64_t)(w->k_h - 1) * w->dilation_h + 1 - w->in_h - w->pad_top;
  int64_t right = (int64_t)(w->out_w - 1) * w->stride_w +
                  (int64_t)(w->k_w - 1) * w->dilation_w + 1 - w->in_w - w->pad_left;
  int64_t pads[4] = {w->pad_top, w->pad_left, bottom < 0 ? 0 : bottom,
                     right < 0 ? 0 : right};
  if (a->padding == MOTE_PAD_EXPLICIT) pads[2] = a->pad_bottom, pads[3] = a->pad_right;
  mote_export_attr_ints(o, "kernel_shape", (int64_t[]){w->k_h, w->k_w}, 2);
  mote_export_attr_ints(o, "strides", (int64_t[]){w->stride_h, w->stride_w}, 2);
  mote_export_attr_ints(o, "pads", pads, 4);
}

static int conv(node_t *x) {
  const mote_window_attr_t *a = x->n->attr;
  const mote_dims_t *k = &in_of(x, 1)->dims;
  int depthwise = x->n->op->weights_axis == 3;
  mote_window_t w;
  MOTE_TRY(mote_window_make(a, &in_of(x, 0)->dims, k->d[1], k->d[2], &w));
  int32_t *order = filter_order(x->e, k, depthwise);
  if (!order) return MOTE_ERR_NOMEM;
  mote_dims_t d = depthwise ? MOTE_DIMS(k->d[3], 1, k->d[1], k->d[2])
                            : MOTE_DIMS(k->d[0], k->d[3], k->d[1], k->d[2]);
  mote_export_node_t o =
      mote_export_node(x->name, mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_NCHW),
                       mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_NCHW));
  o.in[o.n_in++] = mote_export_weights(x->e, x->n->in[1], &d, order, 0);
  if (x->n->n_in > 2 && x->n->in[2] >= 0)
    o.in[o.n_in++] =
        mote_export_weights(x->e, x->n->in[2], &in_of(x, 2)->dims, NULL, 0);
  window_attrs(&o, a, &w);
  mote_export_attr_ints(&o, "dilations", (int64_t[]){a->dilation_h, a->dilation_w}, 2);
  if (depthwise) mote_export_attr_int(&o, "group", w.in_c);
  mote_export_emit_act(x->e, &o, a->activation);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_NCHW);
  return MOTE_OK;
}

static int pool(node_t *x) {
  const mote_window_attr_t *a = x->n->attr;
  mote_window_t w;
  MOTE_TRY(
      mote_window_make(a, &in_of(x, 0)->dims, a->kernel_h, a->kernel_w, &w));
  mote_export_node_t o =
      mote_export_node(x->name, mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_NCHW),
                       mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_NCHW));
  window_attrs(&o, a, &w);
  mote_export_emit_act(x->e, &o, a->activation);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_NCHW);
  return MOTE_OK;
}

/* ---- matrices ---- */

static const char *reshaped(mote_export_t *e, const char *name, const char *to,
                            const mote_dims_t *d) {
  int64_t shape[MOTE_RANK_MAX];
  for (int32_t i = 0; i < d->rank; i++) shape[i] = d->d[i];
  mote_export_node_t n = mote_export_node("Reshape", name, to);
  n.in[n.n_in++] = mote_export_ints(e, to, shape, d->rank);
  mote_export_emit(e, &n);
  return to;
}

static int dense(node_t *x) {
  const mote_dense_attr_t *a = x->n->attr;
  const mote_dims_t *w = &in_of(x, 1)->dims;
  int32_t y = x->n->out[0], rows = mote_count(in_of(x, 0)) / w->d[1];
  mote_dims_t in = MOTE_DIMS(rows, w->d[1]), out = MOTE_DIMS(rows, w->d[0]);
  const char *from = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN);
  const char *to = mote_export_out(x->e, y, MOTE_EXPORT_OWN);
  if (!mote_dims_equal(&in, &in_of(x, 0)->dims))
    from = reshaped(x->e, from, mote_export_name(x->e, to, "rows"), &in);
  int same = mote_dims_equal(&out, &out_of(x)->dims);
  mote_export_node_t o =
      mote_export_node("Gemm", from, same ? to : mote_export_name(x->e, to, "matrix"));
  o.in[o.n_in++] = mote_export_weights(x->e, x->n->in[1], w, NULL, 0);
  if (x->n->n_in > 2 && x->n->in[2] >= 0)
    o.in[o.n_in++] =
        mote_export_weights(x->e, x->n->in[2], &MOTE_DIMS(w->d[0]), NULL, 0);
  mote_export_attr_int(&o, "transB", 1);
  const char *result = o.out;
  mote_export_emit_act(x->e, &o, a->activation);
  if (!same) reshaped(x->e, result, to, &out_of(x)->dims);
  mote_export_done(x->e, y, MOTE_EXPORT_OWN);
  return MOTE_OK;
}

/* ---- value by value ---- */

/* Channels second is as good as last, when every image is there like that. */
static int common_layout(const node_t *x) {
  int nchw = 0;
  for (int32_t i = 0; i < x->n->n_in; i++) {
    const mote_tensor_t *t = x->n->in[i] < 0 ? NULL : in_of(x, i);
    if (!t || t->role == MOTE_ROLE_CONST || t->dims.rank != 4) return MOTE_EXPORT_OWN;
    nchw |= mote_export_is_nchw(x->e, x->n->in[i]);
  }
  return nchw ? MOTE_EXPORT_NCHW : MOTE_EXPORT_OWN;
}

static mote_export_node_t like_inputs(node_t *x, int nchw) {
  mote_export_node_t o = {.op = x->name, .n_in = x->n->n_in};
  for (int32_t i = 0; i < x->n->n_in; i++)
    o.in[i] = mote_export_in(x->e, x->n->in[i], nchw);
  o.out = mote_export_out(x->e, x->n->out[0], nchw);
  return o;
}

static int unary(node_t *x) {
  int nchw = common_layout(x);
  mote_export_node_t o = like_inputs(x, nchw);
  mote_export_emit(x->e, &o);
  mote_export_done(x->e, x->n->out[0], nchw);
  return MOTE_OK;
}

static int relu6(node_t *x) {
  int nchw = common_layout(x);
  mote_export_node_t o = like_inputs(x, nchw);
  o.in[o.n_in++] = mote_export_real(x->e, o.out, 0.0f);
  o.in[o.n_in++] = mote_export_real(x->e, o.out, 6.0f);
  mote_export_emit(x->e, &o);
  mote_export_done(x->e, x->n->out[0], nchw);
  return MOTE_OK;
}

static int binary(node_t *x) {
  int nchw = common_layout(x);
  mote_export_node_t o = like_inputs(x, nchw);
  mote_export_emit_act(x->e, &o,
                       ((const mote_activation_attr_t *)x->n->attr)->activation);
  mote_export_done(x->e, x->n->out[0], nchw);
  return MOTE_OK;
}

static int alpha(node_t *x) {
  int nchw = common_layout(x);
  mote_export_node_t o = like_inputs(x, nchw);
  mote_export_attr_float(&o, "alpha", ((const mote_alpha_attr_t *)x->n->attr)->alpha);
  mote_export_emit(x->e, &o);
  mote_export_done(x->e, x->n->out[0], nchw);
  return MOTE_OK;
}

/* (x - mean) * scale */
static int normalise(node_t *x) {
  mote_export_node_t o = like_inputs(x, MOTE_EXPORT_OWN), scale = o;
  scale.in[0] = mote_export_name(x->e, o.out, "centred");
  scale.in[1] = o.in[2];
  scale.op = "Mul", scale.n_in = o.n_in = 2;
  o.out = scale.in[0];
  mote_export_emit(x->e, &o);
  mote_export_emit(x->e, &scale);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  return MOTE_OK;
}

static int quantize(node_t *x) {
  int nchw = common_layout(x);
  mote_export_quantise(x->e, x->n->out[0], nchw,
                       mote_export_in(x->e, x->n->in[0], nchw));
  return MOTE_OK;
}

static int softmax(node_t *x) {
  float beta = ((const mote_softmax_attr_t *)x->n->attr)->beta;
  mote_export_node_t o = like_inputs(x, MOTE_EXPORT_OWN);
  if (beta != 1.0f) {
    mote_export_node_t scale =
        mote_export_node("Mul", o.in[0], mote_export_name(x->e, o.out, "scaled"));
    scale.in[scale.n_in++] = mote_export_real(x->e, o.out, beta);
    mote_export_emit(x->e, &scale);
    o.in[0] = scale.out;
  }
  mote_export_attr_int(&o, "axis", -1);
  mote_export_emit(x->e, &o);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  return MOTE_OK;
}

/* ---- along axes ---- */

static int64_t axis_in(int32_t axis, int nchw) {
  return !nchw || axis == 0 ? axis : axis == 3 ? 1 : axis + 1;
}

static int transpose(node_t *x) {
  const mote_ints_t *perm = &((const mote_transpose_attr_t *)x->n->attr)->perm;
  int32_t rank = in_of(x, 0)->dims.rank;
  int64_t v[MOTE_RANK_MAX];
  mote_export_node_t o = like_inputs(x, MOTE_EXPORT_OWN);
  for (int32_t i = 0; i < rank; i++) v[i] = perm->n ? perm->v[i] : rank - 1 - i;
  mote_export_attr_ints(&o, "perm", v, rank);
  mote_export_emit(x->e, &o);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  return MOTE_OK;
}

static int concat(node_t *x) {
  int32_t axis = ((const mote_concat_attr_t *)x->n->attr)->axis;
  int nchw = common_layout(x);
  MOTE_TRY(axis = mote_resolve_axis(axis, out_of(x)->dims.rank));
  mote_export_node_t o = like_inputs(x, nchw);
  mote_export_attr_int(&o, "axis", axis_in(axis, nchw));
  mote_export_emit(x->e, &o);
  mote_export_done(x->e, x->n->out[0], nchw);
  return MOTE_OK;
}

static int mean(node_t *x) {
  const mote_reduce_attr_t *a = x->n->attr;
  int32_t rank = in_of(x, 0)->dims.rank, many = 0;
  int64_t axes[MOTE_RANK_MAX];
  int image = rank == 4 && a->axes == (MOTE_AXIS(1) | MOTE_AXIS(2));
  int from = image ? mote_export_is_nchw(x->e, x->n->in[0]) : MOTE_EXPORT_OWN;
  int to = from && a->keep_dims;
  for (int32_t i = 0; i < rank; i++)
    if (a->axes >> i & 1) axes[many++] = axis_in(i, from);
  mote_export_node_t o = mote_export_node(x->name,
                                          mote_export_in(x->e, x->n->in[0], from),
                                          mote_export_out(x->e, x->n->out[0], to));
  mote_export_attr_ints(&o, "axes", axes, many);
  mote_export_attr_int(&o, "keepdims", a->keep_dims);
  mote_export_emit(x->e, &o);
  mote_export_done(x->e, x->n->out[0], to);
  return MOTE_OK;
}

/* The last three axes; [before .., after ..]. */
static int pad(node_t *x) {
  const mote_pad_attr_t *a = x->n->attr;
  if (a->mode != MOTE_PAD_CONSTANT || a->before || a->after)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "mirrored padding, or padding of the batch");
  const int32_t sides[3][2] = {{a->top, a->bottom}, {a->left, a->right},
                               {a->front, a->back}};
  int32_t rank = in_of(x, 0)->dims.rank;
  int64_t pads[2 * MOTE_RANK_MAX] = {0};
  for (int32_t i = 0; i < 3; i++)
    for (int32_t k = 0; k < 2 && rank - 3 + i >= 0; k++)
      pads[k * rank + rank - 3 + i] = sides[i][k];
  mote_export_node_t o = like_inputs(x, MOTE_EXPORT_OWN);
  o.in[o.n_in++] = mote_export_ints(x->e, o.out, pads, 2 * rank);
  o.in[o.n_in++] = mote_export_real(x->e, o.out, a->value);
  mote_export_emit(x->e, &o);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  return MOTE_OK;
}

static int reshape(node_t *x) {
  const char *from = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN);
  const char *to = mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  reshaped(x->e, from, to, &out_of(x)->dims);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  return MOTE_OK;
}

static const struct {
  const char *op, *name;
  int (*make)(node_t *x);
} rows[] = {{"conv2d", "Conv", conv},
            {"depthwise_conv2d", "Conv", conv},
            {"dense", "Gemm", dense},
            {"max_pool2d", "MaxPool", pool},
            {"average_pool2d", "AveragePool", pool},
            {"mean", "ReduceMean", mean},
            {"add", "Add", binary},
            {"mul", "Mul", binary},
            {"concat", "Concat", concat},
            {"pad", "Pad", pad},
            {"reshape", "Reshape", reshape},
            {"relu", "Relu", unary},
            {"relu6", "Clip", relu6},
            {"logistic", "Sigmoid", unary},
            {"tanh", "Tanh", unary},
            {"sub", "Sub", binary},
            {"div", "Div", binary},
            {"maximum", "Max", unary},
            {"minimum", "Min", unary},
            {"exp", "Exp", unary},
            {"log", "Log", unary},
            {"sqrt", "Sqrt", unary},
            {"abs", "Abs", unary},
            {"neg", "Neg", unary},
            {"sin", "Sin", unary},
            {"cos", "Cos", unary},
            {"floor", "Floor", unary},
            {"ceil", "Ceil", unary},
            {"round", "Round", unary},
            {"hard_swish", "HardSwish", unary},
            {"leaky_relu", "LeakyRelu", alpha},
            {"elu", "Elu", alpha},
            {"reduce_max", "ReduceMax", mean},
            {"reduce_min", "ReduceMin", mean},
            {"transpose", "Transpose", transpose},
            {"softmax", "Softmax", softmax},
            {"normalise", "Sub", normalise},
            {"quantize", "QuantizeLinear", quantize},
            {"dequantize", "Identity", unary}};

static int export_node(mote_export_t *e, const mote_node_t *n) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    node_t x = {e, n, rows[i].name};
    if (!strcmp(rows[i].op, n->op->name)) return rows[i].make(&x);
  }
  return mote_fail(MOTE_ERR_UNSUPPORTED, ".onnx has no operator for it");
}

/* ---- the file ---- */

/* ValueInfoProto of a tensor as an input (11) or output (12) of the graph. */
static void add_info(mote_export_t *e, uint32_t field, int32_t tensor) {
  const mote_tensor_t *t = &e->g->tensors[tensor];
  mote_pb_writer_t info = {0}, type = {0}, typed = {0}, shape = {0}, dim = {0};
  for (int32_t i = 0; i < t->dims.rank; i++) {
    mote_pb_int(&dim, 1, t->dims.d[i]);
    mote_pb_message(&shape, 1, &dim);
  }
  mote_pb_int(&typed, 1, mote_export_type[t->dtype]);
  mote_pb_message(&typed, 2, &shape);
  mote_pb_message(&type, 1, &typed);
  mote_pb_text(&info, 1, e->names[tensor]);
  mote_pb_message(&info, 2, &type);
  mote_pb_message(&e->graph, field, &info);
}

static int by_name(const void *a, const void *b) {
  const mote_tensor_t *x = *(const mote_tensor_t *const *)a,
                      *y = *(const mote_tensor_t *const *)b;
  int order = strcmp(x->name, y->name);
  return order ? order : (x > y) - (x < y);
}

/* Tensors of one name get their number behind it, all but the first. */
static int name_tensors(mote_export_t *e) {
  size_t n = (size_t)e->g->n_tensors;
  const mote_tensor_t **sorted = mote_arena_take(e->a, n, sizeof *sorted);
  e->names = mote_arena_take(e->a, n, sizeof *e->names);
  e->made = mote_arena_take(e->a, n, 1);
  if (!sorted || !e->names || !e->made) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) sorted[i] = &e->g->tensors[i];
  qsort(sorted, n, sizeof *sorted, by_name);
  for (size_t i = 0; i < n; i++) {
    size_t at = (size_t)(sorted[i] - e->g->tensors);
    int again = i && !strcmp(sorted[i]->name, sorted[i - 1]->name);
    e->names[at] = again || !*sorted[i]->name
                       ? mote_arena_printf(e->a, "%s#%zu", sorted[i]->name, at)
                       : sorted[i]->name;
    if (!e->names[at]) return MOTE_ERR_NOMEM;
  }
  return MOTE_OK;
}

static int export_graph(mote_export_t *e) {
  const mote_graph_t *g = e->g;
  MOTE_TRY(name_tensors(e));
  for (int32_t i = 0; i < g->n_inputs; i++) {
    add_info(e, 11, g->inputs[i]);
    e->made[g->inputs[i]] = 1;
  }
  for (int32_t i = 0; i < g->n_nodes; i++) {
    int rc = export_node(e, &g->nodes[i]);
    if (rc < 0)
      return mote_context(rc, "node \"%s\" (%s)", g->nodes[i].name,
                          g->nodes[i].op->name);
  }
  for (int32_t i = 0; i < g->n_outputs; i++) {
    mote_export_need(e, g->outputs[i], MOTE_EXPORT_OWN);
    add_info(e, 12, g->outputs[i]);
  }
  mote_pb_text(&e->graph, 2, "mote");
  return e->rc < 0 ? e->rc : e->graph.rc;
}

/* ModelProto: 1 ir_version, 2 producer_name, 7 graph, 8 opset_import. */
static int write_model(mote_export_t *e, mote_buf_t *out) {
  mote_pb_writer_t model = {0}, opset = {0};
  mote_pb_text(&opset, 1, "");
  mote_pb_int(&opset, 2, OPSET);
  mote_pb_int(&model, 1, 8);
  mote_pb_text(&model, 2, "mote");
  mote_pb_message(&model, 7, &e->graph);
  mote_pb_message(&model, 8, &opset);
  int rc = model.rc < 0 ? model.rc : mote_buf_add(out, model.buf.p, model.buf.n);
  mote_buf_free(&model.buf);
  return rc;
}

int mote_graph_to_onnx(const mote_graph_t *g, mote_buf_t *out) {
  MOTE_TRY(mote_graph_check(g));
  mote_export_t e = {.g = g, .a = mote_arena_new()};
  int rc = e.a ? export_graph(&e) : MOTE_ERR_NOMEM;
  if (rc >= 0) rc = write_model(&e, out);
  mote_buf_free(&e.graph.buf);
  mote_arena_free(e.a);
  return rc;
}
