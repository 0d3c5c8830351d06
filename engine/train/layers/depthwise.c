/* SPDX-License-Identifier: Apache-2.0
 * Depthwise convolution: channel c of the output reads channel c of the input alone.
 * y[oy][ox][c] = bias[c] + sum over i, j of x[oy*s+i-pad][ox*s+j-pad][c] * w[i][j][c]. */
#include "train/layers/conv.h"

int mote_depthwise_plan(mote_layer_t *l, int flat) {
  const mote_window_cfg_t *c = l->cfg;
  mote_slide_t *s = l->own;
  MOTE_TRY(mote_slide_plan(l, c, flat, s));
  l->out = (mote_shape_t){s->oh, s->ow, s->c};
  l->n_kernel = (size_t)s->kh * s->kw * s->c;
  l->n_bias = c->bias ? s->c : 0;
  l->channels = s->c;
  l->macs = (int64_t)(mote_shape_count(l->out) * s->kh * s->kw);
  return MOTE_OK;
}

void mote_depthwise_init(const mote_layer_t *l, float *w, float *state, mote_rng_t *rng) {
  const mote_slide_t *s = l->own;
  (void)state;
  mote_init_glorot(w, l->n_kernel, (size_t)s->kh * s->kw, (size_t)s->kh * s->kw, rng);
}

void mote_depthwise_layer_forward(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = *(const mote_slide_t *)l->own;
  s.n = io->n;
  io->k->depthwise(io->y, io->x[0], io->w, l->n_bias ? io->w + l->n_kernel : NULL, &s);
}

void mote_depthwise_layer_backward(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = *(const mote_slide_t *)l->own;
  s.n = io->n;
  io->k->depthwise_back_w(io->dw, io->x[0], io->dy, 0, &s);
  if (l->n_bias)
    io->k->col_sums(io->dw + l->n_kernel, io->dy, (size_t)s.n * s.oh * s.ow, s.c);
  if (io->dx[0]) io->k->depthwise_back_x(io->dx[0], io->dy, io->w, &s);
}

int mote_depthwise_emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                        const float *state) {
  const mote_slide_t *s = l->own;
  const mote_window_cfg_t *c = l->cfg;
  (void)state;
  mote_window_attr_t attr = mote_slide_attr(s, c->padding);
  attr.activation = mote_emit_activation(e, l);
  mote_emit_node_t n = {.op = "depthwise_conv2d", .n_in = 3, .attr = &attr,
                        .fused = attr.activation};
  MOTE_TRY(n.in[0] = mote_emit_in(e, l, 0, 1));
  MOTE_TRY(n.in[1] =
               mote_emit_const(e, l, "weights", mote_dims4(1, s->kh, s->kw, s->c), w));
  MOTE_TRY(n.in[2] = mote_emit_bias(e, l, w));
  return mote_emit_node(e, l, &n);
}
