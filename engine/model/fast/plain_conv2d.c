/* SPDX-License-Identifier: Apache-2.0
 * Convolution and dense layer, which share their tables. */
#include "model/fast/vectors.h"
#include "model/ops/util.h"
#include "nn/plain/conv2d_s8_plain.h"
#include "nn/plain/dense_s8_plain.h"

MOTE_WRAP1_SCRATCH(mote_conv2d_s8_plain, mote_conv2d_s8_plain_t)
MOTE_WRAP1_SCRATCH(mote_dense_s8_plain, mote_dense_s8_plain_t)

#define F(m, k) MOTE_FIELD(mote_filter_plain_t, m, k)
static const mote_field_t filter_fields[] = {
    F(taps, I32), F(channels, I32), F(outside, I32), F(out_offset, I32),
    F(min, I32),  F(max, I32),      F(weights, U8S), F(scales, I32S),
    F(shift, U8S)};
#undef F
static const mote_struct_t filter_struct =
    MOTE_STRUCT(mote_filter_plain_t, "nn/plain/filter_plain.h", filter_fields);
static const mote_field_t conv2d_fields[] = {
    MOTE_FIELD_STRUCT(mote_conv2d_s8_plain_t, win, &mote_struct_window),
    MOTE_FIELD_STRUCT(mote_conv2d_s8_plain_t, filter, &filter_struct)};
static const mote_struct_t conv2d_struct =
    MOTE_STRUCT(mote_conv2d_s8_plain_t, "nn/plain/conv2d_s8_plain.h", conv2d_fields);
static const mote_kernel_t kernel_conv2d = {.fn = "mote_conv2d_s8_plain",
                                            .params = &conv2d_struct,
                                            .run = run_mote_conv2d_s8_plain,
                                            .source = "nn/plain/conv2d_s8_plain.c",
                                            .in_types = "b",
                                            .out_types = "b",
                                            .takes_scratch = 1};
static const mote_field_t dense_fields[] = {
    MOTE_FIELD(mote_dense_s8_plain_t, rows, I32),
    MOTE_FIELD(mote_dense_s8_plain_t, in_n, I32),
    MOTE_FIELD_STRUCT(mote_dense_s8_plain_t, filter, &filter_struct)};
static const mote_struct_t dense_struct =
    MOTE_STRUCT(mote_dense_s8_plain_t, "nn/plain/dense_s8_plain.h", dense_fields);
static const mote_kernel_t kernel_dense = {.fn = "mote_dense_s8_plain",
                                           .params = &dense_struct,
                                           .run = run_mote_dense_s8_plain,
                                           .source = "nn/plain/dense_s8_plain.c",
                                           .in_types = "b",
                                           .out_types = "b",
                                           .takes_scratch = 1};

static int32_t up4(int32_t n) { return (n + 3) & ~3; }

/* Instructions: those of Armv6-M; the chip's file scales them. */
static mote_fast_cost_t cost(const mote_bank_t *b) {
  int32_t taps = up4(b->taps), channels = up4(b->win.out_c);
  double gather = taps * 6.0 + 65;
  if (!mote_window_is_matrix(&b->win)) gather += 75 * b->win.k_h + 85;
  double n = channels * (taps * 3.375 + 66) + gather;
  return (mote_fast_cost_t){b->win.out_h * b->win.out_w * n,
                            (size_t)channels * ((size_t)taps + 9), (size_t)taps * 2};
}

/* Weight t of channel c plus 128; as weights and inputs of no meaning are 0, it is what
 * is added to the inputs that counts. */
static uint8_t weight(const mote_bank_t *b, int32_t c, int32_t t) {
  int inside = c < b->win.out_c && t < b->taps;
  return (uint8_t)((inside ? mote_bank_weight(b, c, t) : 0) + 128);
}

static int pack(mote_program_t *prog, const mote_bank_t *b, mote_filter_plain_t *out) {
  int32_t taps = up4(b->taps), channels = up4(b->win.out_c);
  size_t bytes = (size_t)taps * (size_t)channels;
  uint8_t *w = mote_arena_take(prog->arena, bytes + (size_t)channels, 1);
  int32_t *scales = mote_arena_take(prog->arena, (size_t)channels * 2, 4);
  if (!w || !scales) return MOTE_ERR_NOMEM;
  uint8_t *shift = w + bytes;
  *out = (mote_filter_plain_t){.taps = taps,
                               .channels = b->win.out_c,
                               .outside = 128 - b->filter->in_offset,
                               .out_offset = b->filter->out_offset,
                               .min = b->filter->min,
                               .max = b->filter->max,
                               .weights = {w, (uint32_t)bytes},
                               .scales = {scales, (uint32_t)channels * 2},
                               .shift = {shift, (uint32_t)channels}};
  for (int32_t c = 0; c < channels; c += 4)
    for (int32_t t = 0; t < taps; t++)
      for (int32_t i = 0; i < 4; i++) *w++ = weight(b, c + i, t);
  for (int32_t c = 0; c < b->win.out_c; c++) {
    mote_scale_t s = mote_bank_scale(b, c, 128);
    int32_t *four = scales + c / 4 * 8 + c % 4;
    four[0] = s.bias, four[4] = s.multiplier, shift[c] = (uint8_t)(s.right - 1);
  }
  return MOTE_OK;
}

static int pack_window(mote_program_t *prog, mote_step_t *s, const mote_bank_t *b,
                       mote_conv2d_s8_plain_t *q) {
  q->win = b->win;
  s->scratch_bytes = cost(b).scratch_bytes;
  return pack(prog, b, &q->filter);
}

static int pack_matrix(mote_program_t *prog, mote_step_t *s, const mote_bank_t *b,
                       mote_dense_s8_plain_t *q) {
  q->rows = b->win.out_h * b->win.out_w, q->in_n = b->win.in_c;
  s->scratch_bytes = cost(b).scratch_bytes;
  s->in_place = b->win.out_c <= b->win.in_c;
  return pack(prog, b, &q->filter);
}

#define ROW(name, op, kernel, is_matrix, pack_of)                                        \
  static int fits_##name(const mote_step_t *s) {                                         \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return mote_window_is_matrix(&b.win) == is_matrix && mote_bank_rounds(&b);           \
  }                                                                                      \
  static mote_fast_cost_t cost_##name(const mote_step_t *s) {                            \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return cost(&b);                                                                     \
  }                                                                                      \
  static int pack_##name(mote_program_t *prog, mote_step_t *s, void *packed) {           \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return pack_of(prog, s, &b, packed);                                                 \
  }                                                                                      \
  const mote_fast_t mote_fast_plain_##name = {                                           \
      "plain", "mote_" #op "_s8", &kernel, fits_##name, cost_##name, pack_##name};
ROW(conv2d, conv2d, kernel_conv2d, 0, pack_window)
ROW(pointwise_conv2d, conv2d, kernel_dense, 1, pack_matrix)
ROW(dense, dense, kernel_dense, 1, pack_matrix)
