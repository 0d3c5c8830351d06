/* SPDX-License-Identifier: Apache-2.0
 * Dropout: in training each value is zero with probability `rate`, else divided by 1 -
 * rate. The mask is a hash of (step, layer, position): nothing to store, any thread may
 * do it. */
#include <string.h>

#include "train/emit.h"

typedef struct { float rate; } cfg_t;

static const mote_param_t rows[] = {
    {"rate", MOTE_P_FLOAT, offsetof(cfg_t, rate), 0, 0.95, 0.25, NULL, "",
     "share of the values that are dropped while training"},
};

static int plan(mote_layer_t *l) {
  l->out = l->in_shape[0];
  return MOTE_OK;
}

static void drop(const mote_layer_t *l, const mote_io_t *io, float *y, const float *x) {
  const cfg_t *c = l->cfg;
  size_t d = mote_shape_count(l->out), n = io->n * d;
  mote_drop_t p = {.key = io->key, .below = (uint32_t)((double)c->rate * 4294967296.0),
                   .first = io->first * d, .keep = 1.0f / (1.0f - c->rate)};
  io->k->dropout(y, x, n, &p);
}

static void forward(const mote_layer_t *l, const mote_io_t *io) {
  if (io->training) drop(l, io, io->y, io->x[0]);
  else if (io->y != io->x[0])
    memcpy(io->y, io->x[0], io->n * mote_shape_count(l->out) * sizeof(float));
}

static void backward(const mote_layer_t *l, const mote_io_t *io) {
  if (io->dx[0]) drop(l, io, io->dx[0], io->dy);
}

static int emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                const float *state) {
  (void)w, (void)state;
  return mote_emit_same(e, l);
}

const mote_layer_kind_t mote_layer_dropout = {
    .type = "dropout",
    .help = "drops values at random while training, against overfitting",
    .params = rows,
    .n_params = 1,
    .cfg_bytes = sizeof(cfg_t),
    .min_in = 1,
    .max_in = 1,
    .flags = MOTE_LAYER_IN_PLACE,
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .emit = emit};
