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
  const mote_svdf_attr_t *a = n->attr;
  if (a->activation != MOTE_ACT_NONE && mote_tfl_tensor(f, n->out[0])->dtype == MOTE_I8)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "an int8 SVDF has no activation in .tflite");
  o->in[3] = n->n_in > 4 ? n->in[4] : -1;
  o->in[4] = n->in[3];
  o->n_in = 5, o->n_out = 1;
  mote_tfl_option(o, 0, (uint32_t)a->rank);
  mote_tfl_option(o, 1, mote_tfl_act_code(a->activation));
  return MOTE_OK;
}

/* Where the file has our inputs: the input, weights of the gates i f g o, those of the
 * hidden values, the two states, biases. */
static const int32_t lstm_inputs[15] = {0, 1,  2,  3,  4,  5,  6, 7,
                                        8, 18, 19, 12, 13, 14, 15};
static const struct { int32_t first, last; const char *what; } lstm_extras[] = {
    {9, 11, "peephole weights"}, {16, 17, "a projection"},
    {20, 23, "layer normalisation"}};

static int refuse_lstm(const mote_tfl_in_t *m) {
  for (size_t k = 0; k < sizeof lstm_extras / sizeof lstm_extras[0]; k++)
    for (int32_t i = lstm_extras[k].first; i <= lstm_extras[k].last && i < m->n_in; i++)
      if (m->in[i] >= 0)
        return mote_fail(MOTE_ERR_UNSUPPORTED, "it has %s; use a plain LSTM",
                         lstm_extras[k].what);
  if (m->n_in < 20 || m->in[18] < 0 || m->in[19] < 0)
    return mote_fail(MOTE_ERR_FORMAT, "it has no states");
  if (m->in[1] < 0 || m->in[5] < 0)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "its input gate is coupled to the forget "
                     "gate; use a plain LSTM");
  if (mote_tfl_byte(m, 0) != 4)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "activation %d of the cell; use tanh",
                     (int)mote_tfl_byte(m, 0));
  if (mote_tfl_byte(m, 5))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "its recurrent weights are diagonal");
  return MOTE_OK;
}

static int take_lstm(mote_tfl_in_t *m, void *attr) {
  mote_lstm_attr_t *a = attr;
  int32_t in[MOTE_NODE_IO_MAX];
  MOTE_TRY(refuse_lstm(m));
  memcpy(in, m->in, sizeof in);
  m->n_in = 15;
  for (int i = 0; i < 15; i++) m->in[i] = in[lstm_inputs[i]];
  m->out[m->n_out++] = in[18], m->out[m->n_out++] = in[19];
  a->cell_clip = mote_tfl_float(m, 1, 0.0f);
  a->time_major = mote_tfl_byte(m, 3);
  return MOTE_OK;
}

static int give_lstm(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_lstm_attr_t *a = n->attr;
  if (n->n_in < 11 || mote_tfl_tensor(f, n->out[1])->role != MOTE_ROLE_STATE ||
      mote_tfl_tensor(f, n->out[2])->role != MOTE_ROLE_STATE)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "in .tflite an LSTM keeps its states from run "
                     "to run; this one does not");
  if (a->reverse) return mote_fail(MOTE_ERR_UNSUPPORTED, "its last step comes first");
  o->n_in = 24, o->n_out = 1;
  for (int i = 0; i < 24; i++) o->in[i] = -1;
  for (int i = 0; i < n->n_in; i++) o->in[lstm_inputs[i]] = n->in[i];
  mote_tfl_option(o, 0, 4);
  mote_tfl_option_float(o, 1, a->cell_clip);
  mote_tfl_option(o, 3, (uint32_t)a->time_major);
  return MOTE_OK;
}

static const mote_tfl_row_t rows[] = {
    {27, 6, "svdf", 5, {1, 3, 0}, take_svdf, give_svdf},
    {44, 71, "lstm", 24, {1, 3, 3}, take_lstm, give_lstm}};
MOTE_TFL_FAMILY(recurrent, rows);
