/* SPDX-License-Identifier: Apache-2.0
 * nn/mean.h for vector units, inner >= V_LANES. */
#ifndef MOTE_NN_SIMD_MEAN_S8_SIMD_H
#define MOTE_NN_SIMD_MEAN_S8_SIMD_H

#include "nn/mean.h"

void mote_mean_s8_simd(const mote_mean_s8_t *p, const int8_t *in, int8_t *out);

#endif
