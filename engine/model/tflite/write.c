/* SPDX-License-Identifier: Apache-2.0
 * The flatbuffer of a converted graph: its tensors, followed by those that only the
 * schema needs. */
#include "model/tflite/map.h"

uint32_t mote_tfl_type_code(mote_dtype_t t) {
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
  int is_resource; /* instead */
  const mote_dims_t *dims;
  const mote_quant_t *quant;
  uint32_t buffer; /* its buffer; 0: no constant */
  int is_state;
} row_t;

static row_t tensor_row(const mote_tfl_out_t *f, int32_t i) {
  static const mote_dims_t scalar = {0};
  if (i < f->g->n_tensors) {
    const mote_tensor_t *t = mote_tfl_tensor(f, i);
    if (mote_tfl_is_resource(f->g, i)) return (row_t){t->name, 0, 1, &scalar, NULL, 0, 0};
    return (row_t){t->name, t->dtype, 0, &t->dims, &t->quant,
                   t->data ? (uint32_t)i + 1 : 0, t->role == MOTE_ROLE_STATE};
  }
  const mote_tfl_extra_t *e = &f->extra[i - f->g->n_tensors];
  return (row_t){e->name, e->dtype, 0, &e->dims, e->quant,
                 e->is_const ? (uint32_t)i + 1 : 0, 0};
}

static void write_tensor(mote_fb_t *fb, size_t ref, const row_t *t) {
  uint32_t type = t->is_resource ? MOTE_TFLITE_RESOURCE : mote_tfl_type_code(t->dtype);
  mote_fb_field_t fields[6] = {{0, 0}, {1, type}, {2, t->buffer}, {3, 0}};
  size_t at[6];
  int quantised = t->quant && t->quant->n > 0, n = 4;
  if (quantised) fields[n++] = (mote_fb_field_t){4, 0};
  if (t->is_state) fields[n++] = (mote_fb_field_t){5, 1};
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, n, at));
  mote_fb_vector(fb, at[0], t->dims->d, (size_t)t->dims->rank, 4, 4);
  mote_fb_string(fb, at[3], t->name);
  if (quantised) write_quant(fb, at[4], t->quant);
}

static void write_op(mote_fb_t *fb, size_t ref, const mote_tfl_op_t *o, uint32_t index) {
  const mote_fb_field_t fields[] = {{0, index}, {1, 0}, {2, 0},
                                    {3, (uint32_t)o->options_type}, {4, 0}};
  size_t at[5];
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, o->options_type ? 5 : 3, at));
  mote_fb_vector(fb, at[1], o->in, (size_t)o->n_in, 4, 4);
  mote_fb_vector(fb, at[2], o->out, (size_t)o->n_out, 4, 4);
  if (!o->options_type) return;
  if (!o->text[0]) {
    mote_fb_point(fb, at[4], mote_fb_table(fb, o->options, o->n_options, NULL));
    return;
  }
  const mote_fb_field_t text = {1, 0};
  mote_fb_point(fb, at[4], mote_fb_table(fb, &text, 1, at));
  mote_fb_string(fb, at[0], o->text);
}

static void write_graph(mote_fb_t *fb, size_t ref, const mote_tfl_out_t *f) {
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
static void write_buffer(mote_fb_t *fb, size_t ref, const mote_tfl_out_t *f, int32_t i) {
  const mote_fb_field_t data = {0, 0};
  row_t t = i < 0 ? (row_t){0} : tensor_row(f, i);
  size_t at[1];
  mote_fb_point(fb, ref, mote_fb_table(fb, &data, t.buffer ? 1 : 0, at));
  if (!t.buffer) return;
  const mote_tfl_extra_t *e = NULL;
  if (i >= f->g->n_tensors) e = &f->extra[i - f->g->n_tensors];
  const void *p = !e        ? mote_tfl_tensor(f, i)->data
                  : e->data ? e->data
                            : e->ints;
  mote_fb_vector(fb, at[0], p,
                 (size_t)mote_dims_count(t.dims) * mote_dtype_bytes(t.dtype), 1, 16);
}

static void write_code(mote_fb_t *fb, size_t ref, const mote_tfl_op_t *o) {
  const mote_fb_field_t fields[] = {{0, (uint32_t)o->code}, {2, (uint32_t)o->version},
                                    {3, (uint32_t)o->code}};
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, 3, NULL));
}

int mote_tfl_write(const mote_tfl_out_t *f, mote_buf_t *out) {
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
