/* SPDX-License-Identifier: Apache-2.0
 * Conv: [O][I / groups][h][w] becomes [O][h][w][I]; a group per channel is depthwise,
 * other groups are convolutions of their own between a split and a concat. */
#include "model/onnx/window.h"

#include <string.h>

typedef struct {
  int32_t x, w, b;           /* values of the file */
  int32_t out, in, kh, kw;   /* of the weights; in: per group */
  int32_t groups, channels;  /* of the input */
  mote_window_attr_t a;
} conv_t;

/* Places of weights: channels last. */
typedef struct { size_t in, taps, out, first; } order_t;

static size_t conv_source(const void *ctx, size_t i) {
  const order_t *s = ctx;
  size_t c = i % s->in, tap = i / s->in % s->taps, o = i / s->in / s->taps;
  return ((s->first + o) * s->in + c) * s->taps + tap;
}

static size_t depthwise_source(const void *ctx, size_t i) {
  const order_t *s = ctx;
  return i % s->out * s->taps + i / s->out;
}

static int read_conv(mote_import_t *m, conv_t *c) {
  *c = (conv_t){.x = mote_import_in(m, 0), .w = mote_import_in(m, 1),
                .b = mote_import_in(m, 2)};
  const mote_dims_t *x = &m->values[c->x].dims, *w = &m->values[c->w].dims;
  int64_t groups = mote_import_int(m, "group", 1);
  if (!m->values[c->w].c) return MOTE_IMPORT_UNSUPPORTED("its weights must be constants");
  if (w->rank != x->rank || (w->rank != 3 && w->rank != 4))
    return MOTE_IMPORT_UNSUPPORTED("weights of rank %d for an input of rank %d",
                                   (int)w->rank, (int)x->rank);
  c->out = w->d[0], c->in = w->d[1], c->channels = x->d[1];
  c->kh = w->rank == 4 ? w->d[2] : 1, c->kw = w->d[w->rank - 1];
  if (groups < 1 || groups > c->channels || c->in * groups != c->channels || !c->out ||
      c->out % groups || !c->kh || !c->kw)
    return mote_fail(MOTE_ERR_FORMAT, "%lld groups, and weights for %d of %d channels",
                     (long long)groups, (int)c->in, (int)c->channels);
  c->groups = (int32_t)groups;
  c->a = (mote_window_attr_t){.stride_h = 1, .stride_w = 1, .dilation_h = 1,
                              .dilation_w = 1, .kernel_h = c->kh, .kernel_w = c->kw,
                              .activation = m->activation};
  MOTE_TRY(mote_window_read(m, x, &c->a));
  if (c->a.kernel_h == c->kh && c->a.kernel_w == c->kw) return MOTE_OK;
  return mote_fail(MOTE_ERR_FORMAT, "kernel_shape and the weights disagree");
}

/* Channels first..first + n as one convolution of the input tensor t. */
static int32_t one_conv(mote_import_t *m, const conv_t *c, int32_t t, int32_t first,
                        int32_t n) {
  order_t order = {(size_t)c->in, (size_t)c->kh * (size_t)c->kw, (size_t)c->out,
                   (size_t)first};
  mote_weights_t w = {c->w, first, n, 0, MOTE_DIMS(n, c->kh, c->kw, c->in), conv_source,
                      &order, 1.0f};
  int depthwise = c->groups > 1 && c->in == 1;
  if (depthwise)
    w.axis = 3, w.dims = MOTE_DIMS(1, c->kh, c->kw, n), w.source = depthwise_source;
  int32_t in[3] = {t, mote_weights_tensor(m, &w), -1};
  if (in[1] < 0) return in[1];
  MOTE_TRY(mote_bias_tensor(m, &(mote_bias_t){c->b, first, n, t, in[1], 1.0f}, &in[2]));
  mote_window_attr_t a = c->a;
  a.kernel_h = a.kernel_w = 0;
  return mote_import_emit(m, depthwise ? "depthwise_conv2d" : "conv2d", in,
                          in[2] < 0 ? 2 : 3, &a, NULL);
}

/* A convolution per group of channels. */
static int32_t grouped(mote_import_t *m, const conv_t *c, int32_t t) {
  int32_t part[MOTE_NODE_IO_MAX], n = c->out / c->groups;
  mote_concat_attr_t last = {3};
  if (c->groups > MOTE_NODE_IO_MAX)
    return MOTE_IMPORT_UNSUPPORTED("%d groups of several channels; at most %d are",
                                   (int)c->groups, MOTE_NODE_IO_MAX);
  for (int32_t i = 0; i < c->groups; i++) {
    int32_t in = mote_import_cut(m, t, 3, i * c->in, c->in);
    part[i] = in < 0 ? in : one_conv(m, c, in, i * n, n);
    if (part[i] < 0) return part[i];
  }
  return mote_import_emit(m, "concat", part, c->groups, &last, NULL);
}

int mote_onnx_conv(mote_import_t *m) {
  conv_t c;
  MOTE_TRY(read_conv(m, &c));
  if (m->use_q && !mote_weights_int8(m, c.w, 0, c.out)) m->use_q = 0;
  int32_t t = mote_import_tensor(m, c.x, MOTE_LAYOUT_LAST), y;
  if (t < 0) return t;
  MOTE_TRY(t = mote_window_pad(m, t, &c.a, 0));
  y = c.groups == 1 || c.in == 1 ? one_conv(m, &c, t, 0, c.out) : grouped(m, &c, t);
  return mote_import_set(m, mote_import_out(m, 0), y, MOTE_LAYOUT_LAST,
                         m->values[c.x].dims.rank);
}
