/* SPDX-License-Identifier: Apache-2.0
 * The larger or the smaller of two values. Integers are on one scale. */
#ifndef MOTE_NN_EXTREMA_H
#define MOTE_NN_EXTREMA_H

#include "nn/binary.h"

MOTE_BINARY_DECLARE(maximum, s8, mote_binary_t, mote_binary_broadcast_t, int8_t)
MOTE_BINARY_DECLARE(maximum, s16, mote_binary_t, mote_binary_broadcast_t, int16_t)
MOTE_BINARY_DECLARE(maximum, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)
MOTE_BINARY_DECLARE(minimum, s8, mote_binary_t, mote_binary_broadcast_t, int8_t)
MOTE_BINARY_DECLARE(minimum, s16, mote_binary_t, mote_binary_broadcast_t, int16_t)
MOTE_BINARY_DECLARE(minimum, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float)

#endif
