/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/mve.h"
#include "model/ops/util.h"
#include "nn/mve/conv2d_s8_mve.h"
#include "nn/mve/tile.h"

MOTE_WRAP1_SCRATCH(mote_conv2d_s8_mve, mote_window_mve_t)

static const mote_kernel_t kernel = {
    .fn = "mote_conv2d_s8_mve", .params = &mote_struct_window_mve,
    .run = run_mote_conv2d_s8_mve, .source = "nn/mve/conv2d_s8_mve.c", .in_types = "b",
    .out_types = "b", .takes_scratch = 1};

static int32_t tiles(const mve_view_t *v) { return v->lines * ((v->pixels + 3) / 4); }

static mote_window_mve_t walk(const mote_bank_t *b) {
  mote_window_mve_t p = {.win = b->win};
  mote_window_t *g = &p.win;
  mote_mve_fill(b, &p.filter);
  if (g->k_h * g->k_w == 1) {
    if (g->stride_h * g->stride_w == 1)
      g->in_w *= g->in_h, g->out_w *= g->out_h, g->in_h = g->out_h = 1;
    return p;
  }
  mve_view_t v = mve_view(g, 0), turned = mve_view(g, 1);
  p.turned = tiles(&turned) < tiles(&v);
  p.band = mote_mve_band(p.turned ? &turned : &v);
  return p;
}

static int fits(const mote_bank_t *b) {
  const mote_window_t *w = &b->win;
  return (w->k_h == 1 || w->dilation_h == 1) && (w->k_w == 1 || w->dilation_w == 1) &&
         (b->taps + 15) / 16 <= MVE_VECTORS_MAX && mote_bank_rounds(b);
}

static mote_fast_cost_t cost(const mote_bank_t *b) {
  mote_window_mve_t p = walk(b);
  mve_view_t v = mve_view(&p.win, p.turned);
  int32_t quads = (b->win.out_c + 3) / 4, vectors = p.filter.vectors;
  double each = quads * (28.8 * vectors + 46) + 160;
  double copied = p.band ? (double)v.lines * v.line_step * v.width : 0;
  int32_t inputs =
      p.band ? mve_stored(&v, p.band) * b->win.in_c + 16 : vectors * 16 * 4;
  return (mote_fast_cost_t){tiles(&v) * each + copied * (20 + b->win.in_c / 4.0),
                            (size_t)quads * (size_t)(64 * vectors + 48),
                            (size_t)((inputs + 3) / 4 * 4 + quads * 16)};
}

static void put_half(const mote_bank_t *b, const mote_window_mve_t *p, int32_t c,
                     mote_mve_words_t *w) {
  for (int32_t v = 0; v < p->filter.vectors; v++)
    for (int32_t k = 0; k < 4; k += 2) {
      int8_t vector[16];
      for (int32_t i = 0; i < 16; i++)
        vector[i] = (int8_t)mote_mve_weight(b, p->turned, c + k, v * 16 + i);
      mote_mve_put_vector(w, vector);
    }
  for (int32_t k = 0; k < 4; k += 2, w->at += 3) {
    if (c + k >= b->win.out_c) continue;
    mote_scale_t s = mote_bank_scale(b, c + k, 0);
    w->at[0] = s.bias, w->at[1] = s.multiplier, w->at[2] = -s.right;
  }
}

static int pack(mote_program_t *prog, mote_step_t *s, const mote_bank_t *b,
                mote_window_mve_t *out) {
  mote_fast_cost_t c = cost(b);
  int32_t *stream = mote_arena_take(prog->arena, c.table_bytes / 4, 4);
  mote_mve_words_t w = {stream};
  if (!stream) return MOTE_ERR_NOMEM;
  *out = walk(b);
  for (int32_t i = 0; i < b->win.out_c; i += 4) {
    put_half(b, out, i, &w);
    put_half(b, out, i + 1, &w);
  }
  out->filter.stream = (mote_i32s_t){stream, (uint32_t)(c.table_bytes / 4)};
  s->scratch_bytes = c.scratch_bytes;
  s->in_place = out->band && mote_mve_in_place(&out->win, out->turned, out->band);
  return MOTE_OK;
}

#define ROW(op)                                                                          \
  static int fits_##op(const mote_step_t *s) {                                           \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return fits(&b);                                                                     \
  }                                                                                      \
  static mote_fast_cost_t cost_##op(const mote_step_t *s) {                              \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return cost(&b);                                                                     \
  }                                                                                      \
  static int pack_##op(mote_program_t *prog, mote_step_t *s, void *packed) {             \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return pack(prog, s, &b, packed);                                                    \
  }                                                                                      \
  const mote_fast_t mote_fast_mve_##op = {                                               \
      "mve", "mote_" #op "_s8", &kernel, fits_##op, cost_##op, pack_##op};

ROW(conv2d)
ROW(dense)
