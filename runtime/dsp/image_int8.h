/* SPDX-License-Identifier: Apache-2.0
 * Camera bytes straight to the int8 input of a network, without a float image between.
 * Where the network's input is pixel / 255 (scale 1/255, zero point -128, no
 * normalisation) this is integer arithmetic, else float32 with saturation. */
#ifndef MOTE_DSP_IMAGE_INT8_H
#define MOTE_DSP_IMAGE_INT8_H

#include <stdint.h>

/* Normalisation that the network was trained with; v is pixel / 255. */
enum {
  MOTE_IMAGE_UNIT,     /* v */
  MOTE_IMAGE_BYTES,    /* 255 v */
  MOTE_IMAGE_TORCH,    /* (v - mean) / std per channel, ImageNet */
  MOTE_IMAGE_SIGNED,   /* 2 v - 1 */
  MOTE_IMAGE_CENTRED,  /* 255 v - 128 */
  MOTE_IMAGE_CAFFE_BGR /* 255 v - ImageNet mean, channels in the order blue, green, red */
};

typedef struct {
  uint32_t pixels;
  uint8_t out;      /* 1 (luma) or 3 channels */
  uint8_t scaling;  /* MOTE_IMAGE_* */
  uint8_t white127; /* 1: luma weights that sum to one, so that white is 127. 0: the
                       truncated weights of the common SDK, for which white is 126 */
  float scale;      /* quantisation of the network's input */
  int32_t zero_point;
} mote_image_int8_t;

/* rgb[pixels][3] -> out[pixels][p->out]. In place is allowed: out may be rgb. */
void mote_image_int8(const mote_image_int8_t *p, const uint8_t *rgb, int8_t *out);

#endif
