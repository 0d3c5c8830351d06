/* SPDX-License-Identifier: Apache-2.0
 * Kernels that take the parameters of the reference as they are. */
#include "model/fast/dsp.h"
#include "model/ops/util.h"
#include "nn/add.h"
#include "nn/pool2d.h"

MOTE_WRAP2(mote_add_s8_dsp, mote_add_s8_t)
MOTE_WRAP1(mote_average_pool2d_s8_dsp, mote_pool2d_s8_t)

/* ---- sum ---- */

static const mote_kernel_t kernel_add = {.fn = "mote_add_s8_dsp",
                                         .params = &mote_struct_add_s8,
                                         .run = run_mote_add_s8_dsp,
                                         .source = "nn/armv7em/add_s8_dsp.c",
                                         .in_types = "bb",
                                         .out_types = "b",
                                         .in_place = 1};

static mote_fast_cost_t cost_add(const mote_step_t *s) {
  const mote_add_s8_t *p = s->params;
  return (mote_fast_cost_t){(p->a_shift == p->b_shift ? 14.0 : 20.0) * p->n + 40, 0, 0};
}

const mote_fast_t mote_fast_armv7em_add = {"armv7em",   "mote_add_s8", &kernel_add,
                                           mote_dsp_fits_add, cost_add, NULL};

/* ---- average pool ---- */

static const mote_kernel_t kernel_pool = {.fn = "mote_average_pool2d_s8_dsp",
                                          .params = &mote_struct_pool2d_s8,
                                          .run = run_mote_average_pool2d_s8_dsp,
                                          .source = "nn/armv7em/average_pool2d_s8_dsp.c",
                                          .in_types = "b",
                                          .out_types = "b"};

static int fits_pool(const mote_step_t *s) {
  const mote_window_t *g = &((const mote_pool2d_s8_t *)s->params)->win;
  return g->in_c % 4 == 0 && g->k_h <= 255 && g->k_h * g->k_w <= 255;
}

static mote_fast_cost_t cost_pool(const mote_step_t *s) {
  const mote_window_t *g = &((const mote_pool2d_s8_t *)s->params)->win;
  double outputs = (double)g->out_h * g->out_w * g->in_c;
  return (mote_fast_cost_t){outputs * (14 + 1.5 * g->k_h * g->k_w), 0, 0};
}

const mote_fast_t mote_fast_armv7em_average_pool2d = {
    "armv7em", "mote_average_pool2d_s8", &kernel_pool, fits_pool, cost_pool, NULL};
