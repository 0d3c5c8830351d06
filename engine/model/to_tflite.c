/* SPDX-License-Identifier: Apache-2.0
 * The inverse of from_tflite.c. The file's tensors are the graph's, followed by those
 * that only the schema needs: shapes, axes, paddings, padded inputs. */
#include "model/to_tflite.h"

#include <stdio.h>
#include <string.h>

#include "formats/flatbuffer.h"
#include "formats/tflite.h"
#include "model/attrs.h"
#include "model/ops/util.h"

/* A tensor or operator of the file that the graph does not have. */
typedef struct {
  char name[64];
  mote_dtype_t dtype;
  mote_dims_t dims;
  const mote_quant_t *quant; /* of the tensor it stands for, or NULL */
  int is_const;
  int32_t ints[2 * MOTE_RANK_MAX];
} extra_t;

typedef struct {
  int32_t code, version, options_type;
  mote_fb_field_t options[8];
  int n_options;
  int32_t in[MOTE_NODE_IO_MAX], n_in, out;
} op_t;

typedef struct {
  const mote_graph_t *g;
  extra_t *extra;
  op_t *op;
  int32_t n_extra, n_op; /* at most 2 per node */
} file_t;

static uint32_t act_code(int32_t act) {
  static const uint32_t code[] = {[MOTE_ACT_NONE] = 0, [MOTE_ACT_RELU] = 1,
                                  [MOTE_ACT_RELU6] = 3, [MOTE_ACT_RELU_N1_TO_1] = 2};
  return code[act];
}

static int32_t add_extra(file_t *f, const char *name, const char *what,
                         const extra_t *e) {
  extra_t *x = &f->extra[f->n_extra];
  *x = *e;
  snprintf(x->name, sizeof x->name, "%.40s/%s", name, what);
  return f->g->n_tensors + f->n_extra++;
}

static void option(op_t *o, int index, uint32_t value) {
  o->options[o->n_options++] = (mote_fb_field_t){index, value};
}

static const mote_tensor_t *tensor(const file_t *f, int32_t i) {
  return &f->g->tensors[i];
}

/* The constant [rank][2] of a PAD, for the last three axes. */
static int32_t paddings(file_t *f, const mote_node_t *n, const mote_pad_attr_t *p) {
  int32_t rank = tensor(f, n->in[0])->dims.rank;
  const int32_t six[6] = {p->top, p->bottom, p->left, p->right, p->front, p->back};
  extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(rank, 2), .is_const = 1};
  for (int32_t i = 0; i < 6; i++) {
    int32_t at = 2 * (rank - 3) + i;
    if (at >= 0) e.ints[at] = six[i];
  }
  return add_extra(f, n->name, "paddings", &e);
}

/* Explicit padding: a PAD before the operator, which then has padding VALID. */
static void pad_before(file_t *f, const mote_node_t *n, op_t *o) {
  const mote_window_attr_t *a = n->attr;
  const mote_tensor_t *x = tensor(f, n->in[0]);
  mote_pad_attr_t p = {a->pad_top, a->pad_bottom, a->pad_left, a->pad_right, 0, 0, 0};
  extra_t e = {.dtype = x->dtype, .dims = x->dims, .quant = &x->quant};
  e.dims.d[1] += a->pad_top + a->pad_bottom;
  e.dims.d[2] += a->pad_left + a->pad_right;
  int32_t list = paddings(f, n, &p), y = add_extra(f, n->name, "padded", &e);
  f->op[f->n_op++] = (op_t){.code = 34,
                            .version = x->dtype == MOTE_I8 ? 2 : 1,
                            .options_type = 22,
                            .in = {n->in[0], list},
                            .n_in = 2,
                            .out = y};
  o->in[0] = y;
}

static int window(file_t *f, const mote_node_t *n, op_t *o) {
  const mote_window_attr_t *a = n->attr;
  int pool = n->op->weights_axis < 0, depthwise = n->op->weights_axis == 3;
  if (a->padding == MOTE_PAD_EXPLICIT) {
    if (pool)
      return mote_fail(MOTE_ERR_UNSUPPORTED, ".tflite has no pool with explicit padding");
    pad_before(f, n, o);
  }
  option(o, 0, a->padding == MOTE_PAD_SAME ? 0 : 1);
  option(o, 1, (uint32_t)a->stride_w);
  option(o, 2, (uint32_t)a->stride_h);
  if (pool) option(o, 3, (uint32_t)a->kernel_w), option(o, 4, (uint32_t)a->kernel_h);
  if (depthwise)
    option(o, 3,
           (uint32_t)(tensor(f, n->in[1])->dims.d[3] / tensor(f, n->in[0])->dims.d[3]));
  option(o, pool ? 5 : depthwise ? 4 : 3, act_code(a->activation));
  if (!pool) {
    option(o, depthwise ? 5 : 4, (uint32_t)a->dilation_w);
    option(o, depthwise ? 6 : 5, (uint32_t)a->dilation_h);
  }
  return MOTE_OK;
}

