/* SPDX-License-Identifier: Apache-2.0
 * nn/depthwise_conv2d.h for vector units: channel multiplier 1, at least V_LANES
 * channels. Scratch: an offset per tap, and the rows under a line of the output. */
#ifndef MOTE_NN_SIMD_DEPTHWISE_CONV2D_S8_SIMD_H
#define MOTE_NN_SIMD_DEPTHWISE_CONV2D_S8_SIMD_H

#include "nn/simd/filter_simd.h"

void mote_depthwise_conv2d_s8_simd(const mote_window_simd_t *p, const int8_t *in,
                                   int8_t *out, void *scratch);

#endif
