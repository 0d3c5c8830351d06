/* SPDX-License-Identifier: Apache-2.0
 * nn/pool2d.h for vector units, at least 16 channels. The last vector ends at the last
 * channel, so the input must not be overwritten. */
#ifndef MOTE_NN_SIMD_POOL2D_S8_SIMD_H
#define MOTE_NN_SIMD_POOL2D_S8_SIMD_H

#include "nn/pool2d.h"

void mote_max_pool2d_s8_simd(const mote_pool2d_s8_t *p, const int8_t *in, int8_t *out);
void mote_average_pool2d_s8_simd(const mote_pool2d_s8_t *p, const int8_t *in,
                                 int8_t *out);

#endif
