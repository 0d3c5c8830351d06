/* SPDX-License-Identifier: Apache-2.0
 * Image block: pixel values 0..255 become 0..1, in colour or as luma (BT.601). */
#ifndef MOTE_DSP_IMAGE_H
#define MOTE_DSP_IMAGE_H

#include <stdint.h>

typedef struct {
  uint32_t pixels;
  uint8_t in;  /* channels per pixel of the input: 1 or 3 (red, green, blue) */
  uint8_t out; /* channels of the output: 1 (luma) or 3 */
} mote_image_t;

/* x[pixels][in], 0..255 -> out[pixels][out], 0..1. No scratch, no state. */
int mote_image_run(const mote_image_t *p, const float *x, float prev, float *out,
                   void *scratch, void *state);

#endif
