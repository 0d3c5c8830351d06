/* SPDX-License-Identifier: Apache-2.0
 * Gated recurrent unit, as ONNX defines it: of each step's input x and the last hidden
 * values h,
 *   z, r = logistic(x W + h R + b), each with its own W, R, b
 *   n = tanh(x W + b + r (h R + c)), or tanh(x W + b + (r h) R + c)
 *   h = out = (1 - z) n + z h
 * in [batch][steps][in_n] or [steps][batch][in_n], out the same of `units`; hidden
 * [batch][units], read and left behind. */
#ifndef MOTE_NN_GRU_H
#define MOTE_NN_GRU_H

#include "base/span.h"
#include "nn/sequence.h"

typedef struct {
  mote_f32s_t weights, recurrent, bias; /* [units][in_n], [units][units], [units] */
} mote_gru_gate_f32_t;

typedef struct {
  mote_sequence_t size;
  int32_t reset_after; /* r times the product, not r times h */
  mote_gru_gate_f32_t z, r, n;
  mote_f32s_t recurrent_bias; /* c, [units] */
} mote_gru_f32_t;

/* scratch: [units] floats. */
void mote_gru_f32(const mote_gru_f32_t *p, const float *in, float *out, float *hidden,
                  void *scratch);

#endif
