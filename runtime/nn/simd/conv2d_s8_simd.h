/* SPDX-License-Identifier: Apache-2.0
 * nn/conv2d.h and nn/dense.h for vector units; a row of a dense layer is a pixel.
 * Scratch: the inputs under a line of the output, with what a tile reads behind them. */
#ifndef MOTE_NN_SIMD_CONV2D_S8_SIMD_H
#define MOTE_NN_SIMD_CONV2D_S8_SIMD_H

#include "nn/simd/filter_simd.h"

void mote_conv2d_s8_simd(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                         void *scratch);

#endif
