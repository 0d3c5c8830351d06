/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/vectors.h"

#include <stdlib.h>

#include "model/ops/util.h"
#include "nn/conv2d.h"
#include "nn/dense.h"
#include "nn/depthwise_conv2d.h"

const mote_family_t mote_family_simd = {8, 2, 0, 4, 2.4, 10.0};
const mote_family_t mote_family_vnni = {16, 4, 128, 1, 1.2, 14.0};

#define F(m, k) MOTE_FIELD(mote_filter_simd_t, m, k)
static const mote_field_t filter_fields[] = {
    F(taps, I32),  F(channels, I32), F(outside, I32), F(min, I32),
    F(max, I32),   F(away, I32),     F(pairs, I16S),  F(quads, I8S),
    F(scales, I32S)};
#undef F
static const mote_struct_t filter_struct =
    MOTE_STRUCT(mote_filter_simd_t, "nn/simd/filter_simd.h", filter_fields);
static const mote_field_t window_fields[] = {
    MOTE_FIELD_STRUCT(mote_window_simd_t, win, &mote_struct_window),
    MOTE_FIELD_STRUCT(mote_window_simd_t, filter, &filter_struct)};
const mote_struct_t mote_struct_window_simd =
    MOTE_STRUCT(mote_window_simd_t, "nn/simd/filter_simd.h", window_fields);

mote_bank_t mote_bank_of_conv2d(const mote_step_t *s) {
  const mote_conv2d_s8_t *p = s->params;
  int32_t taps = p->win.k_h * p->win.k_w * p->win.in_c;
  return (mote_bank_t){p->win, &p->filter, taps, taps, 1, 0};
}

mote_bank_t mote_bank_of_dense(const mote_step_t *s) {
  const mote_dense_s8_t *p = s->params;
  mote_window_t w = {.in_h = 1, .in_w = p->rows, .in_c = p->in_n, .out_h = 1,
                     .out_w = p->rows, .out_c = p->out_n, .k_h = 1, .k_w = 1,
                     .stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1};
  return (mote_bank_t){w, &p->filter, p->in_n, p->in_n, 1, 0};
}

mote_bank_t mote_bank_of_depthwise_conv2d(const mote_step_t *s) {
  const mote_depthwise_conv2d_s8_t *p = s->params;
  return (mote_bank_t){p->win, &p->filter, p->win.k_h * p->win.k_w, 1, p->win.out_c, 1};
}

static int32_t up(int32_t n, int32_t step) { return (n + step - 1) / step * step; }

int mote_bank_rounds(const mote_bank_t *b) {
  for (int32_t c = 0; c < b->win.out_c; c++)
    if (b->filter->shift.p[c] > -1) return 0;
  return 1;
}

int mote_bank_fills(const mote_bank_t *b, int32_t lanes) {
  return !b->depthwise || (b->win.in_c == b->win.out_c && b->win.out_c >= lanes);
}

/* What v_round adds to the product's high half: a half, one, and the zero point. */
static int64_t addend(const mote_bank_t *b, int32_t right) {
  return 1 + ((int64_t)1 << right) + b->filter->out_offset * ((int64_t)2 << right);
}

/* Four times a sum fits, and so does its product with what is added to it. A trained
 * channel for which they do not is a constant, which passes remove. */
static int sums_fit(const mote_bank_t *b, int32_t c) {
  int64_t most = llabs((long long)b->filter->bias.p[c]);
  int32_t right = -b->filter->shift.p[c];
  if (right > 29) return 0;
  for (int32_t t = 0; t < b->taps; t++) most += 255 * abs(mote_bank_weight(b, c, t));
  return most < 1 << 29 &&
         2 * most + llabs((long long)addend(b, right)) + 2 < (int64_t)1 << 31;
}

int mote_bank_fits(const mote_family_t *v, const mote_bank_t *b) {
  if (!mote_bank_fills(b, v->lanes) || !mote_bank_rounds(b)) return 0;
  for (int32_t c = 0; c < b->win.out_c; c++)
    if (!sums_fit(b, c)) return 0;
  return 1;
}

/* Taps lie in runs of contiguous inputs, each padded to groups. */
static int32_t run_of(const mote_bank_t *b) {
  const mote_window_t *w = &b->win;
  return b->depthwise ? b->taps : w->in_c * w->k_w / mote_window_holes(w);
}

static int by_columns(const mote_bank_t *b) {
  return b->depthwise && mote_window_has_columns(&b->win);
}

static int32_t padded_taps(const mote_family_t *v, const mote_bank_t *b) {
  if (by_columns(b)) return 12;
  int32_t run = run_of(b);
  return b->taps / run * up(run, v->group);
}

/* Blocks of sums, and the instructions of each; tables. */
static mote_fast_cost_t price(const mote_family_t *v, const mote_bank_t *b,
                              double group) {
  size_t item = v->group == 2 ? 2 : 1, taps = (size_t)padded_taps(v, b);
  int32_t lanes = up(b->win.out_c, v->lanes);
  double blocks = (double)b->win.out_h * b->win.out_w * lanes / v->lanes;
  return (mote_fast_cost_t){blocks * ((double)taps / v->group * group + v->finish),
                            (size_t)lanes * (taps * item + 4 * MOTE_SIMD_SCALES), 0};
}

/* Values in the rows under a line of the output, borders and all. */
static int32_t rows_under(const mote_window_t *w) {
  return mote_under_rows(w) * mote_under_width(w) * w->in_c;
}

