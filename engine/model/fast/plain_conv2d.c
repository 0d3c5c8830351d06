/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/vectors.h"
#include "model/ops/util.h"
#include "nn/plain/conv2d_s8_plain.h"

MOTE_WRAP1_SCRATCH(mote_conv2d_s8_plain, mote_conv2d_s8_plain_t)

#define F(m, k) MOTE_FIELD(mote_filter_plain_t, m, k)
static const mote_field_t filter_fields[] = {
    F(taps, I32), F(channels, I32), F(outside, I32), F(out_offset, I32),
    F(min, I32),  F(max, I32),      F(weights, U8S), F(scales, I32S),
    F(shift, U8S)};
#undef F
static const mote_struct_t filter_struct =
    MOTE_STRUCT(mote_filter_plain_t, "nn/plain/filter_plain.h", filter_fields);
static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_conv2d_s8_plain_t, win, &mote_struct_window),
    MOTE_FIELD_STRUCT(mote_conv2d_s8_plain_t, filter, &filter_struct)};
static const mote_struct_t params =
    MOTE_STRUCT(mote_conv2d_s8_plain_t, "nn/plain/conv2d_s8_plain.h", fields);
static const mote_kernel_t kernel = {.fn = "mote_conv2d_s8_plain",
                                     .params = &params,
                                     .run = run_mote_conv2d_s8_plain,
                                     .source = "nn/plain/conv2d_s8_plain.c",
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

#define ROW(op)                                                                          \
  static int fits_##op(const mote_step_t *s) {                                           \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return mote_bank_rounds(&b);                                                         \
  }                                                                                      \
  static mote_fast_cost_t cost_##op(const mote_step_t *s) {                              \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return cost(&b);                                                                     \
  }                                                                                      \
  static int pack_##op(mote_program_t *prog, mote_step_t *s, void *packed) {             \
    mote_conv2d_s8_plain_t *q = packed;                                                  \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    q->win = b.win;                                                                      \
    s->scratch_bytes = cost(&b).scratch_bytes;                                           \
    s->in_place = mote_window_is_matrix(&b.win) && b.win.out_c <= b.win.in_c;            \
    return pack(prog, &b, &q->filter);                                                   \
  }                                                                                      \
  const mote_fast_t mote_fast_plain_##op = {"plain",   "mote_" #op "_s8", &kernel,       \
                                            fits_##op, cost_##op,         pack_##op};
ROW(conv2d)
ROW(dense)
