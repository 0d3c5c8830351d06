/* SPDX-License-Identifier: Apache-2.0
 * Lines of the image with their borders, kept so that all taps of a window lie side by
 * side: pixel x of line r, counted with the borders, stands at index k * x + r, where k
 * is the window's reach over lines. The k lines under a window are then neighbours, and
 * so are the next k of the pixel beside it. Each line is stored once: line r + k takes
 * the place of line r, one pixel on. */
#ifndef MOTE_NN_MVE_LINES_H
#define MOTE_NN_MVE_LINES_H

#include <string.h>

#include "nn/mve/filter_mve.h"

/* The window with lines and pixels for rows and columns, or the other way round. */
typedef struct {
  int32_t lines, pixels;         /* of the output */
  int32_t in_lines, in_pixels;   /* of the input */
  int32_t line_step, pixel_step; /* strides */
  int32_t k;                     /* window: lines */
  int32_t width;                 /* pixels of a stored line */
  int32_t pad_line, pad_pixel;
  int32_t in_line, in_pixel, out_line, out_pixel; /* bytes from one to the next */
} mve_view_t;

static inline mve_view_t mve_view(const mote_window_t *g, int32_t turned) {
  mve_view_t v = {g->out_h, g->out_w, g->in_h, g->in_w, g->stride_h, g->stride_w, g->k_h,
                  (g->out_w - 1) * g->stride_w + g->k_w, g->pad_top, g->pad_left,
                  g->in_w * g->in_c, g->in_c, g->out_w * g->out_c, g->out_c};
  mve_view_t t = {g->out_w, g->out_h, g->in_w, g->in_h, g->stride_w, g->stride_h, g->k_w,
                  (g->out_h - 1) * g->stride_h + g->k_h, g->pad_left, g->pad_top,
                  g->in_c, g->in_w * g->in_c, g->out_c, g->out_w * g->out_c};
  return turned ? t : v;
}

/* Indices that `lines` lines of output need. */
static inline int32_t mve_stored(const mve_view_t *v, int32_t lines) {
  return v->k * v->width + (lines - 1) * v->line_step + v->k;
}

/* Lines of the input that a line of output needs and that are not stored yet, when the
 * line before it in its band was the last one. */
typedef struct { int32_t from, to; } mve_span_t;
static inline mve_span_t mve_fresh(const mve_view_t *v, int32_t in_band) {
  int32_t from = in_band * v->line_step, to = from + v->k;
  if (in_band && v->line_step < v->k) from = to - v->line_step;
  mve_span_t s = {from, to};
  return s;
}

/* Pixels of the image that a stored line shows. */
static inline int32_t mve_shown(const mve_view_t *v) {
  int32_t n = v->width - v->pad_pixel;
  return n > v->in_pixels ? v->in_pixels : n > 0 ? n : 0;
}

#endif
