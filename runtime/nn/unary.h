/* SPDX-License-Identifier: Apache-2.0
 * Functions of every value, float32. (int8: nn/lut.h.) In place allowed. */
#ifndef MOTE_NN_UNARY_H
#define MOTE_NN_UNARY_H

#include <stdint.h>

typedef struct { int32_t n; } mote_unary_t;
typedef struct {
  int32_t n;
  float alpha; /* factor of the negative side */
} mote_alpha_f32_t;

#define MOTE_UNARY_DECLARE(op)                                                           \
  void mote_##op##_f32(const mote_unary_t *p, const float *in, float *out)
/* Defines mote_<op>_f32: out = value(in). */
#define MOTE_UNARY(op, value)                                                            \
  MOTE_UNARY_DECLARE(op) {                                                               \
    for (int32_t i = 0; i < p->n; i++) out[i] = value(in[i]);                            \
  }

MOTE_UNARY_DECLARE(logistic);
MOTE_UNARY_DECLARE(tanh);
MOTE_UNARY_DECLARE(exp);
MOTE_UNARY_DECLARE(log);
MOTE_UNARY_DECLARE(sqrt);
MOTE_UNARY_DECLARE(rsqrt);
MOTE_UNARY_DECLARE(square);
MOTE_UNARY_DECLARE(abs);
MOTE_UNARY_DECLARE(neg);
MOTE_UNARY_DECLARE(sin);
MOTE_UNARY_DECLARE(cos);
MOTE_UNARY_DECLARE(floor);
MOTE_UNARY_DECLARE(ceil);
MOTE_UNARY_DECLARE(round); /* halves to even */
MOTE_UNARY_DECLARE(gelu);
MOTE_UNARY_DECLARE(gelu_tanh);
MOTE_UNARY_DECLARE(hard_swish);
MOTE_UNARY_DECLARE(silu);

void mote_leaky_relu_f32(const mote_alpha_f32_t *p, const float *in, float *out);
void mote_elu_f32(const mote_alpha_f32_t *p, const float *in, float *out);

#endif
