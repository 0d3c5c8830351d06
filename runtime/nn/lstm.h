/* SPDX-License-Identifier: Apache-2.0
 * Long short-term memory: of each step's input x and the last hidden values h,
 *   i, f, o = logistic(x W + h R + b), g = tanh(x W + h R + b), each with its own W, R, b
 *   cell = f cell + i g, clamped; h = out = o tanh(cell)
 * in [batch][steps][in_n] or [steps][batch][in_n], out the same of `units`; hidden, cell
 * [batch][units], read and left behind. */
#ifndef MOTE_NN_LSTM_H
#define MOTE_NN_LSTM_H

#include "base/fixed.h"
#include "base/span.h"
#include "nn/curve_s16.h"
#include "nn/sequence.h"

typedef struct {
  mote_i8s_t weights, recurrent; /* [units][in_n], [units][units] */
  mote_i32s_t bias;              /* on the scale of the first product */
  int32_t multiplier, shift, recurrent_multiplier, recurrent_shift; /* to 1 / 4096 */
} mote_lstm_gate_int_t;

/* Integers: cell int16 on a power of two; in, out and hidden are int8, or int16 with
 * zero points 0. */
typedef struct {
  mote_sequence_t size;
  int32_t in_offset, hidden_offset;  /* minus the zero points */
  int32_t cell_multiplier, cell_shift; /* i g -> cell */
  int32_t cell_min, cell_max;
  int32_t tanh_multiplier, tanh_shift; /* cell -> grid of the table */
  int32_t out_multiplier, out_shift, out_offset;
  mote_u16s_t table; /* of mote_curve_s16_t */
  mote_lstm_gate_int_t i, f, g, o;
} mote_lstm_int_t;

typedef struct { mote_f32s_t weights, recurrent, bias; } mote_lstm_gate_f32_t;
typedef struct {
  mote_sequence_t size;
  float cell_min, cell_max;
  mote_lstm_gate_f32_t i, f, g, o;
} mote_lstm_f32_t;

void mote_lstm_s8(const mote_lstm_int_t *p, const int8_t *in, int8_t *out,
                  int8_t *hidden, int16_t *cell);
void mote_lstm_s16(const mote_lstm_int_t *p, const int16_t *in, int16_t *out,
                   int16_t *hidden, int16_t *cell);
void mote_lstm_f32(const mote_lstm_f32_t *p, const float *in, float *out, float *hidden,
                   float *cell);

/* ---- for the integer kernels ---- */

static inline int32_t mote_lstm_s16_of(int32_t x) {
  return mote_clamp(x, INT16_MIN, INT16_MAX);
}

/* Sums of the gates i, f, g, o on 1 / 4096 -> the new cell and its output, unclamped. */
static inline int32_t mote_lstm_unit(const mote_lstm_int_t *p, const int32_t sum[4],
                                     int16_t *cell) {
  const uint16_t *table = p->table.p;
  int32_t i = mote_curve_logistic(table, 3 * sum[0]);
  int32_t f = mote_curve_logistic(table, 3 * sum[1]);
  int32_t g = mote_curve_tanh(table, 3 * sum[2]);
  int32_t o = mote_curve_logistic(table, 3 * sum[3]);
  int32_t kept = mote_requantise(f * *cell, 1 << 30, -14);
  int32_t new = mote_requantise(i * g, p->cell_multiplier, p->cell_shift);
  int32_t c = mote_lstm_s16_of(mote_lstm_s16_of(kept) + mote_lstm_s16_of(new));
  *cell = (int16_t)mote_clamp(c, p->cell_min, p->cell_max);
  int32_t y = mote_curve_in(*cell, p->tanh_multiplier, p->tanh_shift);
  y = mote_requantise(mote_curve_tanh(table, y) * o, p->out_multiplier, p->out_shift);
  return mote_add_wrap(y, p->out_offset);
}

#endif
