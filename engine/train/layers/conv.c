/* SPDX-License-Identifier: Apache-2.0
 * Convolution over NHWC as a matrix product: row (oy, ox) of A is the window there, B is
 * the kernel [kh*kw*c][filters]. In memory a window is contiguous for 1 x 1 kernels and
 * for sequences (rows then overlap), so those need no copy of the windows. The gradient
 * of the input is itself a convolution: of dy, spread by the stride and padded, with the
 * kernel turned by 180 degrees and its channels swapped. */
#include "train/layers/conv.h"

#include <string.h>

/* Output size and padding of one direction; 0 when the window does not fit. */
static uint32_t slide_axis(uint32_t in, uint32_t k, uint32_t stride, int padding,
                           uint32_t *pad) {
  *pad = 0;
  if (padding == PADDING_VALID) return in < k ? 0 : (in - k) / stride + 1;
  uint32_t out = (in + stride - 1) / stride, need = (out - 1) * stride + k;
  *pad = need > in ? (need - in) / 2 : 0;
  return out;
}

int mote_slide_plan(const mote_layer_t *l, const mote_window_cfg_t *c, int flat,
                    mote_slide_t *s) {
  mote_shape_t in = l->in_shape[0];
  uint32_t stride = (uint32_t)c->stride;
  *s = (mote_slide_t){.h = in.h, .w = in.w, .c = in.c};
  s->kh = flat ? 1 : (uint32_t)(c->size_h ? c->size_h : c->size);
  s->kw = (uint32_t)(c->size_w ? c->size_w : c->size);
  s->sh = flat ? 1 : c->stride_h ? (uint32_t)c->stride_h : stride ? stride : s->kh;
  s->sw = c->stride_w ? (uint32_t)c->stride_w : stride ? stride : s->kw;
  if (flat && in.h != 1)
    return mote_layer_fail(l,
                           "needs a sequence, its input is an image of %u x %u x %u; use "
                           "the 2-D layer or put {\"type\": \"reshape\"} before it",
                           in.h, in.w, in.c);
  s->oh = slide_axis(in.h, s->kh, s->sh, c->padding, &s->pad_top);
  s->ow = slide_axis(in.w, s->kw, s->sw, c->padding, &s->pad_left);
  if (s->oh == 0 || s->ow == 0)
    return mote_layer_fail(l,
                           "input is %u x %u x %u, a window of %u x %u does not fit with "
                           "padding \"valid\"; use \"same\" or a smaller one",
                           in.h, in.w, in.c, s->kh, s->kw);
  return MOTE_OK;
}

/* ---- Windows as rows of a matrix ------------------------------------------------------
 */

static int pointwise(const mote_slide_t *s) {
  return s->kh == 1 && s->kw == 1 && s->sh == 1 && s->sw == 1;
}
static int sequence(const mote_slide_t *s) { return s->h == 1 && s->kh == 1; }
static size_t depth(const mote_slide_t *s) { return (size_t)s->kh * s->kw * s->c; }

/* Floats that windows() needs. */
static size_t windows_floats(const mote_slide_t *s) {
  if (pointwise(s)) return 0;
  if (sequence(s)) return ((size_t)(s->ow - 1) * s->sw + s->kw) * s->c;
  return (size_t)s->oh * s->ow * depth(s);
}

/* to [(ow-1)*sw + kw][c] = x with zeros around. */
static void pad_sequence(float *to, const float *x, const mote_slide_t *s) {
  size_t all = (size_t)(s->ow - 1) * s->sw + s->kw;
  size_t n = all - s->pad_left < s->w ? all - s->pad_left : s->w;
  memset(to, 0, (size_t)s->pad_left * s->c * sizeof *to);
  memcpy(to + (size_t)s->pad_left * s->c, x, n * s->c * sizeof *to);
  memset(to + (s->pad_left + n) * s->c, 0, (all - s->pad_left - n) * s->c * sizeof *to);
}

/* One window row: kw pixels of input row iy from column ix on; zeros outside. */
static void copy_row(float *to, const float *x, const mote_slide_t *s, int64_t iy,
                     int64_t ix) {
  size_t n = (size_t)s->kw * s->c;
  int64_t from = ix < 0 ? -ix : 0, end = (int64_t)s->w - ix;
  if (end > s->kw) end = s->kw;
  if (iy < 0 || iy >= s->h || end <= from) {
    memset(to, 0, n * sizeof *to);
    return;
  }
  const float *row = x + ((size_t)iy * s->w + (size_t)(ix + from)) * s->c;
  size_t head = (size_t)from * s->c, body = (size_t)(end - from) * s->c;
  for (size_t i = 0; i < head; i++) to[i] = 0.0f;
  for (size_t i = 0; i < body; i++) to[head + i] = row[i];
  for (size_t i = head + body; i < n; i++) to[i] = 0.0f;
}

