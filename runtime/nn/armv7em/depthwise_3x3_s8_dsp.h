/* SPDX-License-Identifier: Apache-2.0
 * Depthwise 3 x 3 convolution on Armv7E-M, the bits of mote_depthwise_conv2d_s8: one
 * output per channel, channels in fours, stride 1 or 2 in both directions, no holes.
 *
 * The scratch memory holds three rows of the input as 16-bit values with the padding in
 * them, four channels after four channels: two loads bring four channels of a tap and
 * their weights, and nothing is left to ask at the border, nor does the width matter. As
 * the rows are kept there, the output may lie over the input. */
#ifndef MOTE_NN_ARMV7EM_DEPTHWISE_3X3_S8_DSP_H
#define MOTE_NN_ARMV7EM_DEPTHWISE_3X3_S8_DSP_H

#include "nn/armv7em/filter_dsp.h"
#include "nn/window.h"

/* Words of p->blocks per four channels: their biases; per tap the weights of channels
 * (0, 2) and (1, 3), a half word each; per channel the multiplier and the shift to the
 * right, less one. Biases and weights are doubled, as mote_out_dsp wants the sums. */
#define MOTE_DEPTHWISE_3X3_BLOCK 30

typedef struct {
  mote_window_t win;
  int32_t in_offset; /* minus the input's zero point */
  int32_t zero;      /* the output's zero point, twice, plus 1 */
  int32_t min, max;  /* of the output: the activation */
  mote_i32s_t blocks;
} mote_depthwise_3x3_s8_dsp_t;

/* Columns of a row in the scratch memory. */
static inline int32_t mote_depthwise_3x3_columns(const mote_window_t *g) {
  return (g->out_w - 1) * g->stride_w + 3;
}

/* scratch: 6 * columns * channels bytes. */
void mote_depthwise_3x3_s8_dsp(const mote_depthwise_3x3_s8_dsp_t *p, const int8_t *in,
                               int8_t *out, void *scratch);

#endif
