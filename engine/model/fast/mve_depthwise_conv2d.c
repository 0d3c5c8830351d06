/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/mve.h"
#include "model/ops/util.h"
#include "nn/mve/depthwise_conv2d_s8_mve.h"

MOTE_WRAP1_SCRATCH(mote_depthwise_conv2d_s8_mve, mote_depthwise_mve_t)

static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_depthwise_mve_t, win, &mote_struct_window),
    MOTE_FIELD(mote_depthwise_mve_t, turned, I32),
    MOTE_FIELD(mote_depthwise_mve_t, band, I32),
    MOTE_FIELD_STRUCT(mote_depthwise_mve_t, filter, &mote_struct_filter_mve)};
static const mote_struct_t params =
    MOTE_STRUCT(mote_depthwise_mve_t, "nn/mve/depthwise_conv2d_s8_mve.h", fields);
static const mote_kernel_t kernel = {
    .fn = "mote_depthwise_conv2d_s8_mve", .params = &params,
    .run = run_mote_depthwise_conv2d_s8_mve,
    .source = "nn/mve/depthwise_conv2d_s8_mve.c", .in_types = "b", .out_types = "b",
    .takes_scratch = 1};

#define PLANE_MAX (65535 / 7) /* offsets of 8 channels are 16-bit */

/* Long lines are better; turned ones only where the output may still be in place. */
static int turned(const mote_window_t *g) {
  return g->in_h == g->out_h && g->in_w == g->out_w && g->out_h > g->out_w &&
         g->stride_h * g->stride_w == 1;
}

static int fits(const mote_step_t *s) {
  mote_bank_t b = mote_bank_of_depthwise_conv2d(s);
  const mote_window_t *w = &b.win;
  mve_view_t v = mve_view(w, turned(w));
  return (w->k_h == 1 || w->dilation_h == 1) && (w->k_w == 1 || w->dilation_w == 1) &&
         b.taps <= 16 && mote_bank_fills(&b, 4) && mote_bank_rounds(&b) &&
         mve_stored(&v, mote_mve_band(&v)) <= PLANE_MAX;
}

static mote_fast_cost_t cost(const mote_step_t *s) {
  mote_bank_t b = mote_bank_of_depthwise_conv2d(s);
  const mote_window_t *w = &b.win;
  mve_view_t v = mve_view(w, turned(w));
  int32_t quads = (w->out_c + 3) / 4, plane = mve_stored(&v, mote_mve_band(&v));
  double line = quads * (v.pixels * 18.2 + 37) + 194;
  double loaded = ((v.lines - 1.0) * v.line_step + v.k) * v.width;
  return (mote_fast_cost_t){v.lines * line + loaded * (8 + (w->in_c + 7) / 8 * 10.1),
                            (size_t)quads * 112,
                            (size_t)plane * (size_t)w->in_c + 16};
}

static void put_quad(const mote_bank_t *b, int32_t is_turned, int32_t c,
                     mote_mve_words_t *w) {
  for (int32_t k = 0; k < 4; k++) {
    int8_t vector[16];
    for (int32_t t = 0; t < 16; t++)
      vector[t] = (int8_t)mote_mve_weight(b, is_turned, c + k, t);
    mote_mve_put_vector(w, vector);
  }
  for (int32_t k = 0; k < 4; k++, w->at++) {
    mote_scale_t s = mote_bank_scale(b, c + k, 0);
    w->at[0] = s.bias, w->at[4] = s.multiplier, w->at[8] = -s.right;
  }
  w->at += 8;
}

static int pack(mote_program_t *prog, mote_step_t *s, void *packed) {
  mote_depthwise_mve_t *p = packed;
  mote_bank_t b = mote_bank_of_depthwise_conv2d(s);
  mote_fast_cost_t c = cost(s);
  int32_t *stream = mote_arena_take(prog->arena, c.table_bytes / 4, 4), n = b.win.out_c;
  mote_mve_words_t w = {stream};
  if (!stream) return MOTE_ERR_NOMEM;
  p->win = b.win, p->turned = turned(&b.win);
  mve_view_t v = mve_view(&p->win, p->turned);
  p->band = mote_mve_band(&v);
  mote_mve_fill(&b, &p->filter);
  for (int32_t i = 0; i < n; i += 4)
    put_quad(&b, p->turned, i + 4 <= n ? i : n - 4, &w);
  p->filter.stream = (mote_i32s_t){stream, (uint32_t)(c.table_bytes / 4)};
  s->scratch_bytes = c.scratch_bytes;
  s->in_place = mote_mve_in_place(&p->win, p->turned, p->band);
  return MOTE_OK;
}

const mote_fast_t mote_fast_mve_depthwise_conv2d = {
    "mve", "mote_depthwise_conv2d_s8", &kernel, fits, cost, pack};
