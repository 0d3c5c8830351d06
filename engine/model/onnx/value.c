/* SPDX-License-Identifier: Apache-2.0
 * Values of the file as tensors of the graph, in the layout that somebody asks for. */
#include <string.h>

#include "model/onnx/import.h"

const char *mote_import_label(const mote_import_t *m) {
  for (int32_t k = 0; k < m->node->n_out; k++)
    if (m->node->out[k] >= 0) return m->values[m->node->out[k]].name;
  return "";
}

int32_t mote_import_value(mote_import_t *m, const mote_dims_t *dims) {
  if (m->n_values == m->cap) {
    int32_t cap = 2 * m->cap;
    mote_value_t *more = mote_arena_take(m->a, (size_t)cap, sizeof *more);
    if (!more) return MOTE_ERR_NOMEM;
    memcpy(more, m->values, (size_t)m->n_values * sizeof *more);
    m->values = more, m->cap = cap;
  }
  m->values[m->n_values] = (mote_value_t){
      .name = mote_import_label(m), .dims = *dims, .first_use = -1,
      .at = {-1, -1, -1}, .q = {-1, -1, -1}};
  return m->n_values++;
}

static int first_of(const int32_t slots[MOTE_LAYOUTS]) {
  static const mote_layout_t order[] = {MOTE_LAYOUT_LAST, MOTE_LAYOUT_PLAIN,
                                        MOTE_LAYOUT_FLAT};
  for (int i = 0; i < MOTE_LAYOUTS; i++)
    if (slots[order[i]] >= 0) return (int)order[i];
  return -1;
}

static int32_t *slots_of(const mote_import_t *m, int32_t v) {
  mote_value_t *x = &m->values[v];
  return m->use_q && first_of(x->q) >= 0 ? x->q : x->at;
}

mote_layout_t mote_import_layout(const mote_import_t *m, int32_t v) {
  int at = first_of(slots_of(m, v));
  if (at < 0) at = first_of(m->values[v].q);
  return at < 0 ? MOTE_LAYOUT_PLAIN : (mote_layout_t)at;
}

int32_t mote_import_map_axis(int32_t axis, int32_t rank, mote_layout_t layout) {
  if (layout != MOTE_LAYOUT_LAST || rank < 3 || axis == 0) return axis;
  return axis == 1 ? 3 : rank == 3 ? 2 : axis - 1;
}

/* [N][C][H][W] of an image or sequence. */
static int image_of(const mote_dims_t *d, mote_dims_t *nchw) {
  if (d->rank != 3 && d->rank != 4)
    return MOTE_IMPORT_UNSUPPORTED("a tensor of rank %d where an image or a sequence is "
                                   "needed", (int)d->rank);
  *nchw = MOTE_DIMS(d->d[0], d->d[1], d->rank == 4 ? d->d[2] : 1, d->d[d->rank - 1]);
  return MOTE_OK;
}

static int32_t to_last(mote_import_t *m, int32_t t, const mote_dims_t *d) {
  static const int32_t perm[] = {0, 2, 3, 1};
  mote_dims_t p;
  MOTE_TRY(image_of(d, &p));
  const int32_t *n = p.d;
  if (n[1] == 1 || (int64_t)n[2] * n[3] == 1)
    return mote_import_reshape(m, t, &MOTE_DIMS(n[0], n[2], n[3], n[1]));
  MOTE_TRY(t = mote_import_reshape(m, t, &p));
  return mote_import_transpose(m, t, perm, 4);
}

/* From [N][H][W][C] to the dimensions d of the same values with channels second. */
static int32_t from_last(mote_import_t *m, int32_t t, const mote_dims_t *d) {
  static const int32_t perm[] = {0, 3, 1, 2};
  const int32_t *n = m->g->tensors[t].dims.d;
  if (n[3] != 1 && (int64_t)n[1] * n[2] != 1)
    MOTE_TRY(t = mote_import_transpose(m, t, perm, 4));
  return mote_import_reshape(m, t, d);
}