/* to [oh*ow][kh*kw*c]. */
static void copy_windows(float *to, const float *x, const mote_slide_t *s) {
  for (uint32_t oy = 0; oy < s->oh; oy++)
    for (uint32_t ox = 0; ox < s->ow; ox++)
      for (uint32_t i = 0; i < s->kh; i++, to += (size_t)s->kw * s->c)
        copy_row(to, x, s, (int64_t)oy * s->sh + i - s->pad_top,
                 (int64_t)ox * s->sw - s->pad_left);
}

typedef struct { const float *a; size_t row; } rows_t;

/* The windows of one sample x [h][w][c] as rows of `depth` values, `row` floats apart. */
static rows_t windows(const mote_slide_t *s, const float *x, float *scratch) {
  if (pointwise(s)) return (rows_t){x, s->c};
  if (sequence(s)) {
    int inside = s->pad_left == 0 && (s->ow - 1) * s->sw + s->kw <= s->w;
    if (!inside) pad_sequence(scratch, x, s);
    return (rows_t){inside ? x : scratch, (size_t)s->sw * s->c};
  }
  copy_windows(scratch, x, s);
  return (rows_t){scratch, depth(s)};
}

/* ---- Products -------------------------------------------------------------------------
 */

/* y [n][oh][ow][o] = windows of x [n][h][w][c] times w [kh*kw*c][o], plus bias [o]. */
static void conv_forward(const mote_io_t *io, const mote_slide_t *s, const float *x,
                         const float *w, const float *bias, size_t o, float *y) {
  size_t rows = (size_t)s->oh * s->ow, samples = s->n;
  mote_gemm_t p = {.a_col = 1, .b = w, .ldb = o, .ldc = o, .m = rows, .n = o,
                   .k = depth(s), .bias = bias};
  if (pointwise(s)) {
    p.m *= samples;
    samples = 1;
  }
  for (size_t i = 0; i < samples; i++) {
    rows_t r = windows(s, x + i * s->h * s->w * s->c, io->scratch);
    p.a = r.a;
    p.a_row = r.row;
    p.c = y + i * rows * o;
    io->k->gemm(&p);
  }
}

/* dw [kh*kw*c][o] = sum over samples of windows(x)^T times dy [oh*ow][o]. */
static void conv_backward_w(const mote_io_t *io, const mote_slide_t *s, const float *x,
                            const float *dy, size_t o, float *dw) {
  size_t rows = (size_t)s->oh * s->ow, samples = s->n;
  mote_gemm_t p = {.a_row = 1, .ldb = o, .c = dw, .ldc = o, .m = depth(s), .n = o,
                   .k = rows};
  if (pointwise(s)) {
    p.k *= samples;
    samples = 1;
  }
  for (size_t i = 0; i < samples; i++) {
    rows_t r = windows(s, x + i * s->h * s->w * s->c, io->scratch);
    p.a = r.a;
    p.a_col = r.row;
    p.b = dy + i * rows * o;
    p.add = i > 0;
    io->k->gemm(&p);
  }
}

/* The convolution that takes spread(dy) to dx. */
static mote_slide_t turned(const mote_slide_t *s, size_t o) {
  mote_slide_t t = {.n = 1,
                    .h = s->h + s->kh - 1,
                    .w = s->w + s->kw - 1,
                    .c = (uint32_t)o,
                    .oh = s->h,
                    .ow = s->w,
                    .kh = s->kh,
                    .kw = s->kw,
                    .sh = 1,
                    .sw = 1};
  return t;
}

/* to [h+kh-1][w+kw-1][o]: dy [oh][ow][o] spread by the stride, zeros between and around.
 */
static void spread(float *to, const float *dy, const mote_slide_t *s, size_t o) {
  size_t w = s->w + s->kw - 1, h = s->h + s->kh - 1;
  size_t top = s->kh - 1 - s->pad_top, left = s->kw - 1 - s->pad_left;
  memset(to, 0, h * w * o * sizeof *to);
  for (uint32_t oy = 0; oy < s->oh; oy++)
    for (uint32_t ox = 0; ox < s->ow; ox++)
      memcpy(to + ((oy * s->sh + top) * w + ox * s->sw + left) * o,
             dy + ((size_t)oy * s->ow + ox) * o, o * sizeof *to);
}

