/* SPDX-License-Identifier: Apache-2.0
 * Short runs of bytes, for which a call would cost more than it copies. */
#ifndef MOTE_NN_MVE_COPY_H
#define MOTE_NN_MVE_COPY_H

#include <stdint.h>
#include <string.h>

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>

static inline void mve_copy(int8_t *to, const int8_t *from, int32_t n) {
  for (; n >= 16; n -= 16, to += 16, from += 16) vstrbq_s8(to, vldrbq_s8(from));
  mve_pred16_t p = vctp8q((uint32_t)n);
  if (n > 0) vstrbq_p_s8(to, vldrbq_z_s8(from, p), p);
}

static inline void mve_fill(int8_t *to, int32_t value, int32_t n) {
  int8x16_t v = vdupq_n_s8((int8_t)value);
  for (; n >= 16; n -= 16, to += 16) vstrbq_s8(to, v);
  if (n > 0) vstrbq_p_s8(to, v, vctp8q((uint32_t)n));
}


static inline void mve_clamp(int8_t *x, int32_t min, int32_t max, int32_t n) {
  int8x16_t lo = vdupq_n_s8((int8_t)min), hi = vdupq_n_s8((int8_t)max);
  for (; n > 0; n -= 16, x += 16) {
    mve_pred16_t p = vctp8q((uint32_t)n);
    vstrbq_p_s8(x, vminq_s8(vmaxq_s8(vldrbq_z_s8(x, p), lo), hi), p);
  }
}

/* n pixels of c channels from `from`, `from_step` apart, to planes of their own. */
static inline void mve_spread(int8_t *to, int32_t plane, const int8_t *from,
                              int32_t from_step, int32_t n, int32_t step, int32_t c) {
  const uint16x8_t at = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)plane);
  for (; n > 0; n--, from += from_step, to += step) {
    const uint8_t *x = (const uint8_t *)from;
    uint8_t *y = (uint8_t *)to;
    for (int32_t left = c; left > 0; left -= 8, x += 8, y += 8 * plane) {
      if (left < 8) {
        mve_pred16_t p = vctp16q((uint32_t)left);
        vstrbq_scatter_offset_p_u16(y, at, vldrbq_z_u16(x, p), p);
      } else {
        vstrbq_scatter_offset_u16(y, at, vldrbq_u16(x));
      }
    }
  }
}

#else

static inline void mve_clamp(int8_t *x, int32_t min, int32_t max, int32_t n) {
  for (int32_t i = 0; i < n; i++)
    x[i] = (int8_t)(x[i] < min ? min : x[i] > max ? max : x[i]);
}

static inline void mve_spread(int8_t *to, int32_t plane, const int8_t *from,
                              int32_t from_step, int32_t n, int32_t step, int32_t c) {
  for (; n > 0; n--, from += from_step, to += step)
    for (int32_t i = 0; i < c; i++) to[i * plane] = from[i];
}

static inline void mve_copy(int8_t *to, const int8_t *from, int32_t n) {
  memcpy(to, from, (size_t)n);
}

static inline void mve_fill(int8_t *to, int32_t value, int32_t n) {
  memset(to, value, (size_t)n);
}

#endif

/* n pixels of c bytes, those in `to` `step` bytes apart. */
static inline void mve_fill_pixels(int8_t *to, int32_t step, int32_t value, int32_t n,
                                   int32_t c) {
  for (; n > 0; n--, to += step) mve_fill(to, value, c);
}

/* The same from pixels `from_step` apart. */
static inline void mve_copy_pixels(int8_t *to, int32_t step, const int8_t *from,
                                   int32_t from_step, int32_t n, int32_t c) {
  for (; n > 0; n--, to += step, from += from_step) mve_copy(to, from, c);
}

/* The same for one value. */
static inline void mve_spread_value(int8_t *to, int32_t plane, int32_t value, int32_t n,
                                    int32_t step, int32_t c) {
  int8_t some[16];
  mve_fill(some, value, 16);
  for (; c > 0; c -= 16, to += 16 * plane)
    mve_spread(to, plane, some, 0, n, step, c < 16 ? c : 16);
}

#endif
