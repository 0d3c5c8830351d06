/* SPDX-License-Identifier: Apache-2.0
 * Field numbers are those of onnx.proto. */
#include "model/onnx/export.h"

#include <string.h>

const int32_t mote_export_type[] = {
    [MOTE_F32] = MOTE_ONNX_FLOAT, [MOTE_I8] = MOTE_ONNX_INT8,
    [MOTE_I16] = MOTE_ONNX_INT16, [MOTE_I32] = MOTE_ONNX_INT32,
    [MOTE_U8] = MOTE_ONNX_UINT8,  [MOTE_I64] = MOTE_ONNX_INT64,
    [MOTE_BOOL] = MOTE_ONNX_BOOL, [MOTE_F16] = MOTE_ONNX_FLOAT16};

static const mote_tensor_t *tensor_of(const mote_export_t *e, int32_t i) {
  return &e->g->tensors[i];
}

/* A name that failed is never NULL: the error is in e->rc. */
static const char *kept(mote_export_t *e, const char *name) {
  if (!name && e->rc >= 0) e->rc = MOTE_ERR_NOMEM;
  return name ? name : "";
}

const char *mote_export_name(mote_export_t *e, const char *base, const char *what) {
  return kept(e, mote_arena_printf(e->a, "%s/%s", base, what));
}

/* ---- nodes ---- */

mote_export_node_t mote_export_node(const char *op, const char *in, const char *out) {
  return (mote_export_node_t){.op = op, .in = {in}, .n_in = 1, .out = out};
}

/* AttributeProto: 1 name, 20 type, and one field of a value. */
static void attr_end(mote_export_node_t *n, mote_pb_writer_t *a, const char *name,
                     int64_t type) {
  mote_pb_text(a, 1, name);
  mote_pb_int(a, 20, type);
  mote_pb_message(&n->attrs, 5, a);
}

void mote_export_attr_int(mote_export_node_t *n, const char *name, int64_t v) {
  mote_pb_writer_t a = {0};
  mote_pb_int(&a, 3, v);
  attr_end(n, &a, name, 2);
}

void mote_export_attr_ints(mote_export_node_t *n, const char *name, const int64_t *v,
                           int32_t count) {
  mote_pb_writer_t a = {0};
  for (int32_t i = 0; i < count; i++) mote_pb_int(&a, 8, v[i]);
  attr_end(n, &a, name, 7);
}

void mote_export_attr_float(mote_export_node_t *n, const char *name, float v) {
  mote_pb_writer_t a = {0};
  mote_pb_float(&a, 2, v);
  attr_end(n, &a, name, 1);
}

void mote_export_attr_text(mote_export_node_t *n, const char *name, const char *v) {
  mote_pb_writer_t a = {0};
  mote_pb_text(&a, 4, v);
  attr_end(n, &a, name, 3);
}

void mote_export_emit(mote_export_t *e, mote_export_node_t *n) {
  mote_pb_writer_t p = {0};
  const char *name = kept(e, mote_arena_printf(e->a, "%s_%d", n->op, (int)e->n_nodes++));
  for (int32_t i = 0; i < n->n_in; i++) mote_pb_text(&p, 1, n->in[i]);
  mote_pb_text(&p, 2, n->out);
  for (int32_t i = 0; i < n->n_more; i++) mote_pb_text(&p, 2, n->more[i]);
  mote_pb_text(&p, 3, name);
  mote_pb_text(&p, 4, n->op);
  if (p.rc >= 0) p.rc = n->attrs.rc;
  if (p.rc >= 0) p.rc = mote_buf_add(&p.buf, n->attrs.buf.p, n->attrs.buf.n);
  mote_buf_free(&n->attrs.buf);
  mote_pb_message(&e->graph, 1, &p);
}

const char *mote_export_step(mote_export_t *e, const char *op, const char *a,
                             const char *b, const char *to) {
  mote_export_node_t n = mote_export_node(op, a, to);
  if (b) n.in[n.n_in++] = b;
  mote_export_emit(e, &n);
  return to;
}

const char *mote_export_reshape(mote_export_t *e, const char *name, const char *to,
                                const mote_dims_t *d) {
  int64_t shape[MOTE_RANK_MAX];
  for (int32_t i = 0; i < d->rank; i++) shape[i] = d->d[i];
  return mote_export_step(e, "Reshape", name, mote_export_ints(e, to, shape, d->rank),
                          to);
}

