/* SPDX-License-Identifier: Apache-2.0
 * Weights as the kernels for Armv8.1-M vectors (MVE) read them. The sum of a channel is
 * made of vectors of 16 taps; taps beyond the last one have the weight 0. Channels come
 * in quads a b c d, those beyond the last one are empty:
 *   [quads]{ [vectors][a 16 bytes][c 16 bytes], scale of a, of c,
 *            [vectors][b 16 bytes][d 16 bytes], scale of b, of d }
 * where a scale is three words: bias, multiplier, shift (negative: to the right). The
 * input offset is part of the bias; what lies outside the image is read as `outside`. */
#ifndef MOTE_NN_MVE_FILTER_MVE_H
#define MOTE_NN_MVE_FILTER_MVE_H

#include "base/span.h"
#include "nn/window.h"

typedef struct {
  int32_t vectors;  /* of 16 taps */
  int32_t channels; /* outputs */
  int32_t outside;  /* the input's zero point */
  int32_t out_offset, min, max;
  mote_i32s_t stream;
} mote_filter_mve_t;

/* How the image is walked: pixel by pixel within lines, which are its rows, or its
 * columns when `turned` (then a tap is [kx][ky] instead of [ky][kx]). */
typedef struct {
  mote_window_t win;
  int32_t turned;
  int32_t band; /* lines of output after which the inputs are loaded afresh */
  mote_filter_mve_t filter;
} mote_window_mve_t;

#endif
