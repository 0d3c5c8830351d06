/* SPDX-License-Identifier: Apache-2.0
 * Depthwise 3 x 3 convolution on Armv7E-M, the bits of mote_depthwise_conv2d_s8: one
 * output per channel, channels in fours, stride 1 or 2 in both directions, no holes.
 *
 * The scratch memory holds four rows of the input as 16-bit values, two rows in a word,
 * channel by channel with the padding in it: one SMLAD is two taps, and nothing is left
 * to ask at the border. As the rows are kept there, the output may lie over the input. */
#ifndef MOTE_NN_ARMV7EM_DEPTHWISE_3X3_S8_DSP_H
#define MOTE_NN_ARMV7EM_DEPTHWISE_3X3_S8_DSP_H

#include "nn/armv7em/filter_dsp.h"
#include "nn/window.h"

typedef struct {
  mote_window_t win;
  int32_t in_offset;      /* minus the input's zero point */
  int32_t zero;           /* the output's zero point, twice, plus 1 */
  int32_t min, max;       /* of the output: the activation */
  mote_i32s_t weights;    /* per channel and column the bytes of rows 0, 1, 1, 2 */
  mote_i32s_t bias;       /* one per channel */
  mote_i32s_t multiplier; /* one per channel, or one */
  mote_u8s_t shift;       /* to the right, less one; as many */
} mote_depthwise_3x3_s8_dsp_t;

/* Columns of a row in the scratch memory. */
static inline int32_t mote_depthwise_3x3_columns(const mote_window_t *g) {
  return (g->out_w - 1) * g->stride_w + 3;
}

/* scratch: 8 * columns * channels bytes. */
void mote_depthwise_3x3_s8_dsp(const mote_depthwise_3x3_s8_dsp_t *p, const int8_t *in,
                               int8_t *out, void *scratch);

#endif
