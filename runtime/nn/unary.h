/* SPDX-License-Identifier: Apache-2.0
 * Logistic and tanh of every value, float32. (int8: nn/lut.h.) In place allowed. */
#ifndef MOTE_NN_UNARY_H
#define MOTE_NN_UNARY_H

#include <stdint.h>

typedef struct { int32_t n; } mote_unary_t;

void mote_logistic_f32(const mote_unary_t *p, const float *in, float *out);
void mote_tanh_f32(const mote_unary_t *p, const float *in, float *out);

#endif
