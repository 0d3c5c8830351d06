/* SPDX-License-Identifier: Apache-2.0
 * Activations, element by element; softmax over the channels. All work in place: backward
 * needs the output alone.
 *   relu max(x, 0) · relu6 min(max(x, 0), 6) · sigmoid 1/(1+e^-x) · tanh · softmax */
#include <math.h>
#include <string.h>

#include "math/math.h"
#include "train/emit.h"

static int plan(mote_layer_t *l) {
  l->out = l->in_shape[0];
  return MOTE_OK;
}

static size_t count(const mote_layer_t *l, const mote_io_t *io) {
  return io->n * mote_shape_count(l->out);
}

static void relu_forward(const mote_layer_t *l, const mote_io_t *io) {
  io->k->relu(io->y, io->x[0], count(l, io), HUGE_VALF);
}
static void relu_backward(const mote_layer_t *l, const mote_io_t *io) {
  io->k->relu_back(io->dx[0], io->dy, io->y, count(l, io), HUGE_VALF);
}
static void relu6_forward(const mote_layer_t *l, const mote_io_t *io) {
  io->k->relu(io->y, io->x[0], count(l, io), 6.0f);
}
static void relu6_backward(const mote_layer_t *l, const mote_io_t *io) {
  io->k->relu_back(io->dx[0], io->dy, io->y, count(l, io), 6.0f);
}

static void sigmoid_forward(const mote_layer_t *l, const mote_io_t *io) {
  for (size_t i = 0; i < count(l, io); i++) io->y[i] = mote_logisticf(io->x[0][i]);
}
static void sigmoid_backward(const mote_layer_t *l, const mote_io_t *io) {
  for (size_t i = 0; i < count(l, io); i++)
    io->dx[0][i] = io->dy[i] * (io->y[i] * (1.0f - io->y[i]));
}

static void tanh_forward(const mote_layer_t *l, const mote_io_t *io) {
  for (size_t i = 0; i < count(l, io); i++) io->y[i] = mote_tanhf(io->x[0][i]);
}
static void tanh_backward(const mote_layer_t *l, const mote_io_t *io) {
  for (size_t i = 0; i < count(l, io); i++)
    io->dx[0][i] = io->dy[i] * (1.0f - io->y[i] * io->y[i]);
}

/* y [c] = e^(x - max) / sum */
static void softmax_row(float *y, const float *x, size_t c) {
  float top = x[0], sum = 0.0f;
  for (size_t i = 1; i < c; i++) top = x[i] > top ? x[i] : top;
  for (size_t i = 0; i < c; i++) {
    y[i] = mote_expf(x[i] - top);
    sum += y[i];
  }
  for (size_t i = 0; i < c; i++) y[i] /= sum;
}

static void softmax_forward(const mote_layer_t *l, const mote_io_t *io) {
  size_t c = l->out.c;
  for (size_t i = 0; i < count(l, io); i += c) softmax_row(io->y + i, io->x[0] + i, c);
}

/* dx = y * (dy - sum(dy * y)) */
static void softmax_backward(const mote_layer_t *l, const mote_io_t *io) {
  size_t c = l->out.c;
  for (size_t at = 0; at < count(l, io); at += c) {
    float dot = 0.0f;
    for (size_t i = at; i < at + c; i++) dot += io->dy[i] * io->y[i];
    for (size_t i = at; i < at + c; i++) io->dx[0][i] = io->y[i] * (io->dy[i] - dot);
  }
}

static int emit_as(const mote_layer_t *l, mote_emit_t *e, const char *op,
                   const void *attr) {
  mote_emit_node_t n = {.op = op, .n_in = 1, .attr = attr};
  if (e->tensor[l->index] >= 0) return MOTE_OK; /* fused into the node before */
  MOTE_TRY(n.in[0] = mote_emit_in(e, l, 0, 0));
  return mote_emit_node(e, l, &n);
}

#define EMIT(name, op, attr)                                                             \
  static int name##_emit(const mote_layer_t *l, mote_emit_t *e, const float *w,          \
                         const float *state) {                                           \
    (void)w, (void)state;                                                                \
    return emit_as(l, e, op, attr);                                                      \
  }
static const mote_softmax_attr_t unit_beta = {1.0f};
EMIT(relu, "relu", NULL)
EMIT(relu6, "relu6", NULL)
EMIT(sigmoid, "logistic", NULL)
EMIT(tanh, "tanh", NULL)
EMIT(softmax, "softmax", &unit_beta)

#define ACTIVATION(name, text, o)                                                        \
  const mote_layer_kind_t mote_layer_##name = {                                          \
      .type = #name, .help = text, .op = o, .min_in = 1, .max_in = 1,                    \
      .flags = MOTE_LAYER_IN_PLACE | MOTE_LAYER_NEEDS_Y, .plan = plan,                   \
      .forward = name##_forward, .backward = name##_backward, .emit = name##_emit};
ACTIVATION(relu, "negative values become 0", NULL)
ACTIVATION(relu6, "values are cut to 0..6", NULL)
ACTIVATION(sigmoid, "1 / (1 + e^-x): yes or no per output", "logistic")
ACTIVATION(tanh, "hyperbolic tangent: -1..1", NULL)
ACTIVATION(softmax, "probabilities that sum to 1", NULL)
