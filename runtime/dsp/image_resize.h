/* SPDX-License-Identifier: Apache-2.0
 * Bilinear resize of byte images in 14-bit fixed point: the position of output pixel i is
 * i * (src << 14) / dst (no half-pixel shift), each of the three interpolations is
 * rounded. Neighbours beyond the edge are the edge. Same bits on every target. */
#ifndef MOTE_DSP_IMAGE_RESIZE_H
#define MOTE_DSP_IMAGE_RESIZE_H

#include <stdint.h>

enum {
  MOTE_RESIZE_SQUASH,       /* the whole source over the whole target */
  MOTE_RESIZE_FIT_SHORTEST, /* centred crop of the target's aspect, fills the target */
  MOTE_RESIZE_FIT_LONGEST   /* the whole source, aspect kept, black bars */
};

typedef struct {
  uint16_t src_width, src_height, dst_width, dst_height; /* 1..16384 */
  uint8_t channels;                                      /* bytes per pixel */
  uint8_t mode;                                          /* MOTE_RESIZE_* */
} mote_image_resize_t;

/* src[src_height][src_width][channels] -> dst likewise; they must not overlap.
 * MOTE_ERR_SIZE for a size out of range, MOTE_ERR_PARAM for an unknown mode. */
int mote_image_resize(const mote_image_resize_t *p, const uint8_t *src, uint8_t *dst);

#endif