static int32_t from_flat(mote_import_t *m, int32_t t, const mote_value_t *x) {
  int32_t c = x->flat_c, n = x->dims.d[0],
          rest = (int32_t)(mote_dims_count(&x->dims) / n / c);
  mote_dims_t d = x->dims;
  MOTE_TRY(t = mote_import_reshape(m, t, &MOTE_DIMS(n, 1, rest, c)));
  return from_last(m, t, &d);
}

static int32_t convert(mote_import_t *m, int32_t v, const int32_t *slots,
                       mote_layout_t to) {
  const mote_value_t *x = &m->values[v];
  mote_dims_t d = x->dims;
  int32_t t = slots[MOTE_LAYOUT_PLAIN];
  if (t < 0 && slots[MOTE_LAYOUT_LAST] >= 0)
    t = from_last(m, slots[MOTE_LAYOUT_LAST], &d);
  else if (t < 0) t = from_flat(m, slots[MOTE_LAYOUT_FLAT], x);
  return t < 0 || to == MOTE_LAYOUT_PLAIN ? t : to_last(m, t, &d);
}

/* ---- constants ---- */

float *mote_import_floats(mote_import_t *m, int32_t v) {
  const mote_onnx_tensor_t *c = m->values[v].c;
  float *out = mote_arena_take(m->a, c->count, sizeof *out);
  for (size_t i = 0; out && i < c->count; i++) out[i] = (float)mote_fold_real(c, i);
  return out;
}

int32_t mote_import_const(mote_import_t *m, const mote_dims_t *dims, const float *v) {
  char name[80];
  snprintf(name, sizeof name, "%.60s/c%d", mote_import_label(m),
           (int)m->n_made++);
  return v ? mote_graph_tensor(m->g, name, MOTE_F32, dims, v) : MOTE_ERR_NOMEM;
}

/* Values of `size` bytes from channels second to channels last. */
static void *channels_last(mote_import_t *m, const void *from, const mote_dims_t *p,
                           size_t size) {
  size_t c = (size_t)p->d[1], hw = (size_t)p->d[2] * (size_t)p->d[3];
  uint8_t *out = mote_arena_take(m->a, (size_t)mote_dims_count(p), size);
  for (size_t n = 0; out && n < (size_t)p->d[0]; n++)
    for (size_t i = 0; i < c; i++)
      for (size_t k = 0; k < hw; k++)
        memcpy(out + ((n * hw + k) * c + i) * size,
               (const uint8_t *)from + ((n * c + i) * hw + k) * size, size);
  return out;
}

static int8_t *as_int8(mote_import_t *m, const mote_onnx_tensor_t *t) {
  int8_t *out = mote_arena_take(m->a, t->count, 1);
  for (size_t i = 0; out && i < t->count; i++)
    out[i] = (int8_t)(mote_fold_int(t, i) - (t->type == MOTE_ONNX_UINT8 ? 128 : 0));
  return out;
}

static int32_t const_tensor(mote_import_t *m, int32_t v, mote_layout_t layout) {
  const mote_value_t *x = &m->values[v];
  int as_q = m->use_q && x->cq && x->cquant.n == 1;
  mote_dims_t d = x->dims, p;
  void *data = as_q ? (void *)as_int8(m, x->cq) : (void *)mote_import_floats(m, v);
  if (!data) return MOTE_ERR_NOMEM;
  if (layout == MOTE_LAYOUT_LAST && d.rank > 2) {
    MOTE_TRY(image_of(&d, &p));
    d = MOTE_DIMS(p.d[0], p.d[2], p.d[3], p.d[1]);
    if (!(data = channels_last(m, data, &p, as_q ? 1 : 4))) return MOTE_ERR_NOMEM;
  }
  mote_quant_t q = x->cquant;
  int32_t t = mote_graph_tensor(m->g, x->name, as_q ? MOTE_I8 : MOTE_F32, &d, data);
  if (t >= 0 && as_q) MOTE_TRY(mote_graph_quant(m->g, t, 1, 0, q.scale, q.zero));
  return t;
}

/* ---- in and out ---- */

/* The float form of a value that is there as int8 only. */
static int materialise(mote_import_t *m, int32_t v) {
  int from = first_of(m->values[v].q);
  if (first_of(m->values[v].at) >= 0) return MOTE_OK;
  if (from < 0)
    return mote_fail(MOTE_ERR_FORMAT, "\"%s\" is read before it is written",
                     m->values[v].name);
  int32_t t =
      mote_import_emit(m, "dequantize", &m->values[v].q[from], 1, NULL, NULL);
  m->values[v].at[from] = t;
  return t < 0 ? t : MOTE_OK;
}

