/* SPDX-License-Identifier: Apache-2.0
 * ConvTranspose: [I][O][h][w] becomes [O][h][w][I]. Ours knows two paddings; any other is
 * a part cut out of the unpadded result. */
#include <string.h>

#include "model/onnx/window.h"

/* One direction: the result is `out` values from `before` on of the `full` ones. */
typedef struct { int64_t in, kernel, stride, full, before, out; } axis_t;

/* The weights of one group: `in` of the input's channels from `first` on. */
typedef struct { size_t in, taps, out, first; } order_t;

static size_t source(const void *ctx, size_t i) {
  const order_t *s = ctx;
  size_t c = i % s->in, tap = i / s->in % s->taps, o = i / s->in / s->taps;
  return ((s->first + c) * s->out + o) * s->taps + tap;
}

static int filter_of(const mote_import_t *m, order_t *s, mote_window_attr_t *a) {
  const mote_value_t *w = &m->values[mote_import_in(m, 1)];
  const mote_dims_t *x = &m->values[mote_import_in(m, 0)].dims, *d = &w->dims;
  if (!w->c) return MOTE_IMPORT_UNSUPPORTED("its weights must be constants");
  if (d->rank != x->rank || (d->rank != 3 && d->rank != 4) || d->d[0] != x->d[1] ||
      mote_dims_count(d) < 1)
    return mote_fail(MOTE_ERR_FORMAT, "weights of rank %d for %d of %d channels",
                     (int)d->rank, (int)d->d[0], (int)x->d[1]);
  int64_t groups = mote_import_int(m, "group", 1);
  if (groups < 1 || groups > MOTE_NODE_IO_MAX || d->d[0] % groups)
    return MOTE_IMPORT_UNSUPPORTED("%lld groups for %d channels; at most %d are",
                                   (long long)groups, (int)d->d[0], MOTE_NODE_IO_MAX);
  *a = (mote_window_attr_t){.stride_h = 1, .stride_w = 1, .dilation_h = 1,
                            .dilation_w = 1, .kernel_h = d->rank == 4 ? d->d[2] : 1,
                            .kernel_w = d->d[d->rank - 1]};
  *s = (order_t){(size_t)(d->d[0] / groups),
                 (size_t)a->kernel_h * (size_t)a->kernel_w, (size_t)d->d[1], 0};
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

/* One group, of the input t. */
static int32_t emit(mote_import_t *m, int32_t t, const order_t *s, const axis_t x[2]) {
  int32_t out = (int32_t)s->out, in[3] = {t, 0, -1};
  mote_transpose_conv_attr_t a = {
      (int32_t)x[0].stride, (int32_t)x[1].stride, MOTE_PAD_SAME, (int32_t)x[0].out,
      (int32_t)x[1].out, m->activation};
  mote_weights_t w = {mote_import_in(m, 1), 0, out, 0,
                      MOTE_DIMS(out, (int32_t)x[0].kernel, (int32_t)x[1].kernel,
                                (int32_t)s->in), source, s, 1.0f};
  MOTE_TRY(in[1] = mote_weights_tensor(m, &w));
  int32_t first = (int32_t)(s->first / s->in) * out;
  MOTE_TRY(mote_bias_tensor(
      m, &(mote_bias_t){mote_import_in(m, 2), first, out, t, in[1], 1.0f}, &in[2]));
  int32_t n = in[2] < 0 ? 2 : 3, *size[2] = {&a.height, &a.width};
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

/* All groups of the input t. */
static int32_t grouped(mote_import_t *m, int32_t t, order_t *s, const axis_t x[2]) {
  int32_t part[MOTE_NODE_IO_MAX], n = 0, all = m->g->tensors[t].dims.d[3];
  mote_concat_attr_t last = {3};
  if ((int32_t)s->in == all) return emit(m, t, s, x);
  for (; (int32_t)s->first < all; s->first += s->in) {
    MOTE_TRY(part[n] = mote_import_cut(m, t, 3, (int32_t)s->first, (int32_t)s->in));
    MOTE_TRY(part[n] = emit(m, part[n], s, x));
    n++;
  }
  return mote_import_emit(m, "concat", part, n, &last, NULL);
}

int mote_onnx_transpose_conv(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), w = mote_import_in(m, 1), t;
  mote_window_attr_t a;
  order_t s;
  MOTE_TRY(filter_of(m, &s, &a));
  if (m->use_q && !mote_weights_int8(m, w, 1, (int32_t)s.out)) m->use_q = 0;
  MOTE_TRY(t = mote_import_tensor(m, v, MOTE_LAYOUT_LAST));
  const int32_t *d = m->g->tensors[t].dims.d;
  axis_t x[2] = {{d[1], a.kernel_h, a.stride_h, 0, 0, 0},
                 {d[2], a.kernel_w, a.stride_w, 0, 0, 0}};
  MOTE_TRY(place(m, 0, a.pad_top, a.pad_bottom, &x[0]));
  MOTE_TRY(place(m, 1, a.pad_left, a.pad_right, &x[1]));
  int32_t rank = m->values[v].dims.rank;
  return mote_import_set(m, mote_import_out(m, 0), grouped(m, t, &s, x),
                         MOTE_LAYOUT_LAST, rank);
}
