/* SPDX-License-Identifier: Apache-2.0
 * Rows of the exporter: LSTM and GRU, one direction each, the steps first. */
#include <string.h>

#include "model/onnx/export.h"

/* Our gates in the file's order; where the states and the biases are among our inputs. */
typedef struct {
  int32_t gates, states, order[4], state, bias;
  int32_t inner; /* a bias of the last gate's second product, or 0 */
} cell_t;
static const cell_t lstm = {4, 2, {0, 3, 1, 2}, 9, 11, 0};
static const cell_t gru = {3, 1, {0, 1, 2}, 7, 8, 11};

static const float *values(const mote_out_t *x, int32_t i) {
  return i < x->n->n_in && x->n->in[i] >= 0 ? mote_out_in(x, i)->data : NULL;
}

static float *room(mote_out_t *x, int64_t n) {
  float *v = mote_arena_take(x->e->a, (size_t)n, sizeof *v);
  if (!v && x->e->rc >= 0) x->e->rc = MOTE_ERR_NOMEM;
  return v;
}

static const char *table(mote_out_t *x, const mote_dims_t *d, const float *v) {
  return v ? mote_export_const(x->e, x->e->names[x->n->out[0]], MOTE_F32, d, v) : "";
}

/* The gates' tables from input `first` on, one behind the other. */
static const char *weights(mote_out_t *x, const cell_t *c, int32_t first) {
  const mote_dims_t *d = &mote_out_in(x, first)->dims;
  int64_t n = mote_dims_count(d);
  float *all = room(x, c->gates * n);
  for (int32_t k = 0; all && k < c->gates; k++)
    memcpy(all + k * n, values(x, first + c->order[k]), (size_t)n * sizeof *all);
  return table(x, &MOTE_DIMS(1, c->gates * d->d[0], d->d[1]), all);
}

/* Those of the first products, then those of the second. */
static const char *biases(mote_out_t *x, const cell_t *c, int32_t units) {
  size_t bytes = (size_t)units * sizeof(float);
  float *all = room(x, 2 * (int64_t)c->gates * units);
  for (int32_t k = 0; all && k < c->gates; k++) {
    const float *v = values(x, c->bias + c->order[k]);
    if (v) memcpy(all + k * units, v, bytes);
  }
  const float *v = c->inner ? values(x, c->inner) : NULL;
  if (all && v) memcpy(all + (2 * c->gates - 1) * units, v, bytes);
  return table(x, &MOTE_DIMS(1, 2 * c->gates * units), all);
}

static const char *swap(mote_out_t *x, const char *from, const char *to) {
  static const int64_t perm[] = {1, 0, 2};
  mote_export_node_t o = mote_export_node("Transpose", from, to);
  mote_export_attr_ints(&o, "perm", perm, 3);
  mote_export_emit(x->e, &o);
  return to;
}

static void inputs(mote_out_t *x, const cell_t *c, int32_t time_major, int32_t batch,
                   mote_export_node_t *o) {
  int32_t units = mote_out_in(x, 1)->dims.d[0];
  const char *in = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN);
  const mote_dims_t state = MOTE_DIMS(1, batch, units);
  o->in[0] = time_major ? in : swap(x, in, mote_out_between(x, "turned"));
  o->in[1] = weights(x, c, 1);
  o->in[2] = weights(x, c, 1 + c->gates);
  o->in[3] = biases(x, c, units);
  o->in[4] = "";
  o->n_in = 5;
  for (int32_t k = 0; k < c->states; k++) {
    int32_t t = c->state + k < x->n->n_in ? x->n->in[c->state + k] : -1;
    o->in[o->n_in++] =
        t < 0 ? "" : mote_export_reshape(x->e, mote_export_in(x->e, t, MOTE_EXPORT_OWN),
                                         mote_out_between(x, k ? "cell0" : "hidden0"),
                                         &state);
  }
}

/* The file's outputs under our dimensions. */
static void outputs(mote_out_t *x, const cell_t *c, int32_t time_major,
                    const mote_export_node_t *o) {
  mote_dims_t d = mote_out_of(x)->dims;
  const char *to = mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  if (time_major) mote_export_reshape(x->e, o->out, to, &d);
  else {
    const mote_dims_t turned = MOTE_DIMS(d.d[1], d.d[0], d.d[2]);
    swap(x, mote_export_reshape(x->e, o->out, mote_out_between(x, "steps"), &turned), to);
  }
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  for (int32_t k = 0; k < c->states; k++) {
    int32_t t = x->n->out[1 + k];
    mote_export_reshape(x->e, o->more[k], mote_export_out(x->e, t, MOTE_EXPORT_OWN),
                        &x->e->g->tensors[t].dims);
    mote_export_done(x->e, t, MOTE_EXPORT_OWN);
  }
}

static int recurrent(mote_out_t *x, const cell_t *c, int32_t time_major, int32_t reverse,
                     int32_t reset_after) {
  const char *more[2] = {mote_out_between(x, "hidden"), mote_out_between(x, "cell")};
  mote_export_node_t o = mote_export_node(x->name, "", mote_out_between(x, "all"));
  o.more = more, o.n_more = c->states;
  inputs(x, c, time_major, mote_out_of(x)->dims.d[!!time_major], &o);
  mote_export_attr_int(&o, "hidden_size", mote_out_of(x)->dims.d[2]);
  if (reverse) mote_export_attr_text(&o, "direction", "reverse");
  if (reset_after) mote_export_attr_int(&o, "linear_before_reset", 1);
  mote_export_emit(x->e, &o);
  outputs(x, c, time_major, &o);
  return MOTE_OK;
}

int mote_out_lstm(mote_out_t *x) {
  const mote_lstm_attr_t *a = x->n->attr;
  if (mote_out_of(x)->dtype != MOTE_F32 || a->cell_clip > 0.0f)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "it has integers or a clipped cell");
  return recurrent(x, &lstm, a->time_major, a->reverse, 0);
}

int mote_out_gru(mote_out_t *x) {
  const mote_gru_attr_t *a = x->n->attr;
  return recurrent(x, &gru, a->time_major, a->reverse, a->reset_after);
}
