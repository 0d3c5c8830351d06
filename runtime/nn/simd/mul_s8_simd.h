/* SPDX-License-Identifier: Apache-2.0
 * nn/mul.h for vector units: operands of one shape, the product's scale is below 1/2. */
#ifndef MOTE_NN_SIMD_MUL_S8_SIMD_H
#define MOTE_NN_SIMD_MUL_S8_SIMD_H

#include "nn/mul.h"

void mote_mul_s8_simd(const mote_mul_s8_t *p, const int8_t *a, const int8_t *b,
                      int8_t *out);

#endif