void mote_export_emit_act(mote_export_t *e, mote_export_node_t *n, int32_t activation) {
  const char *out = n->out;
  if (activation == MOTE_ACT_NONE) {
    mote_export_emit(e, n);
    return;
  }
  n->out = mote_export_name(e, out, "linear");
  mote_export_emit(e, n);
  mote_export_node_t act = mote_export_node("Relu", n->out, out);
  if (activation != MOTE_ACT_RELU) {
    int six = activation == MOTE_ACT_RELU6;
    act.op = "Clip", act.n_in = 3;
    act.in[1] = mote_export_real(e, out, six ? 0.0f : -1.0f);
    act.in[2] = mote_export_real(e, out, six ? 6.0f : 1.0f);
  }
  mote_export_emit(e, &act);
}

/* ---- constants ---- */

/* TensorProto: 1 dims, 2 data_type, 8 name, 9 raw_data. */
static void add_init(mote_export_t *e, const char *name, mote_dtype_t type,
                     const mote_dims_t *dims, const void *data) {
  mote_pb_writer_t t = {0};
  for (int32_t i = 0; i < dims->rank; i++) mote_pb_int(&t, 1, dims->d[i]);
  mote_pb_int(&t, 2, mote_export_type[type]);
  mote_pb_text(&t, 8, name);
  mote_pb_bytes(&t, 9, data, (size_t)mote_dims_count(dims) * mote_dtype_bytes(type));
  mote_pb_message(&e->graph, 5, &t);
}

const char *mote_export_const(mote_export_t *e, const char *base, mote_dtype_t type,
                              const mote_dims_t *dims, const void *data) {
  const char *name =
      kept(e, mote_arena_printf(e->a, "%s/c%d", base, (int)e->n_consts++));
  add_init(e, name, type, dims, data);
  return name;
}

const char *mote_export_ints(mote_export_t *e, const char *base, const int64_t *v,
                             int32_t n) {
  return mote_export_const(e, base, MOTE_I64, &MOTE_DIMS(n), v);
}

const char *mote_export_real(mote_export_t *e, const char *base, float v) {
  return mote_export_const(e, base, MOTE_F32, &(mote_dims_t){0}, &v);
}

/* The scale and zero point of q as inputs 1 and 2 of a node. */
static void add_scale(mote_export_t *e, mote_export_node_t *n, const char *base,
                      const mote_quant_t *q, mote_dtype_t type) {
  int covered = type == MOTE_I8 || type == MOTE_U8 ||
                (type == MOTE_I32 && *n->op == 'D'); /* of a bias */
  if (!covered && e->rc >= 0)
    e->rc = mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" is %s with a scale; operator set 17, "
                      "which mote writes, has int8 and uint8", base,
                      mote_dtype_name(type));
  if (!covered) return;
  mote_dims_t d = q->n > 1 ? MOTE_DIMS(q->n) : (mote_dims_t){0};
  uint8_t *zero = mote_arena_take(e->a, (size_t)q->n, 1);
  n->in[1] = mote_export_const(e, base, MOTE_F32, &d, q->scale);
  n->n_in = 2;
  if (type == MOTE_I32) return; /* its zero point is 0 */
  for (int32_t i = 0; zero && i < q->n; i++) zero[i] = (uint8_t)q->zero[i];
  if (!zero && e->rc >= 0) e->rc = MOTE_ERR_NOMEM;
  if (zero) n->in[2] = mote_export_const(e, base, type, &d, zero), n->n_in = 3;
}

static void *reordered(mote_export_t *e, const mote_tensor_t *t, const int32_t *order) {
  size_t size = mote_dtype_bytes(t->dtype), n = mote_tensor_bytes(t) / size;
  uint8_t *out = order ? mote_arena_take(e->a, n, size) : t->data;
  if (!out && e->rc >= 0) e->rc = MOTE_ERR_NOMEM;
  for (size_t i = 0; order && out && i < n; i++)
    memcpy(out + i * size, (const uint8_t *)t->data + (size_t)order[i] * size, size);
  return out;
}

