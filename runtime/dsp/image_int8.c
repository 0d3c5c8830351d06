/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/image_int8.h"

#include <stdbool.h>

#include "math/math.h"

static int8_t saturate(int32_t v) {
  return (int8_t)(v < -128 ? -128 : v > 127 ? 127 : v);
}

static void integers(const mote_image_int8_t *p, const uint8_t *rgb, int8_t *out) {
  uint32_t green = p->white127 ? 38470 : 38469;
  if (p->out == 3) {
    for (uint32_t i = 0; i < 3 * p->pixels; i++) out[i] = (int8_t)(rgb[i] - 128);
    return;
  }
  for (uint32_t i = 0; i < p->pixels; i++, rgb += 3) {
    uint32_t luma = (19595u * rgb[0] + green * rgb[1] + 7471u * rgb[2]) >> 16;
    out[i] = (int8_t)((int32_t)luma - 128);
  }
}

static float normal(uint8_t scaling, uint32_t channel, float v) {
  static const float mean[3] = {0.485f, 0.456f, 0.406f},
                     std[3] = {0.229f, 0.224f, 0.225f};
  static const float caffe[3] = {123.68f, 116.779f, 103.939f};
  switch (scaling) {
  case MOTE_IMAGE_BYTES:
    return v * 255.0f;
  case MOTE_IMAGE_TORCH:
    return (v - mean[channel]) / std[channel];
  case MOTE_IMAGE_SIGNED:
    return v * 2.0f - 1.0f;
  case MOTE_IMAGE_CENTRED:
    return v * 255.0f - 128.0f;
  case MOTE_IMAGE_CAFFE_BGR:
    return v * 255.0f - caffe[channel];
  default:
    return v;
  }
}

static int8_t quantise(const mote_image_int8_t *p, float v) {
  float q = v / p->scale;
  q = q < -1e6f ? -1e6f : q > 1e6f ? 1e6f : q;
  return saturate(mote_roundf(q) + p->zero_point);
}

static void floats(const mote_image_int8_t *p, const uint8_t *rgb, int8_t *out) {
  for (uint32_t i = 0; i < p->pixels; i++, rgb += 3) {
    float c[3];
    for (uint32_t k = 0; k < 3; k++) c[k] = normal(p->scaling, k, (float)rgb[k] / 255.0f);
    if (p->out == 1) {
      *out++ = quantise(p, 0.299f * c[0] + 0.587f * c[1] + 0.114f * c[2]);
      continue;
    }
    bool bgr = p->scaling == MOTE_IMAGE_CAFFE_BGR;
    *out++ = quantise(p, c[bgr ? 2 : 0]);
    *out++ = quantise(p, c[1]);
    *out++ = quantise(p, c[bgr ? 0 : 2]);
  }
}

/* 1/255 as a quantiser writes it, give or take the last bit. */
static bool is_unit(const mote_image_int8_t *p) {
  return p->scaling == MOTE_IMAGE_UNIT && p->zero_point == -128 &&
         p->scale > 0.0039215684f && p->scale < 0.0039215694f;
}

void mote_image_int8(const mote_image_int8_t *p, const uint8_t *rgb, int8_t *out) {
  if (is_unit(p))
    integers(p, rgb, out);
  else
    floats(p, rgb, out);
}
