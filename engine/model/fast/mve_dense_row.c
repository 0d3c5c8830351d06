/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/dsp.h"
#include "model/ops/util.h"
#include "nn/dense.h"
#include "nn/mve/dense_row_s8_mve.h"

MOTE_WRAP1(mote_dense_row_s8_mve, mote_dense_row_s8_mve_t)

#define F(m, k) MOTE_FIELD(mote_dense_row_s8_mve_t, m, k)
static const mote_field_t fields[] = {F(in_n, I32),       F(out_n, I32), F(zero, I32),
                                      F(min, I32),        F(max, I32),   F(weights, I8S),
                                      F(bias, I32S),      F(multiplier, I32S),
                                      F(shift, U8S)};
#undef F
static const mote_struct_t params =
    MOTE_STRUCT(mote_dense_row_s8_mve_t, "nn/mve/dense_row_s8_mve.h", fields);
static const mote_kernel_t kernel = {.fn = "mote_dense_row_s8_mve",
                                     .params = &params,
                                     .run = run_mote_dense_row_s8_mve,
                                     .source = "nn/mve/dense_row_s8_mve.c",
                                     .in_types = "b",
                                     .out_types = "b"};

static mote_dsp_view_t view_of(const mote_dense_s8_t *p) {
  return (mote_dsp_view_t){&p->filter, p->in_n, p->out_n, p->in_n, 1};
}

static int fits(const mote_step_t *s) {
  const mote_dense_s8_t *p = s->params;
  mote_dsp_view_t v = view_of(p);
  if (p->rows != 1) return 0;
  for (int32_t c = 0; c < p->out_n; c++)
    if (!mote_dsp_rounds(&p->filter, c, mote_dsp_reach(&v, c))) return 0;
  return 1;
}

static size_t weight_bytes(const mote_dense_s8_t *p) {
  return (size_t)((p->out_n + 3) / 4) * (size_t)((p->in_n + 15) / 16) * 64;
}

static mote_fast_cost_t cost(const mote_step_t *s) {
  const mote_dense_s8_t *p = s->params;
  double fours = (p->out_n + 3) / 4, vectors = (p->in_n + 15) / 16;
  return (mote_fast_cost_t){fours * (vectors * 12 + 88) + 60,
                            weight_bytes(p) + (size_t)p->out_n * 4, 0};
}

static int pack(mote_program_t *prog, mote_step_t *s, void *packed) {
  const mote_dense_s8_t *p = s->params;
  const mote_filter_s8_t *f = &p->filter;
  mote_dense_row_s8_mve_t *q = packed;
  size_t bytes = weight_bytes(p), step = (size_t)((p->in_n + 15) / 16) * 64;
  int8_t *w = mote_arena_take(prog->arena, bytes, 1);
  int32_t *bias = mote_arena_take(prog->arena, (size_t)p->out_n + 3, sizeof *bias);
  if (!w || !bias) return MOTE_ERR_NOMEM;
  for (int32_t c = 0; c < p->out_n; c++) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < p->in_n; i++) {
      int8_t v = f->weights.p[c * p->in_n + i];
      w[(size_t)(c / 4) * step + (size_t)(i / 16 * 64 + c % 4 * 16 + i % 16)] = v;
      sum += (uint32_t)(v * f->in_offset);
    }
    bias[c] = mote_add_wrap(f->bias.p[c], (int32_t)sum);
  }
  *q = (mote_dense_row_s8_mve_t){.in_n = p->in_n,
                                 .out_n = p->out_n,
                                 .zero = 2 * f->out_offset + 1,
                                 .min = f->min,
                                 .max = f->max,
                                 .weights = {w, (uint32_t)bytes},
                                 .bias = {bias, (uint32_t)(p->out_n + 3) & ~3u}};
  return mote_dsp_scales(prog, f, p->out_n, &q->multiplier, &q->shift);
}

const mote_fast_t mote_fast_mve_dense_row = {"mve", "mote_dense_s8", &kernel,
                                             fits,  cost,            pack};
