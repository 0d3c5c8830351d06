/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/image_resize.h"

#include <string.h>

#include "base/status.h"

#define ONE 16384u

/* A rectangle of an image: its first byte, its size, bytes per image row. */
typedef struct {
  uint32_t offset, width, height, pitch;
} area_t;

static uint32_t lerp(uint32_t a, uint32_t b, uint32_t f) {
  return (a * (ONE - f) + b * f + ONE / 2) / ONE;
}

static void stretch_row(const uint8_t *top, const uint8_t *bottom, uint32_t fy,
                        area_t from, area_t to, uint32_t channels, uint8_t *out) {
  uint32_t step = from.width * ONE / to.width;
  for (uint32_t x = 0, at = 0; x < to.width; x++, at += step) {
    uint32_t left = at / ONE * channels, fx = at % ONE;
    uint32_t right = left + (at / ONE + 1 < from.width ? channels : 0);
    for (uint32_t c = 0; c < channels; c++) {
      uint32_t t = lerp(top[left + c], top[right + c], fx);
      uint32_t b = lerp(bottom[left + c], bottom[right + c], fx);
      *out++ = (uint8_t)lerp(t, b, fy);
    }
  }
}

static void stretch(const uint8_t *src, area_t from, uint8_t *dst, area_t to,
                    uint32_t channels) {
  uint32_t step = from.height * ONE / to.height;
  src += from.offset, dst += to.offset;
  for (uint32_t y = 0, at = 0; y < to.height; y++, at += step, dst += to.pitch) {
    const uint8_t *top = src + at / ONE * from.pitch;
    const uint8_t *bottom = top + (at / ONE + 1 < from.height ? from.pitch : 0);
    stretch_row(top, bottom, at % ONE, from, to, channels, dst);
  }
}

/* The largest centred part of `a` with the aspect width : height. */
static area_t centred(area_t a, uint32_t width, uint32_t height, uint32_t channels) {
  area_t part = a;
  if (a.width * height > a.height * width)
    part.width = width * a.height / height;
  else
    part.height = height * a.width / width;
  if (!part.width) part.width = 1;
  if (!part.height) part.height = 1;
  part.offset =
      (a.height - part.height) / 2 * a.pitch + (a.width - part.width) / 2 * channels;
  return part;
}

static int in_range(uint32_t size) { return size >= 1 && size <= 16384; }

int mote_image_resize(const mote_image_resize_t *p, const uint8_t *src, uint8_t *dst) {
  uint32_t c = p->channels;
  if (!in_range(p->src_width) || !in_range(p->src_height) || !in_range(p->dst_width) ||
      !in_range(p->dst_height) || !c)
    return MOTE_ERR_SIZE;
  if (p->mode > MOTE_RESIZE_FIT_LONGEST) return MOTE_ERR_PARAM;
  area_t from = {0, p->src_width, p->src_height, p->src_width * c};
  area_t to = {0, p->dst_width, p->dst_height, p->dst_width * c};
  if (p->mode == MOTE_RESIZE_FIT_SHORTEST)
    from = centred(from, p->dst_width, p->dst_height, c);
  if (p->mode == MOTE_RESIZE_FIT_LONGEST) {
    memset(dst, 0, (size_t)to.pitch * to.height);
    to = centred(to, p->src_width, p->src_height, c);
  }
  stretch(src, from, dst, to, c);
  return MOTE_OK;
}