static int dense(file_t *f, const mote_node_t *n, op_t *o) {
  const mote_dense_attr_t *a = n->attr;
  const mote_dims_t *in = &tensor(f, n->in[0])->dims;
  const mote_tensor_t *w = tensor(f, n->in[1]);
  option(o, 0, act_code(a->activation));
  option(o, 2, a->keep_dims && in->rank && in->d[in->rank - 1] == w->dims.d[1]);
  if (w->quant.n > 1) o->version = 12;
  return MOTE_OK;
}

static int binary(file_t *f, const mote_node_t *n, op_t *o) {
  (void)f;
  option(o, 0, act_code(((const mote_activation_attr_t *)n->attr)->activation));
  return MOTE_OK;
}

static int softmax(file_t *f, const mote_node_t *n, op_t *o) {
  uint32_t bits;
  (void)f;
  memcpy(&bits, &((const mote_softmax_attr_t *)n->attr)->beta, 4);
  option(o, 0, bits);
  return MOTE_OK;
}

static int concat(file_t *f, const mote_node_t *n, op_t *o) {
  int32_t axis = ((const mote_concat_attr_t *)n->attr)->axis;
  option(o, 0, (uint32_t)mote_resolve_axis(axis, tensor(f, n->out[0])->dims.rank));
  return MOTE_OK;
}

static int mean(file_t *f, const mote_node_t *n, op_t *o) {
  const mote_mean_attr_t *a = n->attr;
  int32_t rank = tensor(f, n->in[0])->dims.rank;
  int32_t first = mote_resolve_axis(a->first, rank),
          last = mote_resolve_axis(a->last, rank);
  extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(last - first + 1), .is_const = 1};
  for (int32_t i = first; i <= last; i++) e.ints[i - first] = i;
  o->in[o->n_in++] = add_extra(f, n->name, "axes", &e);
  option(o, 0, (uint32_t)a->keep_dims);
  return MOTE_OK;
}

static int pad(file_t *f, const mote_node_t *n, op_t *o) {
  const mote_pad_attr_t *a = n->attr;
  o->in[o->n_in++] = paddings(f, n, a);
  if (a->value == 0.0f) return MOTE_OK;
  const mote_tensor_t *x = tensor(f, n->in[0]);
  extra_t e = {.dtype = x->dtype, .dims = {0}, .quant = &x->quant, .is_const = 1};
  if (x->dtype == MOTE_F32) memcpy(e.ints, &a->value, 4);
  else {
    int32_t q = mote_border_s8(a->value, tensor(f, n->out[0]));
    e.ints[0] = q & 255;
  }
  o->code = 60, o->options_type = 43, o->version = 1;
  o->in[o->n_in++] = add_extra(f, n->name, "value", &e);
  return MOTE_OK;
}

static int reshape(file_t *f, const mote_node_t *n, op_t *o) {
  const mote_dims_t *d = &tensor(f, n->out[0])->dims;
  extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(d->rank), .is_const = 1};
  if (d->rank == 0) return mote_fail(MOTE_ERR_UNSUPPORTED, "reshape to a scalar");
  memcpy(e.ints, d->d, sizeof d->d);
  o->in[o->n_in++] = add_extra(f, n->name, "shape", &e);
  return MOTE_OK;
}