int32_t mote_import_tensor(mote_import_t *m, int32_t v, mote_layout_t layout) {
  if (m->values[v].c) return const_tensor(m, v, layout);
  if (m->values[v].dims.rank < 3 && layout == MOTE_LAYOUT_LAST)
    layout = MOTE_LAYOUT_PLAIN;
  if (slots_of(m, v) == m->values[v].at) MOTE_TRY(materialise(m, v));
  if (slots_of(m, v)[layout] >= 0) return slots_of(m, v)[layout];
  int32_t t = convert(m, v, slots_of(m, v), layout);
  if (t >= 0) slots_of(m, v)[layout] = t;
  return t;
}

int32_t mote_import_view(mote_import_t *m, int32_t v, const mote_dims_t *dims) {
  mote_value_t x = m->values[v];
  int32_t to = mote_import_value(m, dims), t;
  if (to < 0) return to;
  mote_value_t *y = &m->values[to];
  y->c = x.c, y->cq = x.cq, y->is_u8 = x.is_u8;
  if (x.cquant.n == 1) y->cquant = x.cquant;
  else y->cq = NULL;
  if (x.c) return to;
  MOTE_TRY(t = mote_import_tensor(m, v, MOTE_LAYOUT_PLAIN));
  MOTE_TRY(t = mote_import_reshape(m, t, dims));
  (m->use_q ? m->values[to].q : m->values[to].at)[MOTE_LAYOUT_PLAIN] = t;
  return to;
}

int mote_import_alias(mote_import_t *m, int32_t v, int32_t out) {
  mote_value_t *x = &m->values[v], *y = &m->values[out];
  mote_value_t old = *y;
  *y = *x;
  y->name = old.name, y->n_uses = old.n_uses, y->first_use = old.first_use;
  return MOTE_OK;
}

static mote_dims_t file_dims(const mote_dims_t *d, mote_layout_t layout, int32_t rank) {
  if (layout != MOTE_LAYOUT_LAST || rank < 3 || d->rank != 4) return *d;
  return rank == 4 ? MOTE_DIMS(d->d[0], d->d[3], d->d[1], d->d[2])
                   : MOTE_DIMS(d->d[0], d->d[3], d->d[2]);
}

static int same_quant(const mote_quant_t *a, const mote_quant_t *b) {
  return a->n == 1 && b->n == 1 && a->scale[0] == b->scale[0] && a->zero[0] == b->zero[0];
}

int32_t mote_import_requantise(mote_import_t *m, int32_t tensor, const mote_quant_t *q) {
  const mote_quant_t *old = m->out_q;
  if (same_quant(&m->g->tensors[tensor].quant, q)) return tensor;
  m->out_q = q;
  int32_t t = mote_import_emit(m, "quantize", &tensor, 1, NULL, NULL);
  m->out_q = old;
  return t;
}

int32_t mote_import_shifted(mote_import_t *m, int32_t tensor, mote_dtype_t to) {
  const mote_tensor_t *t = &m->g->tensors[tensor];
  const mote_quant_t *old = m->out_q;
  if (t->dtype == to) return tensor;
  if (t->quant.n != 1) return MOTE_IMPORT_UNSUPPORTED("uint8 without a scale");
  int32_t zero = t->quant.zero[0] + (to == MOTE_U8 ? 128 : -128);
  mote_quant_t q = {1, 0, t->quant.scale, &zero};
  m->out_q = &q, m->out_type = to;
  int32_t out = mote_import_emit(m, "quantize", &tensor, 1, NULL, NULL);
  m->out_q = old, m->out_type = 0;
  return out;
}

