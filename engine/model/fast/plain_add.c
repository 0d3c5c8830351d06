/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/dsp.h"
#include "model/ops/util.h"
#include "nn/add.h"

MOTE_WRAP2(mote_add_s8_plain, mote_add_s8_t)

static const mote_kernel_t kernel = {.fn = "mote_add_s8_plain",
                                     .params = &mote_struct_add_s8,
                                     .run = run_mote_add_s8_plain,
                                     .source = "nn/plain/add_s8_plain.c",
                                     .in_types = "bb",
                                     .out_types = "b",
                                     .in_place = 1};

/* Instructions: those of Armv6-M; the chip's file scales them. */
static mote_fast_cost_t cost(const mote_step_t *s) {
  const mote_add_s8_t *p = s->params;
  return (mote_fast_cost_t){88.0 * p->n + 60, 0, 0};
}

const mote_fast_t mote_fast_plain_add = {"plain", "mote_add_s8", &kernel,
                                         mote_dsp_fits_add, cost, NULL};
