/* SPDX-License-Identifier: Apache-2.0
 * nn/conv2d.h for Armv8.1-M vectors, and nn/dense.h when it has many rows. */
#ifndef MOTE_NN_MVE_CONV2D_S8_MVE_H
#define MOTE_NN_MVE_CONV2D_S8_MVE_H

#include "nn/mve/filter_mve.h"

/* Windows of one pixel read the input, others a copy of its lines.
 * Scratch: the lines (nn/mve/lines.h) with 16 bytes behind them, or the inputs of four
 * pixels; then the outputs of four pixels. */
void mote_conv2d_s8_mve(const mote_window_mve_t *p, const int8_t *in, int8_t *out,
                        void *scratch);

#endif
