/* SPDX-License-Identifier: Apache-2.0
 * Operators that keep states: variable tensors, which the file lists as inputs only. */
#include "model/tflite/map.h"

/* Inputs of the file: input, weights in features and in time, bias, state. The reference
 * has no activation for int8. */
static int take_svdf(mote_tfl_in_t *m, void *attr) {
  mote_svdf_attr_t *a = attr;
  if (m->n_in < 5) return mote_fail(MOTE_ERR_FORMAT, "it has no state");
  int32_t bias = m->in[3];
  m->in[3] = m->in[4], m->in[4] = bias;
  m->n_in = bias < 0 ? 4 : 5;
  m->out[m->n_out++] = m->in[3];
  a->rank = mote_tfl_int(m, 0, 0);
  MOTE_TRY(mote_tfl_activation(mote_tfl_byte(m, 1), &a->activation));
  if (m->g->tensors[m->in[0]].dtype == MOTE_I8) a->activation = MOTE_ACT_NONE;
  return MOTE_OK;
}

static int give_svdf(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f;
  const mote_svdf_attr_t *a = n->attr;
  o->in[3] = n->n_in > 4 ? n->in[4] : -1;
  o->in[4] = n->in[3];
  o->n_in = 5, o->n_out = 1;
  mote_tfl_option(o, 0, (uint32_t)a->rank);
  mote_tfl_option(o, 1, mote_tfl_act_code(a->activation));
  return MOTE_OK;
}

static const mote_tfl_row_t rows[] = {
    {27, 22, "svdf", 5, {1, 3, 0}, take_svdf, give_svdf}};
MOTE_TFL_FAMILY(recurrent, rows);
