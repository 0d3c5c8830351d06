/* SPDX-License-Identifier: Apache-2.0
 * Convolutions and pools. Sequences are images of height 1. */
#include "model/onnx/window.h"

#include <string.h>

/* The four pads of auto_pad SAME_LOWER: the odd one at the near side. */
static void same_lower(const mote_dims_t *in, mote_window_attr_t *a) {
  const int32_t size[2] = {in->rank == 4 ? in->d[2] : 1, in->d[in->rank - 1]};
  int32_t *before[2] = {&a->pad_top, &a->pad_left};
  int32_t *after[2] = {&a->pad_bottom, &a->pad_right};
  const int64_t k[2] = {a->kernel_h, a->kernel_w}, s[2] = {a->stride_h, a->stride_w};
  const int64_t dil[2] = {a->dilation_h, a->dilation_w};
  for (int i = 0; i < 2; i++) {
    int64_t n = (size[i] + s[i] - 1) / s[i];
    int64_t total = (n - 1) * s[i] + (k[i] - 1) * dil[i] + 1 - size[i];
    if (total < 0 || total > MOTE_TENSOR_LIMIT) total = 0;
    *before[i] = (int32_t)((total + 1) / 2), *after[i] = (int32_t)(total / 2);
  }
}

/* Two numbers per spatial axis as [h][w]; sequences have only the second. */
static int pair(const mote_import_t *m, const char *name, int32_t spatial, int32_t lo,
                int32_t *h, int32_t *w) {
  int64_t v[2] = {0};
  int n = mote_import_ints(m, name, -1, v, 2);
  if (n < 0) return n;
  if (n && n != spatial) return mote_fail(MOTE_ERR_FORMAT, "%s has %d entries", name, n);
  for (int i = 0; i < n; i++)
    if (v[i] < lo || v[i] > 1 << 20)
      return mote_fail(MOTE_ERR_FORMAT, "%s is %lld", name, (long long)v[i]);
  if (n == 2) *h = (int32_t)v[0];
  if (n) *w = (int32_t)v[n - 1];
  return MOTE_OK;
}

static int pads(const mote_import_t *m, int32_t spatial, mote_window_attr_t *a) {
  int64_t v[4] = {0};
  int n = mote_import_ints(m, "pads", -1, v, 4);
  if (n < 0) return n;
  if (n && n != 2 * spatial) return mote_fail(MOTE_ERR_FORMAT, "pads has %d entries", n);
  for (int i = 0; i < n; i++)
    if (v[i] < 0 || v[i] > 1 << 20)
      return MOTE_IMPORT_UNSUPPORTED("padding by %lld", (long long)v[i]);
  if (n == 4) a->pad_top = (int32_t)v[0], a->pad_bottom = (int32_t)v[2];
  if (n) a->pad_left = (int32_t)v[spatial - 1], a->pad_right = (int32_t)v[n - 1];
  return MOTE_OK;
}

int mote_window_read(const mote_import_t *m, const mote_dims_t *in,
                     mote_window_attr_t *a) {
  int32_t spatial = in->rank - 2;
  const char *how = mote_import_text(m, "auto_pad", "NOTSET");
  if (spatial != 1 && spatial != 2)
    return MOTE_IMPORT_UNSUPPORTED("an input of rank %d; it must be N C H W or N C T",
                                   (int)in->rank);
  MOTE_TRY(pair(m, "kernel_shape", spatial, 1, &a->kernel_h, &a->kernel_w));
  MOTE_TRY(pair(m, "strides", spatial, 1, &a->stride_h, &a->stride_w));
  MOTE_TRY(pair(m, "dilations", spatial, 1, &a->dilation_h, &a->dilation_w));
  a->padding = MOTE_PAD_EXPLICIT;
  if (!strcmp(how, "SAME_UPPER")) a->padding = MOTE_PAD_SAME;
  else if (!strcmp(how, "SAME_LOWER")) same_lower(in, a);
  else if (strcmp(how, "VALID")) MOTE_TRY(pads(m, spatial, a));
  return MOTE_OK;
}

int32_t mote_window_pad(mote_import_t *m, int32_t t, mote_window_attr_t *a, int all) {
  int64_t h = (int64_t)(a->kernel_h - 1) * a->dilation_h,
          w = (int64_t)(a->kernel_w - 1) * a->dilation_w;
  if (a->padding != MOTE_PAD_EXPLICIT) return t;
  if (!all && a->pad_top <= h && a->pad_bottom <= h && a->pad_left <= w &&
      a->pad_right <= w)
    return t;
  mote_pad_attr_t p = {.top = a->pad_top, .bottom = a->pad_bottom, .left = a->pad_left,
                       .right = a->pad_right};
  a->pad_top = a->pad_bottom = a->pad_left = a->pad_right = 0;
  return mote_import_emit(m, "pad", &t, 1, &p, NULL);
}

