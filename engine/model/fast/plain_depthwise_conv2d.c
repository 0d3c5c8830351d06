/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "model/fast/vectors.h"
#include "model/ops/util.h"
#include "nn/depthwise_conv2d.h"

MOTE_WRAP1_SCRATCH(mote_depthwise_conv2d_s8_plain, mote_depthwise_conv2d_s8_t)

static const mote_kernel_t kernel = {.fn = "mote_depthwise_conv2d_s8_plain",
                                     .params = &mote_struct_depthwise_conv2d_s8,
                                     .run = run_mote_depthwise_conv2d_s8_plain,
                                     .source = "nn/plain/depthwise_conv2d_s8_plain.c",
                                     .in_types = "b",
                                     .out_types = "b",
                                     .takes_scratch = 1};

static size_t scratch_of(const mote_window_t *g) {
  return (size_t)(g->k_h * g->k_w) * 4 +
         (size_t)mote_plane_rows(g) * (size_t)mote_plane_columns(g);
}

/* A larger plane is for no memory of a chip: wide holes in a hostile file. */
static int fits(const mote_step_t *s) {
  mote_bank_t b = mote_bank_of_depthwise_conv2d(s);
  return (double)mote_plane_rows(&b.win) * mote_plane_columns(&b.win) <= 1 << 20 &&
         mote_bank_rounds(&b);
}

/* Instructions: those of Armv6-M; the chip's file scales them. */
static mote_fast_cost_t cost(const mote_step_t *s) {
  const mote_depthwise_conv2d_s8_t *p = s->params;
  const mote_window_t *g = &p->win;
  double taps = g->k_h * g->k_w, each = taps == 9 ? 90 : 70 + taps * 6 + g->k_h * 30;
  double n = g->out_c * (g->out_h * (g->out_w * each + 30) + 400 + taps * 12) +
             (double)g->in_h * g->in_w * g->in_c * 7.3;
  return (mote_fast_cost_t){n, 0, scratch_of(g)};
}

static int pack(mote_program_t *prog, mote_step_t *s, void *packed) {
  const mote_depthwise_conv2d_s8_t *p = s->params;
  const mote_window_t *g = &p->win;
  (void)prog;
  memcpy(packed, p, sizeof *p);
  s->scratch_bytes = scratch_of(g);
  /* A channel is read before its outputs are written, and they lie over no other. */
  s->in_place = p->multiplier == 1 && g->out_h * g->out_w <= g->in_h * g->in_w;
  return MOTE_OK;
}

const mote_fast_t mote_fast_plain_depthwise_conv2d = {
    "plain", "mote_depthwise_conv2d_s8", &kernel, fits, cost, pack};