mote_fast_cost_t mote_bank_cost(const mote_family_t *v, const mote_bank_t *b) {
  const mote_window_t *w = &b->win;
  int32_t pixels = w->out_w * w->out_h, offsets = w->k_h * mote_window_holes(w);
  size_t item = v->group == 2 ? 2 : 1;
  mote_fast_cost_t c = price(v, b, v->dot);
  if (pixels > MOTE_SIMD_STRIP) pixels = MOTE_SIMD_STRIP;
  c.scratch_bytes = mote_window_is_matrix(w)
                        ? (size_t)(pixels * w->in_c) * item
                        : (size_t)offsets * 4 + (size_t)rows_under(w) * item;
  c.scratch_bytes += 32;
  return c;
}

mote_fast_cost_t mote_bank_cost_depthwise(const mote_family_t *v, const mote_bank_t *b) {
  mote_fast_cost_t c = price(v, b, v->dot + 6 + v->group);
  c.scratch_bytes = (size_t)padded_taps(v, b) * 4 + (size_t)rows_under(&b->win) + 8;
  return c;
}

/* Channel of lane i of a block; the last block ends at the last channel. */
static int32_t channel(const mote_family_t *v, const mote_bank_t *b, int32_t lane) {
  int32_t n = b->win.out_c, block = lane / v->lanes * v->lanes;
  int32_t last = n > v->lanes ? n - v->lanes : 0;
  return (block < last ? block : last) + lane % v->lanes;
}

static int32_t padded_weight(const mote_family_t *v, const mote_bank_t *b, int32_t c,
                             int32_t t) {
  if (by_columns(b))
    return c < b->win.out_c && t % 4 < 3 ? mote_bank_weight(b, c, t % 4 * 3 + t / 4) : 0;
  int32_t run = run_of(b), padded = up(run, v->group);
  if (c >= b->win.out_c || t % padded >= run) return 0;
  return mote_bank_weight(b, c, t / padded * run + t % padded);
}

static int32_t folded_bias(const mote_bank_t *b, int32_t c, int32_t plus) {
  uint32_t sum = (uint32_t)b->filter->bias.p[c];
  uint32_t offset = (uint32_t)(b->filter->in_offset - plus);
  for (int32_t t = 0; t < b->taps; t++)
    sum += (uint32_t)mote_bank_weight(b, c, t) * offset;
  return (int32_t)sum;
}

mote_scale_t mote_bank_scale(const mote_bank_t *b, int32_t c, int32_t plus) {
  return (mote_scale_t){folded_bias(b, c, plus), b->filter->multiplier.p[c],
                        -b->filter->shift.p[c]};
}

static int pack_weights(mote_program_t *prog, const mote_family_t *v,
                        const mote_bank_t *b, mote_filter_simd_t *out) {
  int32_t lanes = up(b->win.out_c, v->lanes);
  size_t n = (size_t)lanes * (size_t)out->taps, at = 0;
  void *w = mote_arena_take(prog->arena, n, v->group == 2 ? 2 : 1);
  if (!w) return MOTE_ERR_NOMEM;
  for (int32_t block = 0; block < lanes; block += v->lanes)
    for (int32_t t = 0; t < out->taps; t += v->group)
      for (int32_t i = 0; i < v->lanes * v->group; i++, at++) {
        int32_t c = channel(v, b, block + i / v->group);
        int32_t x = padded_weight(v, b, c, t + i % v->group);
        if (v->group == 2) ((int16_t *)w)[at] = (int16_t)(x * v->scale);
        else ((int8_t *)w)[at] = (int8_t)x;
      }
  if (v->group == 2) out->pairs = (mote_i16s_t){w, (uint32_t)n};
  else out->quads = (mote_i8s_t){w, (uint32_t)n};
  return MOTE_OK;
}

/* The four values of channel c, `lanes` apart. */
static void pack_scale(const mote_family_t *v, const mote_bank_t *b, int32_t c,
                       int32_t *to) {
  mote_scale_t s = mote_bank_scale(b, c, v->bias);
  to[v->lanes * MOTE_SIMD_BIAS] = s.bias * v->scale;
  to[v->lanes * MOTE_SIMD_MULTIPLIER] = s.multiplier;
  to[v->lanes * MOTE_SIMD_ROUND] = (int32_t)addend(b, s.right);
  to[v->lanes * MOTE_SIMD_SHIFT] = s.right + 1;
}

static int pack_scales(mote_program_t *prog, const mote_family_t *v, const mote_bank_t *b,
                       mote_filter_simd_t *out) {
  int32_t lanes = up(b->win.out_c, v->lanes), n = lanes * MOTE_SIMD_SCALES;
  int32_t *scales = mote_arena_take(prog->arena, (size_t)n, 4);
  if (!scales) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < lanes; i++) {
    int32_t c = channel(v, b, i), in = i % v->lanes;
    if (c < b->win.out_c)
      pack_scale(v, b, c, scales + (i - in) * MOTE_SIMD_SCALES + in);
  }
  out->scales = (mote_i32s_t){scales, (uint32_t)n};
  return MOTE_OK;
}

int mote_bank_pack(mote_program_t *prog, const mote_family_t *v, const mote_bank_t *b,
                   mote_window_simd_t *out) {
  const mote_filter_s8_t *f = b->filter;
  out->win = b->win;
  out->filter = (mote_filter_simd_t){.taps = padded_taps(v, b),
                                     .channels = b->win.out_c, .outside = -f->in_offset,
                                     .min = f->min, .max = f->max,
                                     .away = f->min < f->out_offset};
  MOTE_TRY(pack_weights(prog, v, b, &out->filter));
  return pack_scales(prog, v, b, &out->filter);
}
