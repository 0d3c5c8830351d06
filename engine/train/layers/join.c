/* SPDX-License-Identifier: Apache-2.0
 * Layers with several inputs, named in "from": sum (residual connections), concatenation.
 */
#include <string.h>

#include "train/emit.h"

static int add_plan(mote_layer_t *l) {
  mote_shape_t a = l->in_shape[0];
  for (int i = 1; i < l->n_in; i++) {
    mote_shape_t b = l->in_shape[i];
    if (a.h != b.h || a.w != b.w || a.c != b.c)
      return mote_layer_fail(l,
                             "inputs are %u x %u x %u and %u x %u x %u; a 1 x 1 "
                             "convolution makes them alike",
                             a.h, a.w, a.c, b.h, b.w, b.c);
  }
  l->out = a;
  return MOTE_OK;
}

static void add_forward(const mote_layer_t *l, const mote_io_t *io) {
  size_t n = io->n * mote_shape_count(l->out);
  io->k->add(io->y, io->x[0], io->x[1], n);
  for (int i = 2; i < l->n_in; i++) io->k->add(io->y, io->y, io->x[i], n);
}

static void add_backward(const mote_layer_t *l, const mote_io_t *io) {
  size_t n = io->n * mote_shape_count(l->out);
  for (int i = 0; i < l->n_in; i++)
    if (io->dx[i]) memcpy(io->dx[i], io->dy, n * sizeof(float));
}

static int add_emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                    const float *state) {
  (void)w, (void)state;
  mote_activation_attr_t attr = {mote_emit_activation(e, l)};
  mote_emit_node_t n = {.op = "add", .n_in = 2, .attr = &attr, .fused = attr.activation};
  if (l->n_in != 2)
    return mote_layer_fail(l, "export adds two inputs at a time; use two add layers");
  MOTE_TRY(n.in[0] = mote_emit_in(e, l, 0, 0));
  MOTE_TRY(n.in[1] = mote_emit_in(e, l, 1, 0));
  return mote_emit_node(e, l, &n);
}

const mote_layer_kind_t mote_layer_add = {
    .type = "add", .help = "sum of two layers of the same shape, named in \"from\"",
    .min_in = 2, .max_in = 2, .flags = MOTE_LAYER_ACTIVATES, .plan = add_plan,
    .forward = add_forward, .backward = add_backward, .emit = add_emit};

static int concat_plan(mote_layer_t *l) {
  l->out = l->in_shape[0];
  for (int i = 1; i < l->n_in; i++) {
    mote_shape_t b = l->in_shape[i];
    if (l->out.h != b.h || l->out.w != b.w)
      return mote_layer_fail(l,
                             "inputs are %u x %u and %u x %u; only channels may differ",
                             l->out.h, l->out.w, b.h, b.w);
    l->out.c += b.c;
  }
  return MOTE_OK;
}

/* One input's columns within the rows of y: to y, or from dy. */
static void concat_forward(const mote_layer_t *l, const mote_io_t *io) {
  size_t rows = (size_t)io->n * l->out.h * l->out.w, at = 0;
  for (int i = 0; i < l->n_in; i++) {
    size_t c = l->in_shape[i].c;
    for (size_t r = 0; r < rows; r++)
      memcpy(io->y + r * l->out.c + at, io->x[i] + r * c, c * sizeof(float));
    at += c;
  }
}

static void concat_backward(const mote_layer_t *l, const mote_io_t *io) {
  size_t rows = (size_t)io->n * l->out.h * l->out.w, at = 0;
  for (int i = 0; i < l->n_in; i++) {
    size_t c = l->in_shape[i].c;
    for (size_t r = 0; io->dx[i] && r < rows; r++)
      memcpy(io->dx[i] + r * c, io->dy + r * l->out.c + at, c * sizeof(float));
    at += c;
  }
}

static int concat_emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                       const float *state) {
  (void)w, (void)state;
  mote_concat_attr_t attr = {-1};
  mote_emit_node_t n = {.op = "concat", .n_in = l->n_in, .attr = &attr};
  for (int i = 0; i < l->n_in; i++) MOTE_TRY(n.in[i] = mote_emit_in(e, l, i, 0));
  return mote_emit_node(e, l, &n);
}

const mote_layer_kind_t mote_layer_concat = {
    .type = "concat",
    .help = "channels of the layers named in \"from\", one after another",
    .min_in = 2,
    .max_in = MOTE_LAYER_IN_MAX,
    .plan = concat_plan,
    .forward = concat_forward,
    .backward = concat_backward,
    .emit = concat_emit};