/* Schema numbers; versions are those of the float and of the int8 form. */
static const struct {
  const char *op;
  int32_t code, options_type, version_f32, version_i8;
  int (*fill)(file_t *f, const mote_node_t *n, op_t *o);
} rows[] = {{"conv2d", 3, 1, 1, 3, window},
            {"depthwise_conv2d", 4, 2, 1, 3, window},
            {"average_pool2d", 1, 5, 1, 2, window},
            {"max_pool2d", 17, 5, 1, 2, window},
            {"dense", 9, 8, 1, 4, dense},
            {"softmax", 25, 9, 1, 2, softmax},
            {"concat", 2, 10, 1, 2, concat},
            {"add", 0, 11, 1, 2, binary},
            {"mul", 18, 21, 1, 2, binary},
            {"reshape", 22, 17, 1, 1, reshape},
            {"mean", 40, 27, 1, 2, mean},
            {"pad", 34, 22, 1, 2, pad},
            {"relu", 19, 0, 1, 2, NULL},
            {"relu6", 21, 0, 1, 2, NULL},
            {"logistic", 14, 0, 1, 2, NULL},
            {"tanh", 28, 0, 1, 2, NULL},
            {"quantize", 114, 0, 1, 1, NULL},
            {"dequantize", 6, 0, 2, 2, NULL}};

static int convert(file_t *f, const mote_node_t *n) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (strcmp(rows[i].op, n->op->name)) continue;
    int i8 = tensor(f, n->out[0])->dtype == MOTE_I8;
    op_t o = {.code = rows[i].code, .options_type = rows[i].options_type,
              .version = i8 ? rows[i].version_i8 : rows[i].version_f32, .n_in = n->n_in,
              .out = n->out[0]};
    memcpy(o.in, n->in, sizeof o.in);
    if (rows[i].fill) MOTE_TRY(rows[i].fill(f, n, &o));
    f->op[f->n_op++] = o;
    return MOTE_OK;
  }
  return mote_fail(MOTE_ERR_UNSUPPORTED, "node \"%s\": .tflite has no operator \"%s\"",
                   n->name, n->op->name);
}

/* ---- writing ---- */

static uint32_t type_code(mote_dtype_t t) {
  static const uint32_t code[] = {[MOTE_F32] = 0, [MOTE_F16] = 1, [MOTE_I32] = 2,
                                  [MOTE_U8] = 3,  [MOTE_I64] = 4, [MOTE_BOOL] = 6,
                                  [MOTE_I16] = 7, [MOTE_I8] = 9};
  return code[t];
}

static void write_quant(mote_fb_t *fb, size_t ref, const mote_quant_t *q) {
  const mote_fb_field_t fields[] = {{2, 0}, {3, 0}, {6, (uint32_t)q->axis}};
  size_t at[3];
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, 3, at));
  mote_fb_vector(fb, at[0], q->scale, (size_t)q->n, 4, 4);
  size_t zero = mote_fb_vector(fb, at[1], NULL, (size_t)q->n, 8, 8);
  for (int32_t k = 0; fb->rc >= 0 && k < q->n; k++) {
    uint64_t z = (uint64_t)(int64_t)q->zero[k];
    for (int i = 0; i < 8; i++)
      fb->out->p[zero + 8 * (size_t)k + (size_t)i] = (uint8_t)(z >> (8 * i));
  }
}

typedef struct {
  const char *name;
  mote_dtype_t dtype;
  const mote_dims_t *dims;
  const mote_quant_t *quant;
  uint32_t buffer; /* its buffer; 0: no constant */
} row_t;

static row_t tensor_row(const file_t *f, int32_t i) {
  if (i < f->g->n_tensors) {
    const mote_tensor_t *t = tensor(f, i);
    return (row_t){t->name, t->dtype, &t->dims, &t->quant,
                   t->data ? (uint32_t)i + 1 : 0};
  }
  const extra_t *e = &f->extra[i - f->g->n_tensors];
  return (row_t){e->name, e->dtype, &e->dims, e->quant,
                 e->is_const ? (uint32_t)i + 1 : 0};
}

static void write_tensor(mote_fb_t *fb, size_t ref, const row_t *t) {
  const mote_fb_field_t fields[] = {
      {0, 0}, {1, type_code(t->dtype)}, {2, t->buffer}, {3, 0}, {4, 0}};
  size_t at[5];
  int quantised = t->quant && t->quant->n > 0;
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, quantised ? 5 : 4, at));
  mote_fb_vector(fb, at[0], t->dims->d, (size_t)t->dims->rank, 4, 4);
  mote_fb_string(fb, at[3], t->name);
  if (quantised) write_quant(fb, at[4], t->quant);
}

