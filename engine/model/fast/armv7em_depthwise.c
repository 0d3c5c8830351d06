/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/dsp.h"
#include "model/ops/util.h"
#include "nn/armv7em/depthwise_3x3_s8_dsp.h"
#include "nn/depthwise_conv2d.h"

MOTE_WRAP1_SCRATCH(mote_depthwise_3x3_s8_dsp, mote_depthwise_3x3_s8_dsp_t)

#define F(m, k) MOTE_FIELD(mote_depthwise_3x3_s8_dsp_t, m, k)
static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_depthwise_3x3_s8_dsp_t, win, &mote_struct_window),
    F(in_offset, I32),
    F(zero, I32),
    F(min, I32),
    F(max, I32),
    F(blocks, I32S)};
#undef F
static const mote_struct_t params =
    MOTE_STRUCT(mote_depthwise_3x3_s8_dsp_t, "nn/armv7em/depthwise_3x3_s8_dsp.h", fields);
static const mote_kernel_t kernel = {.fn = "mote_depthwise_3x3_s8_dsp",
                                     .params = &params,
                                     .run = run_mote_depthwise_3x3_s8_dsp,
                                     .source = "nn/armv7em/depthwise_3x3_s8_dsp.c",
                                     .in_types = "b",
                                     .out_types = "b",
                                     .takes_scratch = 1};

static mote_dsp_view_t view_of(const mote_step_t *s) {
  const mote_depthwise_conv2d_s8_t *p = s->params;
  return (mote_dsp_view_t){&p->filter, 9, p->win.out_c, 1, p->win.out_c};
}

static int fits(const mote_step_t *s) {
  const mote_depthwise_conv2d_s8_t *p = s->params;
  const mote_window_t *g = &p->win;
  mote_dsp_view_t v = view_of(s);
  if (g->k_h != 3 || g->k_w != 3 || g->dilation_h != 1 || g->dilation_w != 1 ||
      p->multiplier != 1 || g->in_c % 4 || g->stride_h != g->stride_w || g->stride_h > 2)
    return 0;
  for (int32_t c = 0; c < g->out_c; c++)
    if (!mote_dsp_rounds(&p->filter, c, mote_dsp_reach(&v, c))) return 0;
  return 1;
}

static size_t scratch_of(const mote_window_t *g) {
  return (size_t)mote_depthwise_3x3_columns(g) * (size_t)g->in_c * 6;
}

static mote_fast_cost_t cost(const mote_step_t *s) {
  const mote_depthwise_conv2d_s8_t *p = s->params;
  const mote_window_t *g = &p->win;
  double outputs = (double)g->out_h * g->out_w * g->out_c;
  double n = outputs * 23.6 + (double)g->in_h * g->in_w * g->in_c * 2.1 +
             (double)g->out_h * g->out_c * 19 + g->out_c * 40.0;
  return (mote_fast_cost_t){n, (size_t)g->out_c * MOTE_DEPTHWISE_3X3_BLOCK,
                            scratch_of(g)};
}

/* Input rows that the scratch memory has seen when output row y is written: those that it
 * covers must be among them. */
static int in_place(const mote_window_t *g) {
  for (int32_t y = 0; y < g->out_h; y++) {
    int32_t seen = y * g->stride_h + 3 - g->pad_top;
    if (seen < g->in_h && (y + 1) * g->out_w > seen * g->in_w) return 0;
  }
  return 1;
}

/* Twice the weights of channels c and c + 2. */
static int32_t both(const mote_dsp_view_t *v, int32_t c, int32_t tap) {
  const int8_t *w = v->f->weights.p + tap * v->tap_step + c;
  return (int32_t)(((uint32_t)(2 * w[0]) & 0xffffu) | (uint32_t)(2 * w[2]) << 16);
}

static int32_t *put_block(int32_t *to, const mote_dsp_view_t *v, int32_t c) {
  const mote_filter_s8_t *f = v->f;
  for (int32_t i = 0; i < 4; i++) *to++ = (int32_t)(2 * (uint32_t)f->bias.p[c + i]);
  for (int32_t tap = 0; tap < 9; tap++)
    for (int32_t i = 0; i < 2; i++) *to++ = both(v, c + i, tap);
  for (int32_t i = 0; i < 4; i++) {
    *to++ = f->multiplier.p[c + i];
    *to++ = -f->shift.p[c + i] - 1;
  }
  return to;
}

static int pack(mote_program_t *prog, mote_step_t *s, void *packed) {
  const mote_depthwise_conv2d_s8_t *p = s->params;
  const mote_filter_s8_t *f = &p->filter;
  mote_depthwise_3x3_s8_dsp_t *q = packed;
  mote_dsp_view_t v = view_of(s);
  size_t n = (size_t)p->win.out_c / 4 * MOTE_DEPTHWISE_3X3_BLOCK;
  int32_t *blocks = mote_arena_take(prog->arena, n, 4), *to = blocks;
  if (!blocks) return MOTE_ERR_NOMEM;
  for (int32_t c = 0; c < p->win.out_c; c += 4) to = put_block(to, &v, c);
  *q = (mote_depthwise_3x3_s8_dsp_t){.win = p->win,
                                     .in_offset = f->in_offset,
                                     .zero = 2 * f->out_offset + 1,
                                     .min = f->min,
                                     .max = f->max,
                                     .blocks = {blocks, (uint32_t)n}};
  s->scratch_bytes = scratch_of(&p->win);
  s->in_place = in_place(&p->win);
  return MOTE_OK;
}

const mote_fast_t mote_fast_armv7em_depthwise = {
    "armv7em", "mote_depthwise_conv2d_s8", &kernel, fits, cost, pack};
