/* SPDX-License-Identifier: Apache-2.0
 * Operators that take tensors apart, put them together along a new axis, or reorder
 * them. */
#include "model/ops/util.h"
#include "model/tflite/map.h"

static int take_ints(const mote_tfl_in_t *m, int input, mote_ints_t *v) {
  int n = mote_tfl_constants(m, input, v->v, MOTE_INTS_MAX);
  v->n = n < 0 ? 0 : n;
  return n < 0 ? n : MOTE_OK;
}

static int take_axis(const mote_tfl_in_t *m, int input, int32_t *axis) {
  int n = mote_tfl_constants(m, input, axis, 1);
  return n < 0 || n == 1 ? n : mote_fail(MOTE_ERR_FORMAT, "it has no axis");
}

static int32_t give_ints(mote_tfl_out_t *f, const mote_node_t *n, const char *what,
                         const mote_ints_t *v) {
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(v->n), .is_const = 1,
                        .data = v->v};
  return mote_tfl_extra(f, n->name, what, &e);
}

/* The axis comes first, then what is split. */
static int take_split(mote_tfl_in_t *m, void *attr) {
  if (m->n_in < 2 || m->in[1] < 0)
    return mote_fail(MOTE_ERR_FORMAT, "it has nothing to split");
  m->in[0] = m->in[1], m->n_in = 1;
  int rc = take_axis(m, 0, &((mote_split_attr_t *)attr)->axis);
  return rc < 0 ? rc : MOTE_OK;
}

static int take_split_v(mote_tfl_in_t *m, void *attr) {
  mote_split_attr_t *a = attr;
  MOTE_TRY(take_ints(m, 1, &a->sizes));
  int rc = take_axis(m, 2, &a->axis);
  return rc < 0 ? rc : MOTE_OK;
}

static int give_split(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_split_attr_t *a = n->attr;
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .is_const = 1, .ints = {a->axis}};
  int32_t axis = mote_tfl_extra(f, n->name, "axis", &e);
  mote_tfl_option(o, 0, (uint32_t)n->n_out);
  if (a->sizes.n) {
    o->code = 102, o->options_type = 79;
    o->in[o->n_in++] = give_ints(f, n, "sizes", &a->sizes);
    o->in[o->n_in++] = axis;
    return MOTE_OK;
  }
  o->in[1] = o->in[0], o->in[0] = axis, o->n_in = 2;
  return MOTE_OK;
}

static int take_pack(mote_tfl_in_t *m, void *attr) {
  ((mote_axis_attr_t *)attr)->axis = mote_tfl_int(m, 1, 0);
  return MOTE_OK;
}

static int give_pack(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f;
  mote_tfl_option(o, 0, (uint32_t)(n->n_in > n->n_out ? n->n_in : n->n_out));
  mote_tfl_option(o, 1, (uint32_t)((const mote_axis_attr_t *)n->attr)->axis);
  return MOTE_OK;
}

static int take_slice(mote_tfl_in_t *m, void *attr) {
  mote_slice_attr_t *a = attr;
  MOTE_TRY(take_ints(m, 1, &a->begin));
  return take_ints(m, 2, &a->size);
}

static int give_slice(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_slice_attr_t *a = n->attr;
  o->in[o->n_in++] = give_ints(f, n, "begin", &a->begin);
  o->in[o->n_in++] = give_ints(f, n, "size", &a->size);
  return MOTE_OK;
}

static int take_strided(mote_tfl_in_t *m, void *attr) {
  mote_strided_slice_attr_t *a = attr;
  MOTE_TRY(take_ints(m, 1, &a->begin));
  MOTE_TRY(take_ints(m, 2, &a->end));
  MOTE_TRY(take_ints(m, 3, &a->strides));
  a->begin_mask = mote_tfl_int(m, 0, 0), a->end_mask = mote_tfl_int(m, 1, 0);
  a->ellipsis_mask = mote_tfl_int(m, 2, 0), a->new_axis_mask = mote_tfl_int(m, 3, 0);
  a->shrink_axis_mask = mote_tfl_int(m, 4, 0);
  return mote_tfl_byte(m, 5)
             ? mote_fail(MOTE_ERR_UNSUPPORTED, "an end that counts from the beginning")
             : MOTE_OK;
}

static int give_strided(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_strided_slice_attr_t *a = n->attr;
  const int32_t masks[5] = {a->begin_mask, a->end_mask, a->ellipsis_mask,
                            a->new_axis_mask, a->shrink_axis_mask};
  o->in[o->n_in++] = give_ints(f, n, "begin", &a->begin);
  o->in[o->n_in++] = give_ints(f, n, "end", &a->end);
  o->in[o->n_in++] = give_ints(f, n, "strides", &a->strides);
  for (int i = 0; i < 5; i++) mote_tfl_option(o, i, (uint32_t)masks[i]);
  return MOTE_OK;
}

static int take_transpose(mote_tfl_in_t *m, void *attr) {
  return take_ints(m, 1, &((mote_transpose_attr_t *)attr)->perm);
}

static int give_transpose(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_ints_t *perm = &((const mote_transpose_attr_t *)n->attr)->perm;
  int32_t rank = mote_tfl_tensor(f, n->in[0])->dims.rank;
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(rank), .is_const = 1};
  for (int32_t i = 0; i < rank; i++) e.ints[i] = perm->n ? perm->v[i] : rank - 1 - i;
  o->in[o->n_in++] = mote_tfl_extra(f, n->name, "perm", &e);
  return MOTE_OK;
}

static int take_tile(mote_tfl_in_t *m, void *attr) {
  return take_ints(m, 1, &((mote_tile_attr_t *)attr)->multiples);
}

static int give_tile(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_tile_attr_t *a = n->attr;
  o->in[o->n_in++] = give_ints(f, n, "multiples", &a->multiples);
  return MOTE_OK;
}

static int take_block(mote_tfl_in_t *m, void *attr) {
  ((mote_block_attr_t *)attr)->block = mote_tfl_int(m, 0, 0);
  return MOTE_OK;
}

static int give_block(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f;
  const mote_block_attr_t *a = n->attr;
  if (a->order != MOTE_BLOCK_DCR)
    return mote_fail(MOTE_ERR_UNSUPPORTED, ".tflite has blocks in the order dcr only");
  mote_tfl_option(o, 0, (uint32_t)a->block);
  return MOTE_OK;
}

static const mote_tfl_row_t rows[] = {
    {49, 35, "split", 2, {1, 2, 4}, take_split, give_split},
    {102, 79, "split", 1, {1, 2, 2}, take_split_v, NULL},
    {83, 59, "pack", MOTE_NODE_IO_MAX, {1, 2, 3}, take_pack, give_pack},
    {88, 64, "unpack", 1, {1, 2, 4}, take_pack, give_pack},
    {65, 48, "slice", 1, {1, 2, 4}, take_slice, give_slice},
    {45, 32, "strided_slice", 1, {1, 2, 4}, take_strided, give_strided},
    {39, 26, "transpose", 1, {1, 2, 4}, take_transpose, give_transpose},
    {69, 51, "tile", 1, {1, 1, 1}, take_tile, give_tile},
    {5, 94, "depth_to_space", 1, {1, 2, 2}, take_block, give_block},
    {26, 19, "space_to_depth", 1, {1, 2, 2}, take_block, give_block}};
MOTE_TFL_FAMILY(slices, rows);
