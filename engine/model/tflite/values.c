/* SPDX-License-Identifier: Apache-2.0
 * Arithmetic on values: of one, of two, over an axis, between types. */
#include "model/ops/util.h"
#include "model/tflite/map.h"

static int take_binary(mote_tfl_in_t *m, void *attr) {
  mote_activation_attr_t *a = attr;
  return mote_tfl_activation(mote_tfl_byte(m, 0), &a->activation);
}

static int give_binary(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_activation_attr_t *a = n->attr;
  (void)f;
  mote_tfl_option(o, 0, mote_tfl_act_code(a->activation));
  return MOTE_OK;
}

static int take_softmax(mote_tfl_in_t *m, void *attr) {
  mote_softmax_attr_t *a = attr;
  a->beta = mote_tfl_float(m, 0, 0.0f);
  if (a->beta > 0.0f && a->beta < 1e6f) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "beta %g", (double)a->beta);
}

static int give_softmax(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_softmax_attr_t *a = n->attr;
  (void)f;
  mote_tfl_option_float(o, 0, a->beta);
  return MOTE_OK;
}

static int take_mean(mote_tfl_in_t *m, void *attr) {
  int32_t axis[MOTE_RANK_MAX], rank = m->g->tensors[m->in[0]].dims.rank;
  uint32_t set = 0;
  int n = mote_tfl_constants(m, 1, axis, MOTE_RANK_MAX);
  if (n < 0) return n;
  for (int i = 0; i < n; i++) {
    int32_t at = axis[i] < 0 ? axis[i] + rank : axis[i];
    if (at < 0 || at >= rank) return mote_fail(MOTE_ERR_FORMAT, "axis out of range");
    set |= 1u << at;
  }
  int32_t first = 0, last = rank - 1;
  while (set && !(set >> first & 1)) first++;
  while (set && !(set >> last & 1)) last--;
  if (!set || (set >> first) != (2u << (last - first)) - 1)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the axes are not neighbours");
  *(mote_mean_attr_t *)attr = (mote_mean_attr_t){first, last, mote_tfl_byte(m, 0)};
  return MOTE_OK;
}

static int give_mean(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_mean_attr_t *a = n->attr;
  int32_t rank = mote_tfl_tensor(f, n->in[0])->dims.rank;
  int32_t first = mote_resolve_axis(a->first, rank);
  int32_t last = mote_resolve_axis(a->last, rank);
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(last - first + 1),
                        .is_const = 1};
  for (int32_t i = first; i <= last; i++) e.ints[i - first] = i;
  o->in[o->n_in++] = mote_tfl_extra(f, n->name, "axes", &e);
  mote_tfl_option(o, 0, (uint32_t)a->keep_dims);
  return MOTE_OK;
}

static const mote_tfl_row_t rows[] = {
    {0, 11, "add", 2, {1, 2, 3}, take_binary, give_binary},
    {18, 21, "mul", 2, {1, 2, 4}, take_binary, give_binary},
    {41, 28, "sub", 2, {1, 2, 3}, take_binary, give_binary},
    {42, 29, "div", 2, {1, 2, 2}, take_binary, give_binary},
    {55, 39, "maximum", 2, {1, 2, 3}, NULL, NULL},
    {57, 39, "minimum", 2, {1, 2, 3}, NULL, NULL},
    {99, 75, "squared_difference", 2, {1, 2, 2}, NULL, NULL},
    {54, 0, "prelu", 2, {1, 1, 1}, NULL, NULL},
    {19, 0, "relu", 1, {1, 2, 3}, NULL, NULL},
    {21, 0, "relu6", 1, {1, 2, 3}, NULL, NULL},
    {14, 0, "logistic", 1, {1, 2, 3}, NULL, NULL},
    {28, 0, "tanh", 1, {1, 2, 3}, NULL, NULL},
    {25, 9, "softmax", 1, {1, 2, 3}, take_softmax, give_softmax},
    {40, 27, "mean", 1, {1, 2, 3}, take_mean, give_mean},
    {114, 0, "quantize", 1, {1, 1, 2}, NULL, NULL},
    {6, 0, "dequantize", 1, {2, 2, 3}, NULL, NULL}};
MOTE_TFL_FAMILY(values, rows);