/* dx [n][h][w][c] from dy [n][oh][ow][o]; turned kernel [kh*kw*o][c]. */
static void conv_backward_x(const mote_io_t *io, const mote_slide_t *s, const float *dy,
                            const float *kernel, size_t o, float *dx) {
  mote_slide_t t = turned(s, o);
  size_t spread_floats = (size_t)t.h * t.w * o;
  if (pointwise(s)) {
    mote_slide_t flat = *s;
    flat.c = (uint32_t)o;
    conv_forward(io, &flat, dy, kernel, NULL, s->c, dx);
    return;
  }
  mote_io_t inner = *io;
  inner.scratch = io->scratch + spread_floats;
  for (uint32_t i = 0; i < s->n; i++) {
    spread(io->scratch, dy + (size_t)i * s->oh * s->ow * o, s, o);
    conv_forward(&inner, &t, io->scratch, kernel, NULL, s->c,
                 dx + (size_t)i * s->h * s->w * s->c);
  }
}

/* ---- The layer ------------------------------------------------------------------------
 */

int mote_conv_plan(mote_layer_t *l, int flat) {
  const mote_window_cfg_t *c = l->cfg;
  mote_slide_t *s = l->own;
  MOTE_TRY(mote_slide_plan(l, c, flat, s));
  size_t o = (size_t)c->filters, forward = windows_floats(s), backward = 0;
  if (!pointwise(s)) {
    mote_slide_t t = turned(s, o);
    backward = (size_t)t.h * t.w * o + windows_floats(&t);
  }
  l->out = (mote_shape_t){s->oh, s->ow, (uint32_t)o};
  l->n_kernel = depth(s) * o;
  l->n_bias = c->bias ? o : 0;
  l->channels = o;
  l->prepared = l->n_kernel;
  l->scratch = forward > backward ? forward : backward;
  l->macs = (int64_t)(mote_shape_count(l->out) * depth(s));
  return MOTE_OK;
}

void mote_conv_init(const mote_layer_t *l, float *w, float *state, mote_rng_t *rng) {
  const mote_slide_t *s = l->own;
  (void)state;
  mote_init_glorot(w, l->n_kernel, depth(s), (size_t)s->kh * s->kw * l->channels, rng);
}

/* prepared [kh][kw][o][c] = w [kh][kw][c][o] turned by 180 degrees. */
void mote_conv_prepare(const mote_layer_t *l, const float *w, float *prepared) {
  const mote_slide_t *s = l->own;
  size_t taps = (size_t)s->kh * s->kw, c = s->c, o = l->channels;
  for (size_t t = 0; t < taps; t++)
    for (size_t i = 0; i < c; i++)
      for (size_t j = 0; j < o; j++)
        prepared[((taps - 1 - t) * o + j) * c + i] = w[(t * c + i) * o + j];
}

void mote_conv_layer_forward(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = *(const mote_slide_t *)l->own;
  s.n = io->n;
  conv_forward(io, &s, io->x[0], io->w, l->n_bias ? io->w + l->n_kernel : NULL,
               l->channels, io->y);
}

void mote_conv_layer_backward(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = *(const mote_slide_t *)l->own;
  s.n = io->n;
  conv_backward_w(io, &s, io->x[0], io->dy, l->channels, io->dw);
  if (l->n_bias)
    io->k->col_sums(io->dw + l->n_kernel, io->dy, (size_t)s.n * s.oh * s.ow, l->channels);
  if (io->dx[0])
    conv_backward_x(io, &s, io->dy, io->prepared, l->channels, io->dx[0]);
}

mote_window_attr_t mote_slide_attr(const mote_slide_t *s, int padding) {
  return (mote_window_attr_t){.stride_h = (int32_t)s->sh,
                              .stride_w = (int32_t)s->sw,
                              .dilation_h = 1,
                              .dilation_w = 1,
                              .padding = padding == PADDING_SAME ? MOTE_PAD_SAME
                                                                 : MOTE_PAD_VALID,
                              .kernel_h = (int32_t)s->kh,
                              .kernel_w = (int32_t)s->kw};
}

int mote_conv_emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                   const float *state) {
  const mote_slide_t *s = l->own;
  const mote_window_cfg_t *c = l->cfg;
  (void)state;
  mote_window_attr_t attr = mote_slide_attr(s, c->padding);
  attr.activation = mote_emit_activation(e, l);
  mote_emit_node_t n = {
      .op = "conv2d", .n_in = 3, .attr = &attr, .fused = attr.activation};
  mote_dims_t dims = mote_dims4((uint32_t)l->channels, s->kh, s->kw, s->c);
  MOTE_TRY(n.in[0] = mote_emit_in(e, l, 0, 1));
  MOTE_TRY(n.in[1] = mote_emit_kernel(e, l, dims, w));
  MOTE_TRY(n.in[2] = mote_emit_bias(e, l, w));
  return mote_emit_node(e, l, &n);
}
