/* SPDX-License-Identifier: Apache-2.0
 * Flatten: a window becomes a few statistics per axis. Two entry points, so that a design
 * without a moving average carries neither its code nor its state. */
#ifndef MOTE_DSP_FLATTEN_H
#define MOTE_DSP_FLATTEN_H

#include <stdint.h>

/* Bits of `features`; the output has the enabled ones in this order. */
enum {
  MOTE_FLATTEN_AVERAGE = 1,
  MOTE_FLATTEN_MINIMUM = 2,
  MOTE_FLATTEN_MAXIMUM = 4,
  MOTE_FLATTEN_RMS = 8,
  MOTE_FLATTEN_STDEV = 16,    /* population */
  MOTE_FLATTEN_SKEWNESS = 32, /* 0 for a constant */
  MOTE_FLATTEN_KURTOSIS = 64  /* Fisher; -3 for a constant */
};

typedef struct {
  uint32_t n, axes;
  uint32_t features;
  uint32_t per_axis; /* values per axis in the output, moving average included */
  uint32_t windows;  /* length of the moving average, or 0 */
  float scale;
} mote_flatten_t;

/* x[n][axes] -> out[axes][per_axis]. scratch: n floats. State is not used. */
int mote_flatten_run(const mote_flatten_t *p, const float *x, float prev, float *out,
                     void *scratch, void *state);

/* Same, then the mean of the last up to `windows` window means as the last value of each
 * axis. state: mote_flatten_state_bytes(), all zero to begin with. */
int mote_flatten_moving_run(const mote_flatten_t *p, const float *x, float prev,
                            float *out, void *scratch, void *state);

/* Two counters, then a ring of means per axis. */
static inline uint32_t mote_flatten_state_bytes(uint32_t axes, uint32_t windows) {
  return (uint32_t)sizeof(uint32_t) * 2u + (uint32_t)sizeof(float) * axes * windows;
}

#endif
