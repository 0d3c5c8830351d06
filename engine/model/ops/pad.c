/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/util.h"

#include <math.h>

#include "nn/pad.h"

MOTE_WRAP1(mote_pad_s8, mote_pad_s8_t)
MOTE_WRAP1(mote_pad_f32, mote_pad_f32_t)

#define COMMON(T)                                                                        \
  MOTE_FIELD(T, outer, I32), MOTE_FIELD(T, in_h, I32), MOTE_FIELD(T, in_w, I32),         \
      MOTE_FIELD(T, in_c, I32), MOTE_FIELD(T, out_h, I32), MOTE_FIELD(T, out_w, I32),    \
      MOTE_FIELD(T, out_c, I32), MOTE_FIELD(T, top, I32), MOTE_FIELD(T, left, I32),      \
      MOTE_FIELD(T, front, I32)
static const mote_field_t fields_s8[] = {COMMON(mote_pad_s8_t),
                                         MOTE_FIELD(mote_pad_s8_t, value, I32)};
static const mote_struct_t struct_s8 = MOTE_STRUCT(mote_pad_s8_t, "nn/pad.h", fields_s8);
static const mote_kernel_t kernel_s8 = {
    "mote_pad_s8", &struct_s8, run_mote_pad_s8, "nn/pad_s8.c", "b", "b", 0, 0};

static const mote_field_t fields_f32[] = {COMMON(mote_pad_f32_t),
                                          MOTE_FIELD(mote_pad_f32_t, value, F32)};
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_pad_f32_t, "nn/pad.h", fields_f32);
static const mote_kernel_t kernel_f32 = {
    "mote_pad_f32", &struct_f32, run_mote_pad_f32, "nn/pad_f32.c", "f", "f", 0, 0};

#define INT(m, help)                                                                     \
  { #m, MOTE_P_INT, offsetof(mote_pad_attr_t, m), 0, 1 << 20, 0, NULL, "", help }
static const mote_param_t rows[] = {
    INT(top, "Rows before."), INT(bottom, "Rows behind."), INT(left, "Columns before."),
    INT(right, "Columns behind."), INT(front, "Channels before."),
    INT(back, "Channels behind."),
    {"value", MOTE_P_FLOAT, offsetof(mote_pad_attr_t, value), -3e38, 3e38, 0, NULL, "",
     "What the border holds."}};

/* Dimensions as [outer][h][w][c]; missing ones are 1. */
static mote_dims_t as4(const mote_dims_t *d) {
  mote_dims_t r = MOTE_DIMS(1, 1, 1, 1);
  for (int32_t i = 0; i < d->rank; i++) {
    int32_t at = i + 4 - d->rank;
    r.d[at < 0 ? 0 : at] *= d->d[i];
  }
  return r;
}

static int pad_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_pad_attr_t *a = n->attr;
  MOTE_TRY(mote_want_uniform(g, n, 1));
  MOTE_TRY(mote_want_same_scale(g, n, 0));
  *out = mote_node_in(g, n, 0)->dims;
  const int32_t more[3] = {a->top + a->bottom, a->left + a->right, a->front + a->back};
  for (int32_t i = 0; i < 3; i++) {
    int32_t at = out->rank - 3 + i;
    if (at >= 0) out->d[at] += more[i];
    else if (more[i])
      return mote_fail(MOTE_ERR_SIZE, "padding of an axis that is not there");
  }
  return MOTE_OK;
}

int32_t mote_border_s8(float value, const mote_tensor_t *out) {
  float q = roundf(value / mote_scale_of(out)) + (float)mote_zero_of(out);
  return q < -128.0f ? -128 : q > 127.0f ? 127 : (int32_t)q;
}

static int pad_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_pad_attr_t *a = n->attr;
  const mote_tensor_t *out = mote_node_out(g, n);
  mote_dims_t i = as4(&mote_node_in(g, n, 0)->dims), o = as4(&out->dims);
  int f32 = out->dtype == MOTE_F32;
  mote_step_t *s = mote_simple_step(prog, node, f32 ? &kernel_f32 : &kernel_s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  if (f32)
    *(mote_pad_f32_t *)s->params =
        (mote_pad_f32_t){i.d[0], i.d[1], i.d[2], i.d[3], o.d[1], o.d[2], o.d[3],
                         a->top, a->left, a->front, a->value};
  else
    *(mote_pad_s8_t *)s->params =
        (mote_pad_s8_t){i.d[0], i.d[1], i.d[2], i.d[3], o.d[1], o.d[2], o.d[3],
                        a->top, a->left, a->front, mote_border_s8(a->value, out)};
  return MOTE_OK;
}

static uint32_t pad_traits(const mote_graph_t *g, const mote_node_t *n) {
  const mote_pad_attr_t *a = n->attr;
  (void)g;
  return MOTE_MOVES | (a->front || a->back ? 0 : MOTE_EACH_CHANNEL | MOTE_RISING);
}

const mote_op_t mote_op_pad = {
    .name = "pad", .help = "A border of one value around height, width and channels.",
    .attrs = rows, .n_attrs = 7, .attr_bytes = sizeof(mote_pad_attr_t), .min_in = 1,
    .max_in = 1, .n_out = 1, .quant = MOTE_QUANT_SAME, .weights_axis = -1,
    .shape = pad_shape, .lower = pad_lower, .traits = pad_traits};
