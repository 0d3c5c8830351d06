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

#else

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

#endif
