/* SPDX-License-Identifier: Apache-2.0
 * nn/simd/conv2d_s8_simd.h with the vectors of this folder. */
#ifndef MOTE_NN_VNNI_CONV2D_S8_VNNI_H
#define MOTE_NN_VNNI_CONV2D_S8_VNNI_H

#include "nn/simd/filter_simd.h"

void mote_conv2d_s8_vnni(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                       void *scratch);

#endif