/* ---- pools ---- */

/* ceil_mode: a last window that reaches over the end. */
static void reach_over(int32_t in, int32_t k, int32_t stride, int32_t before,
                       int32_t *after) {
  int64_t room = (int64_t)in + before + *after - k;
  int64_t n = (room + stride - 1) / stride + 1;
  if (room < 0) return;
  if ((n - 1) * stride >= (int64_t)in + before) n--;
  int64_t need = (n - 1) * stride + k - in - before;
  if (need > *after) *after = (int32_t)need;
}

static int pool_window(const mote_import_t *m, const mote_dims_t *in,
                       mote_window_attr_t *a) {
  *a = (mote_window_attr_t){.stride_h = 1, .stride_w = 1, .dilation_h = 1,
                            .dilation_w = 1, .kernel_h = 1, .kernel_w = 1};
  a->activation = m->activation;
  MOTE_TRY(mote_window_read(m, in, a));
  if (a->dilation_h != 1 || a->dilation_w != 1)
    return MOTE_IMPORT_UNSUPPORTED("a pool with dilation");
  if (mote_import_out(m, 1) >= 0 && m->values[mote_import_out(m, 1)].n_uses)
    return MOTE_IMPORT_UNSUPPORTED("the indices of a pool");
  return MOTE_OK;
}

static void ceil_mode(const mote_import_t *m, const int32_t *nhwc,
                      mote_window_attr_t *a) {
  if (!mote_import_int(m, "ceil_mode", 0) || a->padding != MOTE_PAD_EXPLICIT) return;
  reach_over(nhwc[1], a->kernel_h, a->stride_h, a->pad_top, &a->pad_bottom);
  reach_over(nhwc[2], a->kernel_w, a->stride_w, a->pad_left, &a->pad_right);
}

/* Is a zero that pads part of the average? */
static int counts_zeros(const mote_import_t *m, const mote_window_attr_t *a) {
  return !strcmp(m->node->op, "AveragePool") &&
         mote_import_int(m, "count_include_pad", 0) &&
         (a->padding == MOTE_PAD_SAME || a->pad_top || a->pad_bottom || a->pad_left ||
          a->pad_right);
}

int mote_onnx_pool(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0);
  mote_dims_t in = m->values[x].dims;
  mote_window_attr_t a;
  MOTE_TRY(pool_window(m, &in, &a));
  int32_t t = mote_import_tensor(m, x, MOTE_LAYOUT_LAST);
  if (t < 0) return t;
  if (counts_zeros(m, &a)) {
    if (a.padding == MOTE_PAD_SAME)
      return MOTE_IMPORT_UNSUPPORTED("count_include_pad with auto_pad; give pads");
    MOTE_TRY(t = mote_window_pad(m, t, &a, 1));
  }
  ceil_mode(m, m->g->tensors[t].dims.d, &a);
  const char *op = strcmp(m->node->op, "MaxPool") ? "average_pool2d" : "max_pool2d";
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, op, &t, 1, &a, NULL), MOTE_LAYOUT_LAST,
                         in.rank);
}

int mote_onnx_global_pool(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0), rank = m->values[x].dims.rank;
  int32_t t = mote_import_tensor(m, x, MOTE_LAYOUT_LAST), y;
  if (t < 0) return t;
  const int32_t *d = m->g->tensors[t].dims.d;
  if (!strcmp(m->node->op, "GlobalMaxPool")) {
    mote_window_attr_t a = {.stride_h = 1, .stride_w = 1, .dilation_h = 1,
                            .dilation_w = 1, .padding = MOTE_PAD_VALID,
                            .kernel_h = d[1], .kernel_w = d[2]};
    y = mote_import_emit(m, "max_pool2d", &t, 1, &a, NULL);
  } else {
    mote_reduce_attr_t a = {MOTE_AXIS(1) | MOTE_AXIS(2), 1};
    y = mote_import_emit(m, "mean", &t, 1, &a, NULL);
  }
  return mote_import_set(m, mote_import_out(m, 0), y, MOTE_LAYOUT_LAST, rank);
}
