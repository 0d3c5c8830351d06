/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/dsp.h"

#include "nn/add.h"

#define F(m, k) MOTE_FIELD(mote_filter_dsp_t, m, k)
static const mote_field_t fields[] = {
    F(taps, I32),        F(channels, I32), F(in_offset, I32), F(zero, I32),
    F(min, I32),         F(max, I32),      F(weights, I32S),  F(first, I32S),
    F(multiplier, I32S), F(shift, U8S)};
#undef F
const mote_struct_t mote_struct_filter_dsp =
    MOTE_STRUCT(mote_filter_dsp_t, "nn/armv7em/filter_dsp.h", fields);

static int32_t weight(const mote_dsp_view_t *v, int32_t c, int32_t t) {
  if (c >= v->channels || t >= v->taps) return 0;
  return v->f->weights.p[c * v->channel_step + t * v->tap_step];
}

int64_t mote_dsp_reach(const mote_dsp_view_t *v, int32_t c) {
  int32_t lo = v->f->in_offset - 128, hi = v->f->in_offset + 127;
  int64_t least = v->f->bias.p[c], most = least;
  for (int32_t t = 0; t < v->taps; t++) {
    int32_t w = weight(v, c, t);
    least += w > 0 ? w * lo : w * hi;
    most += w > 0 ? w * hi : w * lo;
  }
  return -least > most ? -least : most;
}

int mote_dsp_rounds(const mote_filter_s8_t *f, int32_t c, int64_t reach) {
  int32_t shift = -f->shift.p[c] - 1;
  if (shift < 0 || shift > 21 || reach >= (int64_t)1 << 30) return 0;
  return reach + ((int64_t)257 << shift) < ((int64_t)1 << 31) - 2;
}

int mote_dsp_one_scale(const mote_filter_s8_t *f, int32_t channels) {
  for (int32_t c = 1; c < channels; c++)
    if (f->multiplier.p[c] != f->multiplier.p[0] || f->shift.p[c] != f->shift.p[0])
      return 0;
  return 1;
}

/* The byte beside a negative even weight borrows one from the odd weight. */
static int32_t odd_byte(const mote_dsp_view_t *v, int32_t c, int32_t t) {
  return weight(v, c + 1, t) - (weight(v, c, t) < 0);
}

int mote_filter_dsp_fits(const mote_dsp_view_t *v) {
  for (int32_t c = 0; c < v->channels; c++) {
    int64_t reach = mote_dsp_reach(v, c);
    if (!mote_dsp_rounds(v->f, c, reach)) return 0;
    if (!(c & 1)) continue;
    if (reach >= 1 << 23) return 0;
    for (int32_t t = 0; t < v->taps; t++)
      if (odd_byte(v, c - 1, t) < -128) return 0;
  }
  return 1;
}

static int is_exact(int32_t multiplier, int32_t shift) {
  return multiplier == 1 << 30 && shift == 0;
}

int mote_dsp_fits_add(const mote_step_t *s) {
  const mote_add_s8_t *p = s->params;
  int a = is_exact(p->a_multiplier, p->a_shift);
  int b = is_exact(p->b_multiplier, p->b_shift);
  int32_t other = a ? p->b_shift : p->a_shift;
  return p->a_n == p->n && p->b_n == p->n && (a || b) &&
         ((a && b) || (other < 0 && other >= -20)) && p->out_shift < 0 &&
         p->out_shift >= -22;
}

static int32_t up4(int32_t n) { return (n + 3) & ~3; }

size_t mote_filter_dsp_bytes(const mote_dsp_view_t *v) {
  size_t rows = (size_t)up4(v->channels);
  size_t scales = mote_dsp_one_scale(v->f, v->channels) ? 1 : (size_t)v->channels;
  return rows * (size_t)up4(v->taps) + rows * 4 + scales * 5;
}

double mote_filter_dsp_cost(const mote_dsp_view_t *v, int block) {
  double rows = up4(v->channels), taps = up4(v->taps);
  return rows * (block ? taps * 0.774 + 15.7 : taps * 0.89 + 26.4) + taps * 1.6 + 30;
}

/* A word of weights: pairs (0, 2) and (1, 3) of every four taps. */
static int32_t word(const mote_dsp_view_t *v, int32_t c, int32_t pair) {
  int32_t t = pair / 2 * 4 + pair % 2;
  uint32_t w = 0;
  for (int32_t half = 0; half < 2; half++, t += 2)
    w |= ((uint32_t)(uint8_t)weight(v, c, t) | (uint32_t)(uint8_t)odd_byte(v, c, t) << 8)
         << (16 * half);
  return (int32_t)w;
}

int mote_dsp_scales(mote_program_t *prog, const mote_filter_s8_t *f, int32_t channels,
                    mote_i32s_t *multiplier, mote_u8s_t *shift) {
  uint32_t n = mote_dsp_one_scale(f, channels) ? 1 : (uint32_t)channels;
  uint8_t *s = mote_arena_take(prog->arena, n, 1);
  if (!s) return MOTE_ERR_NOMEM;
  for (uint32_t c = 0; c < n; c++) s[c] = (uint8_t)(-f->shift.p[c] - 1);
  *multiplier = (mote_i32s_t){f->multiplier.p, n};
  *shift = (mote_u8s_t){s, n};
  return MOTE_OK;
}

int mote_filter_dsp_pack(mote_program_t *prog, const mote_dsp_view_t *v,
                         mote_filter_dsp_t *out) {
  const mote_filter_s8_t *f = v->f;
  int32_t taps = up4(v->taps), rows = up4(v->channels);
  size_t words = (size_t)rows * (size_t)taps / 4;
  int32_t *w = mote_arena_take(prog->arena, words, 4);
  int32_t *first = mote_arena_take(prog->arena, (size_t)rows, 4);
  if (!w || !first) return MOTE_ERR_NOMEM;
  *out = (mote_filter_dsp_t){.taps = taps,
                             .channels = v->channels,
                             .in_offset = f->in_offset,
                             .zero = 2 * f->out_offset + 1,
                             .min = f->min,
                             .max = f->max,
                             .weights = {w, (uint32_t)words},
                             .first = {first, (uint32_t)rows}};
  for (int32_t c = 0; c < rows; c += 4)
    for (int32_t pair = 0; pair < taps / 2; pair++)
      for (int32_t i = 0; i < 4; i += 2) *w++ = word(v, c + i, pair);
  for (int32_t c = 0; c < rows; c += 2) {
    uint32_t even = c < v->channels ? (uint32_t)f->bias.p[c] : 0;
    uint32_t odd = c + 1 < v->channels ? (uint32_t)f->bias.p[c + 1] : 0;
    first[c] = (int32_t)(even + 256 * odd), first[c + 1] = (int32_t)even;
  }
  return mote_dsp_scales(prog, f, v->channels, &out->multiplier, &out->shift);
}