int mote_import_set(mote_import_t *m, int32_t v, int32_t tensor, mote_layout_t layout,
                    int32_t rank) {
  if (tensor < 0) return tensor;
  int as_q = m->use_q && m->g->tensors[tensor].dtype == MOTE_I8;
  if (as_q && m->out_q) MOTE_TRY(tensor = mote_import_requantise(m, tensor, m->out_q));
  if (rank < 3 && layout == MOTE_LAYOUT_LAST) layout = MOTE_LAYOUT_PLAIN;
  mote_value_t *x = &m->values[v];
  mote_tensor_t *t = &m->g->tensors[tensor];
  (as_q ? x->q : x->at)[layout] = tensor;
  x->dims = file_dims(&t->dims, layout, rank);
  if (layout == MOTE_LAYOUT_FLAT) x->flat_c = m->values[m->node->in[0]].flat_c;
  if (!m->use_q && t->dtype == MOTE_I8) x->is_u8 = m->values[m->node->in[0]].is_u8;
  return (t->name = mote_arena_str(m->g->arena, x->name)) ? MOTE_OK : MOTE_ERR_NOMEM;
}

/* ---- nodes ---- */

static int is_op(const char *op, const char *name) { return !strcmp(op, name); }

/* Type and scale of the output of a node whose input 0 is x. */
static int out_type(const mote_import_t *m, const mote_op_t *op, const mote_tensor_t *x,
                    mote_dtype_t *type, mote_quant_t *q) {
  static float unit = 1.0f / 256, signed_unit = 1.0f / 128;
  static int32_t low = -128, middle = 0;
  *q = (mote_quant_t){0};
  *type = MOTE_F32;
  if (m->out_type) *type = m->out_type;
  if (m->out_type && m->out_q) *q = *m->out_q;
  if (m->out_type || is_op(op->name, "dequantize")) return MOTE_OK;
  if (is_op(op->name, "quantize") || x->dtype == MOTE_I8) *type = MOTE_I8;
  if (*type == MOTE_F32) return MOTE_OK;
  if (op->quant == MOTE_QUANT_SAME) *q = x->quant;
  else if (op->quant == MOTE_QUANT_UNIT) *q = (mote_quant_t){1, 0, &unit, &low};
  else if (op->quant == MOTE_QUANT_SIGNED_UNIT)
    *q = (mote_quant_t){1, 0, &signed_unit, &middle};
  else if (m->out_q) *q = *m->out_q;
  else return MOTE_IMPORT_UNSUPPORTED("int8 values go in, and no scale is known for what "
                                      "comes out; put a QuantizeLinear behind it");
  return MOTE_OK;
}

int32_t mote_import_emit(mote_import_t *m, const char *op, const int32_t *in,
                         int32_t n_in, const void *attr, const mote_dims_t *dims) {
  const mote_op_t *def = mote_op_find(op);
  char name[80];
  mote_dtype_t type;
  mote_quant_t q;
  if (!def) return MOTE_IMPORT_UNSUPPORTED("mote has no operator \"%s\"", op);
  if (in[0] < 0) return in[0];
  MOTE_TRY(out_type(m, def, &m->g->tensors[in[0]], &type, &q));
  snprintf(name, sizeof name, "%.60s/%d", mote_import_label(m),
           (int)m->n_made++);
  int32_t out = mote_graph_tensor(m->g, name, type, dims ? dims : &MOTE_DIMS(1), NULL);
  if (out < 0) return out;
  if (q.n) MOTE_TRY(mote_graph_quant(m->g, out, q.n, q.axis, q.scale, q.zero));
  mote_node_spec_t s = {op, *m->node->name ? m->node->name : name, in, n_in, &out, 1,
                        attr};
  int rc = mote_graph_node(m->g, &s);
  return rc < 0 ? rc : out;
}

int32_t mote_import_reshape(mote_import_t *m, int32_t tensor, const mote_dims_t *dims) {
  if (tensor < 0 || mote_dims_equal(&m->g->tensors[tensor].dims, dims)) return tensor;
  return mote_import_emit(m, "reshape", &tensor, 1, NULL, dims);
}

int32_t mote_import_transpose(mote_import_t *m, int32_t tensor, const int32_t *perm,
                              int32_t rank) {
  mote_transpose_attr_t a = {{.n = rank}};
  for (int32_t i = 0; i < rank; i++) a.perm.v[i] = perm[i];
  return mote_import_emit(m, "transpose", &tensor, 1, &a, NULL);
}
