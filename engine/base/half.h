/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOTE_ENGINE_HALF_H
#define MOTE_ENGINE_HALF_H

#include <math.h>
#include <stdint.h>

/* The value of an IEEE 754 binary16; every one is a float. */
static inline float mote_half_float(uint16_t bits) {
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  float v = exponent == 31  ? (fraction ? NAN : INFINITY)
            : exponent == 0 ? ldexpf((float)fraction, -24)
                            : ldexpf((float)(fraction + 1024), exponent - 25);
  return bits >> 15 ? -v : v;
}

#endif
