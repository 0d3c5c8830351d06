/* SPDX-License-Identifier: Apache-2.0
 * A border of the real value 0 becomes the padding of the convolution that reads it, and
 * one of the lowest value that of a maximum. int8 only: the sums of float convolutions
 * are ordered by the taps inside the input. */
#include <string.h>

#include "model/ops/util.h"
#include "model/passes/lowered.h"
#include "model/passes/pass.h"
#include "nn/conv2d.h"
#include "nn/depthwise_conv2d.h"
#include "nn/pool2d.h"

/* The window of a node, and the border that its padding stands for. */
static const mote_window_t *window_of(const mote_lowered_t *l, int32_t node, int32_t zero,
                                      int32_t *border) {
  const mote_step_t *s;
  *border = zero;
  if ((s = mote_lowered_only(l, node, "mote_conv2d_s8")))
    return &((const mote_conv2d_s8_t *)s->params)->win;
  if ((s = mote_lowered_only(l, node, "mote_depthwise_conv2d_s8")))
    return &((const mote_depthwise_conv2d_s8_t *)s->params)->win;
  *border = -128;
  if ((s = mote_lowered_only(l, node, "mote_max_pool2d_s8")))
    return &((const mote_pool2d_s8_t *)s->params)->win;
  return NULL;
}

/* ---- the pad: seen by what it does ---- */

typedef struct {
  int32_t top, left;
} corner_t;

/* Is `out` the value `border`, but `inside` where an input of size `in` lies? */
static int is_framed(const int8_t *out, const mote_dims_t *in, const mote_dims_t *d,
                     int32_t border, int32_t inside, corner_t *at) {
  int32_t w = d->d[2], c = d->d[3], first = 0, count = (int32_t)mote_dims_count(d);
  while (first < count && out[first] == border) first++;
  *at = (corner_t){first / c / w, first / c % w};
  for (int32_t i = 0; i < count; i++) {
    int32_t y = i / c / w - at->top, x = i / c % w - at->left;
    int is_in = y >= 0 && y < in->d[1] && x >= 0 && x < in->d[2];
    if (out[i] != (is_in ? inside : border)) return 0;
  }
  return 1;
}

/* 1 when the node is a frame of `border` around an image. */
static int frames(const mote_lowered_t *l, int32_t node, int32_t border, corner_t *at) {
  const mote_node_t *n = &l->g->nodes[node];
  if (strcmp(n->op->name, "pad") || !mote_lowered_is_plain(l, node)) return 0;
  const mote_tensor_t *in = mote_node_in(l->g, n, 0), *out = mote_node_out(l->g, n);
  if (in->dims.rank != 4 || in->dims.d[0] != 1 || out->dims.rank != 4 ||
      out->dims.d[0] != 1 || in->dims.d[3] != out->dims.d[3] ||
      in->role != MOTE_ROLE_VALUE || in->dtype != MOTE_I8)
    return 0;
  int8_t *x = mote_alloc(mote_tensor_bytes(in), 1);
  int8_t *y = mote_alloc(mote_tensor_bytes(out), 1);
  const void *ins[MOTE_NODE_IO_MAX] = {x};
  int32_t inside = border < 127 ? border + 1 : 0;
  int rc = x && y ? MOTE_OK : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) {
    memset(x, inside, mote_tensor_bytes(in));
    rc = mote_lowered_run(l, node, ins, y);
  }
  if (rc == MOTE_OK) rc = is_framed(y, &in->dims, &out->dims, border, inside, at);
  mote_free(x), mote_free(y);
  return rc;
}

/* ---- the window without it ---- */

/* What must hang over at the far side for the last window to fit. */
static int32_t behind(int32_t out, int32_t stride, int32_t k, int32_t dilation,
                      int32_t in, int32_t before) {
  int32_t need = (out - 1) * stride + (k - 1) * dilation + 1 - in - before;
  return need > 0 ? need : 0;
}

/* The window attributes on the input without its frame; 0 when they do not exist. */
static int unframed(const mote_window_t *w, corner_t at, const mote_dims_t *in,
                    mote_window_attr_t *a) {
  mote_window_t made;
  a->padding = MOTE_PAD_EXPLICIT;
  a->pad_top = w->pad_top + at.top, a->pad_left = w->pad_left + at.left;
  a->pad_bottom =
      behind(w->out_h, w->stride_h, w->k_h, w->dilation_h, in->d[1], a->pad_top);
  a->pad_right =
      behind(w->out_w, w->stride_w, w->k_w, w->dilation_w, in->d[2], a->pad_left);
  return mote_window_make(a, in, w->k_h, w->k_w, &made) == MOTE_OK &&
         made.out_h == w->out_h && made.out_w == w->out_w;
}

static int fuse(mote_graph_t *g, const mote_lowered_t *l, int32_t node) {
  mote_node_t *n = &g->nodes[node];
  int32_t border, pad = n->n_in ? mote_pass_producer(g, n->in[0]) : -1;
  if (pad < 0 || n->op->attrs != mote_window_rows) return 0;
  if (mote_node_in(g, n, 0)->dtype != MOTE_I8) return 0;
  const mote_window_t *w =
      window_of(l, node, mote_zero_of(mote_node_in(g, n, 0)), &border);
  corner_t at;
  int rc = w ? frames(l, pad, border, &at) : 0;
  if (rc <= 0) return rc;
  const mote_dims_t *in = &mote_node_in(g, &g->nodes[pad], 0)->dims;
  mote_window_attr_t *a = mote_arena_take(g->arena, 1, sizeof *a);
  if (!a) return MOTE_ERR_NOMEM;
  *a = *(const mote_window_attr_t *)n->attr;
  if (!unframed(w, at, in, a)) return 0;
  n->attr = a;
  n->in[0] = g->nodes[pad].in[0];
  return 1;
}

int mote_pass_fuse_pad(mote_graph_t *g, const mote_optimise_options_t *options) {
  (void)options;
  mote_lowered_t l;
  int times = 0, rc = 0;
  MOTE_TRY(mote_lowered_new(g, &l));
  for (int32_t i = 0; rc >= 0 && i < g->n_nodes; i++) {
    rc = fuse(g, &l, i);
    times += rc > 0;
  }
  mote_lowered_free(&l);
  return rc < 0 ? rc : times;
}