static void write_op(mote_fb_t *fb, size_t ref, const op_t *o, uint32_t index) {
  const mote_fb_field_t fields[] = {{0, index}, {1, 0}, {2, 0},
                                    {3, (uint32_t)o->options_type}, {4, 0}};
  size_t at[5];
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, o->options_type ? 5 : 3, at));
  mote_fb_vector(fb, at[1], o->in, (size_t)o->n_in, 4, 4);
  mote_fb_vector(fb, at[2], &o->out, 1, 4, 4);
  if (o->options_type)
    mote_fb_point(fb, at[4], mote_fb_table(fb, o->options, o->n_options, NULL));
}

static void write_graph(mote_fb_t *fb, size_t ref, const file_t *f) {
  static const mote_fb_field_t fields[] = {{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}};
  size_t at[5], n = (size_t)(f->g->n_tensors + f->n_extra), list;
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, 5, at));
  mote_fb_vector(fb, at[1], f->g->inputs, (size_t)f->g->n_inputs, 4, 4);
  mote_fb_vector(fb, at[2], f->g->outputs, (size_t)f->g->n_outputs, 4, 4);
  mote_fb_string(fb, at[4], "main");
  list = mote_fb_vector(fb, at[0], NULL, n, 4, 4);
  for (size_t i = 0; i < n; i++) {
    row_t t = tensor_row(f, (int32_t)i);
    write_tensor(fb, list + 4 * i, &t);
  }
  list = mote_fb_vector(fb, at[3], NULL, (size_t)f->n_op, 4, 4);
  for (int32_t i = 0; i < f->n_op; i++)
    write_op(fb, list + 4 * (size_t)i, &f->op[i], (uint32_t)i);
}

/* Buffer 0 is empty, buffer i + 1 holds tensor i. */
static void write_buffer(mote_fb_t *fb, size_t ref, const file_t *f, int32_t i) {
  const mote_fb_field_t data = {0, 0};
  row_t t = i < 0 ? (row_t){0} : tensor_row(f, i);
  size_t at[1];
  mote_fb_point(fb, ref, mote_fb_table(fb, &data, t.buffer ? 1 : 0, at));
  if (!t.buffer) return;
  const void *p = i < f->g->n_tensors ? tensor(f, i)->data
                                      : (const void *)f->extra[i - f->g->n_tensors].ints;
  mote_fb_vector(fb, at[0], p,
                 (size_t)mote_dims_count(t.dims) * mote_dtype_bytes(t.dtype), 1, 16);
}

static void write_code(mote_fb_t *fb, size_t ref, const op_t *o) {
  const mote_fb_field_t fields[] = {{0, (uint32_t)o->code}, {2, (uint32_t)o->version},
                                    {3, (uint32_t)o->code}};
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, 3, NULL));
}

static int write_model(const file_t *f, mote_buf_t *out) {
  static const mote_fb_field_t fields[] = {{0, 3}, {1, 0}, {2, 0}, {3, 0}, {4, 0}};
  mote_fb_t fb;
  size_t at[5], n = (size_t)(f->g->n_tensors + f->n_extra) + 1, list;
  mote_fb_begin(&fb, out, "TFL3");
  mote_fb_table(&fb, fields, 5, at);
  list = mote_fb_vector(&fb, at[1], NULL, (size_t)f->n_op, 4, 4);
  for (int32_t i = 0; i < f->n_op; i++) write_code(&fb, list + 4 * (size_t)i, &f->op[i]);
  list = mote_fb_vector(&fb, at[2], NULL, 1, 4, 4);
  write_graph(&fb, list, f);
  mote_fb_string(&fb, at[3], "written by mote");
  list = mote_fb_vector(&fb, at[4], NULL, n, 4, 4);
  for (size_t i = 0; i < n; i++) write_buffer(&fb, list + 4 * i, f, (int32_t)i - 1);
  return fb.rc;
}

int mote_graph_to_tflite(const mote_graph_t *g, mote_buf_t *out) {
  MOTE_TRY(mote_graph_check(g));
  mote_arena_t *a = mote_arena_new();
  size_t n = 2 * (size_t)g->n_nodes;
  file_t f = {g, a ? mote_arena_take(a, n, sizeof *f.extra) : NULL,
              a ? mote_arena_take(a, n, sizeof *f.op) : NULL, 0, 0};
  int rc = f.extra && f.op ? MOTE_OK : MOTE_ERR_NOMEM;
  for (int32_t i = 0; rc >= 0 && i < g->n_nodes; i++) rc = convert(&f, &g->nodes[i]);
  if (rc >= 0) rc = write_model(&f, out);
  mote_arena_free(a);
  return rc;
}
