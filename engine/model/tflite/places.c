/* SPDX-License-Identifier: Apache-2.0
 * Operators that move values without computing: concatenation, borders, other shapes. */
#include "model/ops/util.h"
#include "model/tflite/map.h"

static int take_concat(mote_tfl_in_t *m, void *attr) {
  ((mote_concat_attr_t *)attr)->axis = mote_tfl_int(m, 0, 0);
  return mote_tfl_byte(m, 1) ? mote_fail(MOTE_ERR_UNSUPPORTED, "fused activation")
                             : MOTE_OK;
}

static int give_concat(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  int32_t axis = ((const mote_concat_attr_t *)n->attr)->axis;
  int32_t rank = mote_tfl_tensor(f, n->out[0])->dims.rank;
  mote_tfl_option(o, 0, (uint32_t)mote_resolve_axis(axis, rank));
  return MOTE_OK;
}

/* PADV2's value: a constant scalar of the type of the input. */
static int pad_value(const mote_tfl_in_t *m, float *out) {
  const mote_tflite_tensor_t *t = mote_tfl_arg(m, 2);
  if (!t) return MOTE_OK;
  if (t->data && t->type == MOTE_TFLITE_F32 && t->bytes == 4) memcpy(out, t->data, 4);
  else if (t->data && t->type == MOTE_TFLITE_I8 && t->bytes == 1 && t->n_scales == 1)
    *out = t->scale[0] * (float)((int8_t)t->data[0] - (int32_t)t->zero[0]);
  else return mote_fail(MOTE_ERR_UNSUPPORTED, "the value must be one constant");
  return MOTE_OK;
}

static int take_pad(mote_tfl_in_t *m, void *attr) {
  int32_t v[2 * MOTE_RANK_MAX], all[2 * (MOTE_RANK_MAX + 4)] = {0};
  int n = mote_tfl_constants(m, 1, v, 2 * MOTE_RANK_MAX);
  if (n < 0) return n;
  int rank = n / 2;
  for (int i = 0; i < 2 * rank; i++)
    if (v[i] < 0 || v[i] > 1 << 20)
      return mote_fail(MOTE_ERR_FORMAT, "padding %d", (int)v[i]);
  /* The last four axes, as if there were at least four. */
  memcpy(all + 8, v, sizeof v[0] * 2 * (size_t)rank);
  const int32_t *tail = all + 2 * rank;
  for (int i = 8; i < 2 * rank; i++)
    if (v[i - 8])
      return mote_fail(MOTE_ERR_UNSUPPORTED, "padding in front of the batch");
  mote_pad_attr_t *a = attr;
  *a = (mote_pad_attr_t){.before = tail[0], .after = tail[1], .top = tail[2],
                         .bottom = tail[3], .left = tail[4], .right = tail[5],
                         .front = tail[6], .back = tail[7]};
  return pad_value(m, &a->value);
}

static int take_mirror(mote_tfl_in_t *m, void *attr) {
  MOTE_TRY(take_pad(m, attr));
  ((mote_pad_attr_t *)attr)->mode =
      mote_tfl_byte(m, 0) ? MOTE_PAD_SYMMETRIC : MOTE_PAD_REFLECT;
  return MOTE_OK;
}

int32_t mote_tfl_paddings(mote_tfl_out_t *f, const mote_node_t *n,
                          const mote_pad_attr_t *p) {
  int32_t rank = mote_tfl_tensor(f, n->in[0])->dims.rank;
  const int32_t all[8] = {p->before, p->after, p->top,   p->bottom,
                          p->left,   p->right, p->front, p->back};
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(rank, 2), .is_const = 1};
  for (int32_t i = 0; i < 8; i++) {
    int32_t at = 2 * (rank - 4) + i;
    if (at >= 0) e.ints[at] = all[i];
  }
  return mote_tfl_extra(f, n->name, "paddings", &e);
}

static int give_pad(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_pad_attr_t *a = n->attr;
  o->in[o->n_in++] = mote_tfl_paddings(f, n, a);
  if (a->mode == MOTE_PAD_EDGE)
    return mote_fail(MOTE_ERR_UNSUPPORTED, ".tflite has no padding by the edge");
  if (a->mode != MOTE_PAD_CONSTANT) {
    o->code = 100, o->options_type = 77;
    mote_tfl_option(o, 0, a->mode == MOTE_PAD_SYMMETRIC);
    return MOTE_OK;
  }
  if (a->value == 0.0f) return MOTE_OK;
  const mote_tensor_t *x = mote_tfl_tensor(f, n->in[0]);
  mote_tfl_extra_t e = {.dtype = x->dtype, .quant = &x->quant, .is_const = 1};
  if (x->dtype == MOTE_F32) memcpy(e.ints, &a->value, 4);
  else e.ints[0] = mote_border_s8(a->value, mote_tfl_tensor(f, n->out[0])) & 255;
  o->code = 60, o->options_type = 43, o->version = 1;
  o->in[o->n_in++] = mote_tfl_extra(f, n->name, "value", &e);
  return MOTE_OK;
}

static int give_reshape(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_dims_t *d = &mote_tfl_tensor(f, n->out[0])->dims;
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(d->rank), .is_const = 1};
  if (d->rank == 0) return mote_fail(MOTE_ERR_UNSUPPORTED, "reshape to a scalar");
  memcpy(e.ints, d->d, sizeof d->d);
  o->in[o->n_in++] = mote_tfl_extra(f, n->name, "shape", &e);
  return MOTE_OK;
}

static const mote_tfl_row_t rows[] = {
    {2, 10, "concat", MOTE_NODE_IO_MAX, {1, 2, 3}, take_concat, give_concat},
    {34, 22, "pad", 1, {1, 2, 2}, take_pad, give_pad},
    {60, 43, "pad", 1, {1, 2, 2}, take_pad, NULL},
    {100, 77, "pad", 1, {1, 1, 1}, take_mirror, NULL},
    {22, 17, "reshape", 1, {1, 1, 1}, NULL, give_reshape},
    {43, 30, "reshape", 1, {1, 1, 1}, NULL, NULL},
    {70, 52, "reshape", 1, {1, 1, 1}, NULL, NULL}};
MOTE_TFL_FAMILY(places, rows);
