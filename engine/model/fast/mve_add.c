/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/dsp.h"
#include "model/ops/util.h"
#include "nn/add.h"

MOTE_WRAP2(mote_add_s8_mve, mote_add_s8_t)

static const mote_kernel_t kernel = {.fn = "mote_add_s8_mve",
                                     .params = &mote_struct_add_s8,
                                     .run = run_mote_add_s8_mve,
                                     .source = "nn/mve/add_s8_mve.c",
                                     .in_types = "bb",
                                     .out_types = "b",
                                     .in_place = 1};

static mote_fast_cost_t cost(const mote_step_t *s) {
  return (mote_fast_cost_t){6.0 * ((const mote_add_s8_t *)s->params)->n + 30, 0, 0};
}

const mote_fast_t mote_fast_mve_add = {"mve", "mote_add_s8", &kernel,
                                     mote_dsp_fits_add, cost, NULL};
