/* SPDX-License-Identifier: Apache-2.0
 * ConvTranspose: [I][O][h][w] becomes [O][h][w][I]. Ours knows two paddings; any other is
 * a part cut out of the unpadded result. */
#include <string.h>

#include "model/onnx/window.h"

/* One direction: the result is `out` values from `before` on of the `full` ones. */
typedef struct { int64_t in, kernel, stride, full, before, out; } axis_t;

typedef struct { size_t in, taps, out; } order_t;

static size_t source(const void *ctx, size_t i) {
  const order_t *s = ctx;
  size_t c = i % s->in, tap = i / s->in % s->taps, o = i / s->in / s->taps;
  return (c * s->out + o) * s->taps + tap;
}

static int filter_of(const mote_import_t *m, order_t *s, mote_window_attr_t *a) {
  const mote_value_t *w = &m->values[mote_import_in(m, 1)];
  const mote_dims_t *x = &m->values[mote_import_in(m, 0)].dims, *d = &w->dims;
  if (!w->c) return MOTE_IMPORT_UNSUPPORTED("its weights must be constants");
  if (d->rank != x->rank || (d->rank != 3 && d->rank != 4) || d->d[0] != x->d[1] ||
      mote_dims_count(d) < 1)
    return mote_fail(MOTE_ERR_FORMAT, "weights of rank %d for %d of %d channels",
                     (int)d->rank, (int)d->d[0], (int)x->d[1]);
  if (mote_import_int(m, "group", 1) != 1) return MOTE_IMPORT_UNSUPPORTED("group");
  *a = (mote_window_attr_t){.stride_h = 1, .stride_w = 1, .dilation_h = 1,
                            .dilation_w = 1, .kernel_h = d->rank == 4 ? d->d[2] : 1,
                            .kernel_w = d->d[d->rank - 1]};
  *s = (order_t){(size_t)d->d[0], (size_t)a->kernel_h * (size_t)a->kernel_w,
                 (size_t)d->d[1]};
  MOTE_TRY(mote_window_read(m, x, a));
  if (a->dilation_h != 1 || a->dilation_w != 1)
    return MOTE_IMPORT_UNSUPPORTED("dilations");
  if ((size_t)a->kernel_h * (size_t)a->kernel_w == s->taps) return MOTE_OK;
  return mote_fail(MOTE_ERR_FORMAT, "kernel_shape and the weights disagree");
}

/* A list of one number per spatial axis; which is 0: rows, 1: columns. */
static int listed(const mote_import_t *m, const char *name, int which, int64_t *out) {
  int64_t v[4];
  int32_t spatial = m->values[mote_import_in(m, 0)].dims.rank - 2;
  int n = mote_import_ints(m, name, -1, v, 4);
  if (n < 0) return n;
  if (n && n != spatial) return mote_fail(MOTE_ERR_FORMAT, "%s has %d entries", name, n);
  if (!n || which + spatial < 2) return 0;
  *out = v[which + spatial - 2];
  if (*out >= 0 && *out <= 1 << 20) return 1;
  return mote_fail(MOTE_ERR_FORMAT, "%s is %lld", name, (long long)*out);
}

/* `before`, `after`: the file's pads. */
static int place(const mote_import_t *m, int which, int64_t before, int64_t after,
                 axis_t *x) {
  const char *how = mote_import_text(m, "auto_pad", "NOTSET");
  int same = !strncmp(how, "SAME", 4), given, more;
  int64_t extra = 0, total;
  MOTE_TRY(more = listed(m, "output_padding", which, &extra));
  MOTE_TRY(given = listed(m, "output_shape", which, &x->out));
  x->full = (x->in - 1) * x->stride + x->kernel;
  if (same && !given) x->out = x->in * x->stride;
  total = x->full + extra - x->out;
  if (total < 0) total = 0;
  if (!same && !given) x->out = x->full + extra - before - after;
  else before = !strcmp(how, "SAME_LOWER") || !same ? total - total / 2 : total / 2;
  x->before = before;
  if (more && extra >= x->stride)
    return mote_fail(MOTE_ERR_FORMAT, "output_padding is not below the stride");
  return x->out > 0 && x->out <= 1 << 16
             ? MOTE_OK
             : mote_fail(MOTE_ERR_FORMAT, "a result of %lld", (long long)x->out);
}

/* Is it what a convolution with padding SAME, or without, turns back? */
static int is_same(const axis_t *x) {
  int64_t total = x->full - x->out;
  return (x->out + x->stride - 1) / x->stride == x->in &&
         x->before == (total < 0 ? 0 : total / 2);
}

static int is_valid(const axis_t *x) {
  return !x->before && x->out >= x->full && x->out < x->full + x->stride;
}

static int32_t emit(mote_import_t *m, const int32_t in[3], const axis_t x[2]) {
  mote_transpose_conv_attr_t a = {
      (int32_t)x[0].stride, (int32_t)x[1].stride, MOTE_PAD_SAME, (int32_t)x[0].out,
      (int32_t)x[1].out, m->activation};
  int32_t n = in[2] < 0 ? 2 : 3, *size[2] = {&a.height, &a.width}, t;
  if (is_same(&x[0]) && is_same(&x[1]))
    return mote_import_emit(m, "transpose_conv2d", in, n, &a, NULL);
  a.padding = MOTE_PAD_VALID;
  for (int i = 0; i < 2; i++)
    if (!is_valid(&x[i])) {
      int64_t end = x[i].before + x[i].out;
      *size[i] = (int32_t)(end > x[i].full ? end : x[i].full);
    }
  MOTE_TRY(t = mote_import_emit(m, "transpose_conv2d", in, n, &a, NULL));
  for (int i = 0; i < 2; i++)
    if (*size[i] != x[i].out)
      MOTE_TRY(t = mote_import_cut(m, t, 1 + i, (int32_t)x[i].before,
                                   (int32_t)x[i].out));
  return t;
}

int mote_onnx_transpose_conv(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), w = mote_import_in(m, 1), in[3] = {0, 0, -1};
  mote_window_attr_t a;
  order_t s;
  MOTE_TRY(filter_of(m, &s, &a));
  int32_t out = (int32_t)s.out, rank = m->values[v].dims.rank;
  if (m->use_q && !mote_weights_int8(m, w, 1, out)) m->use_q = 0;
  MOTE_TRY(in[0] = mote_import_tensor(m, v, MOTE_LAYOUT_LAST));
  const int32_t *d = m->g->tensors[in[0]].dims.d;
  axis_t x[2] = {{d[1], a.kernel_h, a.stride_h, 0, 0, 0},
                 {d[2], a.kernel_w, a.stride_w, 0, 0, 0}};
  MOTE_TRY(place(m, 0, a.pad_top, a.pad_bottom, &x[0]));
  MOTE_TRY(place(m, 1, a.pad_left, a.pad_right, &x[1]));
  mote_weights_t weights = {w, 0, out, 0,
                            MOTE_DIMS(out, a.kernel_h, a.kernel_w, (int32_t)s.in), source,
                            &s, 1.0f};
  MOTE_TRY(in[1] = mote_weights_tensor(m, &weights));
  mote_bias_t bias = {mote_import_in(m, 2), 0, out, in[0], in[1], 1.0f};
  MOTE_TRY(mote_bias_tensor(m, &bias, &in[2]));
  return mote_import_set(m, mote_import_out(m, 0), emit(m, in, x), MOTE_LAYOUT_LAST,
                         rank);
}
