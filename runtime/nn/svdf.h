/* SPDX-License-Identifier: Apache-2.0
 * Dense layer over a window of time whose weights are of low rank (TFLite's SVDF). A
 * filter's answer to the input joins the last `memory` ones in the state; its weights in
 * time sum them up, and `rank` filters together give a unit.
 * in [batch][in_n], out [batch][filters / rank], state [batch][filters][memory]. */
#ifndef MOTE_NN_SVDF_H
#define MOTE_NN_SVDF_H

#include "base/fixed.h"
#include "base/span.h"

typedef struct { int32_t batch, in_n, filters, rank, memory; } mote_svdf_size_t;

typedef struct {
  mote_svdf_size_t size;
  int32_t in_offset; /* minus the input's zero point */
  int32_t multiplier, shift, state_zero; /* filter -> state */
  int32_t out_multiplier, out_shift, out_offset, min, max;
  mote_i8s_t feature; /* [filters][in_n] */
  mote_i32s_t bias;   /* one per unit */
} mote_svdf_int_t;

typedef struct {
  mote_svdf_int_t ints;
  mote_i16s_t time; /* [filters][memory] */
} mote_svdf_s8_t;
typedef struct {
  mote_svdf_int_t ints;
  mote_i8s_t time;
} mote_svdf_s8_state8_t;
typedef struct {
  mote_svdf_size_t size;
  float min, max;
  mote_f32s_t feature, time, bias;
} mote_svdf_f32_t;

void mote_svdf_s8(const mote_svdf_s8_t *p, const int8_t *in, int8_t *out,
                  int16_t *state);
void mote_svdf_s8_state8(const mote_svdf_s8_state8_t *p, const int8_t *in, int8_t *out,
                         int8_t *state);
/* Sums in the order of nn/dot.h. */
void mote_svdf_f32(const mote_svdf_f32_t *p, const float *in, float *out, float *state);

/* ---- for the kernels ---- */

static inline int8_t mote_svdf_unit(const mote_svdf_int_t *p, int32_t sum) {
  int32_t y = mote_requantise(sum, p->out_multiplier, p->out_shift);
  return (int8_t)mote_clamp(mote_add_wrap(y, p->out_offset), p->min, p->max);
}

#endif
