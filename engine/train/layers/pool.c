/* SPDX-License-Identifier: Apache-2.0
 * Max and average pooling along a sequence, over an image, and over everything. */
#include "train/layers/conv.h"

#define ROWS_1D                                                                          \
  {"size",   MOTE_P_INT,     offsetof(mote_window_cfg_t, size), 1, 4096, 2, NULL,        \
   "frames", "window length"},                                                           \
      {"stride", MOTE_P_INT, offsetof(mote_window_cfg_t, stride), 0, 4096, 0,            \
       NULL,     "frames",   "step of the window, 0: its size"},                         \
      PADDING_ROW(mote_window_cfg_t, PADDING_VALID)

static const mote_param_t rows_1d[] = {ROWS_1D};
static const mote_param_t rows_2d[] = {
    ROWS_1D,
    {"size_h", MOTE_P_INT, offsetof(mote_window_cfg_t, size_h), 0, 4096, 0, NULL,
     "pixels", "window height, 0: as size"},
    {"size_w", MOTE_P_INT, offsetof(mote_window_cfg_t, size_w), 0, 4096, 0, NULL,
     "pixels", "window width, 0: as size"},
    {"stride_h", MOTE_P_INT, offsetof(mote_window_cfg_t, stride_h), 0, 4096, 0, NULL,
     "pixels", "step downwards, 0: as stride"},
    {"stride_w", MOTE_P_INT, offsetof(mote_window_cfg_t, stride_w), 0, 4096, 0, NULL,
     "pixels", "step to the right, 0: as stride"},
};

static int plan_slide(mote_layer_t *l, int rc) {
  const mote_slide_t *s = l->own;
  MOTE_TRY(rc);
  l->out = (mote_shape_t){s->oh, s->ow, s->c};
  return MOTE_OK;
}

static int plan_avg_1d(mote_layer_t *l) {
  return plan_slide(l, mote_slide_plan(l, l->cfg, 1, l->own));
}
static int plan_avg_2d(mote_layer_t *l) {
  return plan_slide(l, mote_slide_plan(l, l->cfg, 0, l->own));
}
static int plan_global(mote_layer_t *l) {
  mote_shape_t in = l->in_shape[0];
  *(mote_slide_t *)l->own = (mote_slide_t){.h = in.h,
                                           .w = in.w,
                                           .c = in.c,
                                           .oh = 1,
                                           .ow = 1,
                                           .kh = in.h,
                                           .kw = in.w,
                                           .sh = 1,
                                           .sw = 1};
  return plan_slide(l, MOTE_OK);
}

/* Max pooling keeps the index of each winner for backward. */
static int with_winners(mote_layer_t *l, int rc) {
  MOTE_TRY(rc);
  l->saved = mote_shape_count(l->out);
  return MOTE_OK;
}
static int plan_max_1d(mote_layer_t *l) { return with_winners(l, plan_avg_1d(l)); }
static int plan_max_2d(mote_layer_t *l) { return with_winners(l, plan_avg_2d(l)); }
static int plan_global_max(mote_layer_t *l) { return with_winners(l, plan_global(l)); }

static mote_slide_t slide_of(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = *(const mote_slide_t *)l->own;
  s.n = io->n;
  return s;
}

static void max_forward(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = slide_of(l, io);
  io->k->max_pool(io->y, io->training ? io->saved : NULL, io->x[0], &s);
}
static void max_backward(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = slide_of(l, io);
  if (io->dx[0]) io->k->max_pool_back(io->dx[0], io->dy, io->saved, &s);
}
static void avg_forward(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = slide_of(l, io);
  io->k->avg_pool(io->y, io->x[0], &s);
}
static void avg_backward(const mote_layer_t *l, const mote_io_t *io) {
  mote_slide_t s = slide_of(l, io);
  if (io->dx[0]) io->k->avg_pool_back(io->dx[0], io->dy, &s);
}

static int emit_pool(const mote_layer_t *l, mote_emit_t *e, const char *op, int padding) {
  mote_window_attr_t attr = mote_slide_attr(l->own, padding);
  mote_emit_node_t n = {.op = op, .n_in = 1, .attr = &attr};
  MOTE_TRY(n.in[0] = mote_emit_in(e, l, 0, 1));
  return mote_emit_node(e, l, &n);
}

static int padding_of(const mote_layer_t *l) {
  return ((const mote_window_cfg_t *)l->cfg)->padding;
}
static int emit_max(const mote_layer_t *l, mote_emit_t *e, const float *w,
                    const float *s) {
  (void)w, (void)s;
  return emit_pool(l, e, "max_pool2d", padding_of(l));
}
static int emit_avg(const mote_layer_t *l, mote_emit_t *e, const float *w,
                    const float *s) {
  (void)w, (void)s;
  return emit_pool(l, e, "average_pool2d", padding_of(l));
}
static int emit_global_max(const mote_layer_t *l, mote_emit_t *e, const float *w,
                           const float *s) {
  (void)w, (void)s;
  return emit_pool(l, e, "max_pool2d", PADDING_VALID);
}
static int emit_global_avg(const mote_layer_t *l, mote_emit_t *e, const float *w,
                           const float *s) {
  (void)w, (void)s;
  mote_reduce_attr_t attr = {.axes = MOTE_AXIS(1) | MOTE_AXIS(2), .keep_dims = 1};
  mote_emit_node_t n = {.op = "mean", .n_in = 1, .attr = &attr};
  MOTE_TRY(n.in[0] = mote_emit_in(e, l, 0, 1));
  return mote_emit_node(e, l, &n);
}

#define POOL(id, text, o, table, n_rows, flag, how, kind_plan, kind_emit)                \
  const mote_layer_kind_t mote_layer_##id = {                                            \
      .type = #id, .help = text, .op = o, .params = table, .n_params = n_rows,           \
      .cfg_bytes = sizeof(mote_window_cfg_t), .own_bytes = sizeof(mote_slide_t),         \
      .min_in = 1, .max_in = 1, .flags = flag, .plan = kind_plan,                        \
      .forward = how##_forward, .backward = how##_backward, .emit = kind_emit};
#define N_1D (sizeof rows_1d / sizeof rows_1d[0])
#define N_2D (sizeof rows_2d / sizeof rows_2d[0])

POOL(max_pool1d, "largest value of every window of a sequence", "max_pool2d", rows_1d,
     N_1D, MOTE_LAYER_SEQUENCE, max, plan_max_1d, emit_max)
POOL(max_pool2d, "largest value of every window of an image", "max_pool2d", rows_2d, N_2D,
     MOTE_LAYER_MAP, max, plan_max_2d, emit_max)
POOL(avg_pool1d, "mean of every window of a sequence", "average_pool2d", rows_1d,
     N_1D, MOTE_LAYER_SEQUENCE, avg, plan_avg_1d, emit_avg)
POOL(avg_pool2d, "mean of every window of an image", "average_pool2d", rows_2d,
     N_2D, MOTE_LAYER_MAP, avg, plan_avg_2d, emit_avg)
POOL(global_avg_pool, "mean of each channel", "mean", NULL, 0, 0, avg, plan_global,
     emit_global_avg)
POOL(global_max_pool, "largest value of each channel", "max_pool2d", NULL, 0, 0, max,
     plan_global_max, emit_global_max)
