/* SPDX-License-Identifier: Apache-2.0
 * Rounds activations to their int8 grid in the forward pass; the gradient goes straight
 * through inside the range (Jacob et al., arXiv 1712.05877). Put in by train/qat.c; the
 * range stands in the state: lo, hi. While observing it passes values on and widens it.
 */
#include <string.h>

#include "train/layers/fake_quant.h"

static int plan(mote_layer_t *l) {
  l->out = l->in_shape[0];
  l->n_state = 2;
  return MOTE_OK;
}

/* Zero is on the grid: real = scale * q, q from -128 - zero to 127 - zero. */
static mote_grid_t grid_of(const float *range) {
  float lo = range[0] < 0.0f ? range[0] : 0.0f, hi = range[1] > 0.0f ? range[1] : 0.0f;
  float scale = hi > lo ? (hi - lo) / 255.0f : 1.0f;
  float below = (float)(int32_t)(-lo / scale + 0.5f); /* steps below zero */
  return (mote_grid_t){scale, -below, 255.0f - below};
}

static void observe(float *range, const float *x, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (x[i] < range[0]) range[0] = x[i];
    if (x[i] > range[1]) range[1] = x[i];
  }
}

static void forward(const mote_layer_t *l, const mote_io_t *io) {
  const mote_fake_quant_t *c = l->cfg;
  size_t n = io->n * mote_shape_count(l->out);
  if (c->observing) {
    observe(io->state, io->x[0], n);
    memcpy(io->y, io->x[0], n * sizeof(float));
    return;
  }
  mote_grid_t grid = grid_of(io->state);
  io->k->fake_quant(io->y, io->x[0], n, &grid);
}

static void backward(const mote_layer_t *l, const mote_io_t *io) {
  mote_grid_t grid = grid_of(io->state);
  size_t n = io->n * mote_shape_count(l->out);
  if (io->dx[0]) io->k->fake_quant_back(io->dx[0], io->dy, io->x[0], n, &grid);
}

const mote_layer_kind_t mote_layer_fake_quant = {.type = "fake_quant",
                                                 .cfg_bytes = sizeof(mote_fake_quant_t),
                                                 .min_in = 1,
                                                 .max_in = 1,
                                                 .flags = MOTE_LAYER_HIDDEN,
                                                 .plan = plan,
                                                 .forward = forward,
                                                 .backward = backward};
