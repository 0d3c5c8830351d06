/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/mve.h"

#include "model/ops/util.h"

#define F(m, k) MOTE_FIELD(mote_filter_mve_t, m, k)
static const mote_field_t filter_fields[] = {
    F(vectors, I32), F(channels, I32), F(outside, I32), F(out_offset, I32),
    F(min, I32),     F(max, I32),      F(stream, I32S)};
#undef F
const mote_struct_t mote_struct_filter_mve =
    MOTE_STRUCT(mote_filter_mve_t, "nn/mve/filter_mve.h", filter_fields);
static const mote_field_t window_fields[] = {
    MOTE_FIELD_STRUCT(mote_window_mve_t, win, &mote_struct_window),
    MOTE_FIELD(mote_window_mve_t, turned, I32), MOTE_FIELD(mote_window_mve_t, band, I32),
    MOTE_FIELD_STRUCT(mote_window_mve_t, filter, &mote_struct_filter_mve)};
const mote_struct_t mote_struct_window_mve =
    MOTE_STRUCT(mote_window_mve_t, "nn/mve/conv2d_s8_mve.h", window_fields);

int32_t mote_mve_weight(const mote_bank_t *b, int32_t turned, int32_t c, int32_t t) {
  const mote_window_t *w = &b->win;
  int32_t deep = b->depthwise ? 1 : w->in_c, i = t % deep, tap = t / deep;
  if (t >= b->taps || c >= w->out_c) return 0;
  if (!turned) tap = tap % w->k_h * w->k_w + tap / w->k_h;
  return mote_bank_weight(b, c, tap * deep + i);
}

void mote_mve_put_vector(mote_mve_words_t *w, const int8_t vector[16]) {
  for (int32_t i = 0; i < 16; i += 4) {
    uint32_t word = 0;
    for (int32_t k = 0; k < 4; k++) word |= (uint32_t)(uint8_t)vector[i + k] << 8 * k;
    *w->at++ = (int32_t)word;
  }
}

void mote_mve_fill(const mote_bank_t *b, mote_filter_mve_t *f) {
  *f = (mote_filter_mve_t){.vectors = (b->taps + 15) / 16, .channels = b->win.out_c,
                           .outside = -b->filter->in_offset,
                           .out_offset = b->filter->out_offset, .min = b->filter->min,
                           .max = b->filter->max};
}

/* What grows with the band shall not be more than what is there anyway. */
int32_t mote_mve_band(const mve_view_t *v) {
  int32_t band = v->k * v->width / v->line_step + 1;
  return band < v->lines ? band : v->lines;
}

int mote_mve_in_place(const mote_window_t *g, int32_t turned, int32_t band) {
  mve_view_t v = mve_view(g, turned);
  int same = g->in_h == g->out_h && g->in_w == g->out_w && g->in_c == g->out_c;
  if (band < v.lines) return 0;
  if (turned) return same && g->stride_h * g->stride_w == 1;
  for (int32_t y = 0; y < v.lines; y++) {
    int32_t read = y * v.line_step - v.pad_line + v.k;
    if (read > v.in_lines) read = v.in_lines;
    if ((y + 1) * v.out_line > read * v.in_line) return 0;
  }
  return 1;
}
