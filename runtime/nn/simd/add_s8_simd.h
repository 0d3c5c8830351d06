/* SPDX-License-Identifier: Apache-2.0
 * nn/add.h for vector units: operands of one shape, the sum's scale is below 1/2. */
#ifndef MOTE_NN_SIMD_ADD_S8_SIMD_H
#define MOTE_NN_SIMD_ADD_S8_SIMD_H

#include "nn/add.h"

void mote_add_s8_simd(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                      int8_t *out);

#endif
