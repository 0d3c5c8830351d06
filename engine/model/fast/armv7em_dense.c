/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/dsp.h"
#include "model/ops/util.h"
#include "nn/armv7em/dense_s8_dsp.h"
#include "nn/dense.h"

MOTE_WRAP1_SCRATCH(mote_dense_s8_dsp, mote_dense_s8_dsp_t)

static const mote_field_t fields[] = {
    MOTE_FIELD(mote_dense_s8_dsp_t, rows, I32),
    MOTE_FIELD_STRUCT(mote_dense_s8_dsp_t, filter, &mote_struct_filter_dsp)};
static const mote_struct_t params =
    MOTE_STRUCT(mote_dense_s8_dsp_t, "nn/armv7em/dense_s8_dsp.h", fields);
static const mote_kernel_t kernel = {.fn = "mote_dense_s8_dsp",
                                     .params = &params,
                                     .run = run_mote_dense_s8_dsp,
                                     .source = "nn/armv7em/dense_s8_dsp.c",
                                     .in_types = "b",
                                     .out_types = "b",
                                     .takes_scratch = 1};

static mote_dsp_view_t view_of(const mote_step_t *s) {
  const mote_dense_s8_t *p = s->params;
  return (mote_dsp_view_t){&p->filter, p->in_n, p->out_n, p->in_n, 1};
}

static int fits(const mote_step_t *s) {
  const mote_dense_s8_t *p = s->params;
  mote_dsp_view_t v = view_of(s);
  return p->in_n % 4 == 0 && mote_filter_dsp_fits(&v);
}

static size_t scratch_of(const mote_step_t *s) {
  const mote_dense_s8_t *p = s->params;
  return (size_t)p->in_n * (p->rows < 4 ? 2 : 8);
}

static mote_fast_cost_t cost(const mote_step_t *s) {
  const mote_dense_s8_t *p = s->params;
  mote_dsp_view_t v = view_of(s);
  double n = p->rows / 4 * 4 * mote_filter_dsp_cost(&v, 1) +
             p->rows % 4 * mote_filter_dsp_cost(&v, 0);
  return (mote_fast_cost_t){n, mote_filter_dsp_bytes(&v), scratch_of(s)};
}

static int pack(mote_program_t *prog, mote_step_t *s, void *packed) {
  const mote_dense_s8_t *p = s->params;
  mote_dense_s8_dsp_t *q = packed;
  mote_dsp_view_t v = view_of(s);
  q->rows = p->rows;
  s->scratch_bytes = scratch_of(s);
  s->in_place = p->out_n <= p->in_n;
  return mote_filter_dsp_pack(prog, &v, &q->filter);
}

const mote_fast_t mote_fast_armv7em_dense = {
    "armv7em", "mote_dense_s8", &kernel, fits, cost, pack};
