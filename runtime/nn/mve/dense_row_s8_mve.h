/* SPDX-License-Identifier: Apache-2.0
 * Fully connected layer of one row on Armv8.1-M vectors, the bits of mote_dense_s8: every
 * weight is used once, so four outputs share the loads of the input. */
#ifndef MOTE_NN_MVE_DENSE_ROW_S8_MVE_H
#define MOTE_NN_MVE_DENSE_ROW_S8_MVE_H

#include "base/span.h"

typedef struct {
  int32_t in_n, out_n;
  int32_t zero;           /* the output's zero point, twice, plus 1 */
  int32_t min, max;       /* of the output: the activation */
  mote_i8s_t weights;     /* [outputs / 4][inputs / 16][4][16], zeros behind the ends */
  mote_i32s_t bias;       /* with the input's offset in it; outputs up to a four */
  mote_i32s_t multiplier; /* one per output, or one */
  mote_u8s_t shift;       /* to the right, less one; as many */
} mote_dense_row_s8_mve_t;

void mote_dense_row_s8_mve(const mote_dense_row_s8_mve_t *p, const int8_t *in,
                           int8_t *out);

#endif
