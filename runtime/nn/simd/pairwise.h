/* SPDX-License-Identifier: Apache-2.0
 * out[i] = each(p, a[i], b[i]), V_LANES at a time; the last few by way of copies. */
#ifndef MOTE_NN_SIMD_PAIRWISE_H
#define MOTE_NN_SIMD_PAIRWISE_H

#include "nn/simd/vec.h"

#define V_PAIRWISE(each, p, n, a, b, out)                                                \
  do {                                                                                   \
    int8_t tail[3][V_LANES] = {{0}};                                                     \
    int32_t i = 0;                                                                       \
    for (; i + V_LANES <= (n); i += V_LANES) each(p, (a) + i, (b) + i, (out) + i);       \
    if (i < (n)) {                                                                       \
      size_t left = (size_t)((n) - i);                                                   \
      memcpy(tail[0], (a) + i, left);                                                    \
      memcpy(tail[1], (b) + i, left);                                                    \
      each(p, tail[0], tail[1], tail[2]);                                                \
      memcpy((out) + i, tail[2], left);                                                  \
    }                                                                                    \
  } while (0)

#endif