const char *mote_export_weights(mote_export_t *e, int32_t tensor, const mote_dims_t *dims,
                                const int32_t *order, int32_t axis) {
  const mote_tensor_t *t = tensor_of(e, tensor);
  void *data = reordered(e, t, order);
  if (!data) return "";
  const char *name = mote_export_const(e, e->names[tensor], t->dtype, dims, data);
  if (!t->quant.n) return name;
  mote_export_node_t n =
      mote_export_node("DequantizeLinear", name, mote_export_name(e, name, "real"));
  add_scale(e, &n, name, &t->quant, t->dtype);
  if (t->quant.n > 1) mote_export_attr_int(&n, "axis", axis);
  mote_export_emit(e, &n);
  return n.out;
}

/* ---- forms of a tensor ---- */

enum { HAS = 1, HAS_REAL = 4 }; /* shifted by 1 for NCHW */

static int has(const mote_export_t *e, int32_t tensor, int bit, int nchw) {
  return e->made[tensor] >> nchw & bit;
}

static const char *form(mote_export_t *e, int32_t tensor, int nchw) {
  const char *name = e->names[tensor];
  return nchw ? mote_export_name(e, name, "nchw") : name;
}

int mote_export_is_nchw(const mote_export_t *e, int32_t tensor) {
  return has(e, tensor, HAS, MOTE_EXPORT_NCHW) && !has(e, tensor, HAS, MOTE_EXPORT_OWN);
}

/* Makes one layout from the other, on the tensor's own type. */
void mote_export_need(mote_export_t *e, int32_t tensor, int nchw) {
  static const int64_t to_nchw[] = {0, 3, 1, 2}, to_own[] = {0, 2, 3, 1};
  if (has(e, tensor, HAS, nchw)) return;
  mote_export_node_t n = mote_export_node("Transpose", form(e, tensor, !nchw),
                                          form(e, tensor, nchw));
  mote_export_attr_ints(&n, "perm", nchw ? to_nchw : to_own, 4);
  mote_export_emit(e, &n);
  e->made[tensor] |= (uint8_t)(HAS << nchw);
}

const char *mote_export_raw(mote_export_t *e, int32_t tensor) {
  const mote_tensor_t *t = tensor_of(e, tensor);
  if (t->role == MOTE_ROLE_CONST)
    return mote_export_const(e, e->names[tensor], t->dtype, &t->dims, t->data);
  mote_export_need(e, tensor, MOTE_EXPORT_OWN);
  return e->names[tensor];
}

static int constant_image(const mote_tensor_t *t) {
  return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" is a constant; fold it first", t->name);
}

const char *mote_export_in(mote_export_t *e, int32_t tensor, int nchw) {
  const mote_tensor_t *t = tensor_of(e, tensor);
  const char *name = form(e, tensor, nchw);
  if (t->role == MOTE_ROLE_CONST && nchw) e->rc = e->rc < 0 ? e->rc : constant_image(t);
  if (t->role == MOTE_ROLE_CONST)
    return mote_export_weights(e, tensor, &t->dims, NULL, t->quant.axis);
  mote_export_need(e, tensor, nchw);
  if (!t->quant.n) return name;
  const char *real = mote_export_name(e, name, "real");
  if (has(e, tensor, HAS_REAL, nchw)) return real;
  mote_export_node_t n = mote_export_node("DequantizeLinear", name, real);
  add_scale(e, &n, name, &t->quant, t->dtype);
  mote_export_emit(e, &n);
  e->made[tensor] |= (uint8_t)(HAS_REAL << nchw);
  return real;
}

const char *mote_export_out(mote_export_t *e, int32_t tensor, int nchw) {
  const char *name = form(e, tensor, nchw);
  return tensor_of(e, tensor)->quant.n ? mote_export_name(e, name, "exact") : name;
}

void mote_export_written(mote_export_t *e, int32_t tensor) { e->made[tensor] |= HAS; }

void mote_export_quantise(mote_export_t *e, int32_t tensor, int nchw, const char *reals) {
  const mote_tensor_t *t = tensor_of(e, tensor);
  const char *name = form(e, tensor, nchw);
  mote_export_node_t n = mote_export_node("QuantizeLinear", reals, name);
  add_scale(e, &n, name, &t->quant, t->dtype);
  mote_export_emit(e, &n);
  e->made[tensor] |= (uint8_t)(HAS << nchw);
}

void mote_export_done(mote_export_t *e, int32_t tensor, int nchw) {
  if (tensor_of(e, tensor)->quant.n)
    mote_export_quantise(e, tensor, nchw, mote_export_out(e, tensor, nchw));
  e->made[tensor] |= (uint8_t)(HAS << nchw);
}
