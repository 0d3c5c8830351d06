/* SPDX-License-Identifier: Apache-2.0
 * Any int8 -> int8 function of one value as a table of 256 bytes: relu, logistic, tanh,
 * requantisation. Exact by construction, and smaller than most of the formulas. */
#ifndef MOTE_NN_LUT_H
#define MOTE_NN_LUT_H

#include "base/span.h"

typedef struct {
  int32_t n;
  mote_i8s_t table; /* [256], entry 0 is f(-128) */
} mote_lut_s8_t;

void mote_lut_s8(const mote_lut_s8_t *p, const int8_t *in, int8_t *out);

#endif
