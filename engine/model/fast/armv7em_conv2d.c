/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/dsp.h"
#include "model/ops/util.h"
#include "nn/armv7em/conv2d_s8_dsp.h"
#include "nn/conv2d.h"

MOTE_WRAP1_SCRATCH(mote_conv2d_s8_dsp, mote_conv2d_s8_dsp_t)

static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_conv2d_s8_dsp_t, win, &mote_struct_window),
    MOTE_FIELD_STRUCT(mote_conv2d_s8_dsp_t, filter, &mote_struct_filter_dsp)};
static const mote_struct_t params =
    MOTE_STRUCT(mote_conv2d_s8_dsp_t, "nn/armv7em/conv2d_s8_dsp.h", fields);
static const mote_kernel_t kernel = {.fn = "mote_conv2d_s8_dsp",
                                     .params = &params,
                                     .run = run_mote_conv2d_s8_dsp,
                                     .source = "nn/armv7em/conv2d_s8_dsp.c",
                                     .in_types = "b",
                                     .out_types = "b",
                                     .takes_scratch = 1};

static mote_dsp_view_t view_of(const mote_step_t *s) {
  const mote_conv2d_s8_t *p = s->params;
  int32_t taps = p->win.k_h * p->win.k_w * p->win.in_c;
  return (mote_dsp_view_t){&p->filter, taps, p->win.out_c, taps, 1};
}

static size_t scratch_of(const mote_step_t *s) {
  const mote_conv2d_s8_t *p = s->params;
  mote_dsp_view_t v = view_of(s);
  size_t taps = (size_t)((v.taps + 3) & ~3);
  return taps * 8 + (p->win.in_c & 3 ? taps : 0);
}

static int fits(const mote_step_t *s) {
  mote_dsp_view_t v = view_of(s);
  return mote_filter_dsp_fits(&v);
}

static mote_fast_cost_t cost(const mote_step_t *s) {
  const mote_conv2d_s8_t *p = s->params;
  mote_dsp_view_t v = view_of(s);
  int32_t pixels = p->win.out_h * p->win.out_w;
  double gather = 70 + p->win.k_h * (p->win.in_c & 3 ? 60.0 : 38.0);
  if (mote_pointwise(&p->win) && !(p->win.in_c & 3)) gather = 0;
  double each = pixels * gather + pixels / 4 * 4 * mote_filter_dsp_cost(&v, 1);
  return (mote_fast_cost_t){each + pixels % 4 * mote_filter_dsp_cost(&v, 0),
                            mote_filter_dsp_bytes(&v), scratch_of(s)};
}

static int pack(mote_program_t *prog, mote_step_t *s, void *packed) {
  const mote_conv2d_s8_t *p = s->params;
  mote_conv2d_s8_dsp_t *q = packed;
  mote_dsp_view_t v = view_of(s);
  q->win = p->win;
  s->scratch_bytes = scratch_of(s);
  /* A pixel is read before it is written, when none is read twice. */
  s->in_place = mote_pointwise(&p->win) && p->win.out_c <= p->win.in_c;
  return mote_filter_dsp_pack(prog, &v, &q->filter);
}

const mote_fast_t mote_fast_armv7em_conv2d = {
    "armv7em", "mote_conv2d_s8", &kernel, fits, cost, pack};
