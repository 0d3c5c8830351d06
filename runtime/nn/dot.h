/* SPDX-License-Identifier: Apache-2.0
 * Inner products. The float sum has a defined order, so that a vector unit gives the same
 * bits: element i goes to lane i mod 4, and lanes are joined as (l0 + l1) + (l2 + l3). */
#ifndef MOTE_NN_DOT_H
#define MOTE_NN_DOT_H

#include <stdint.h>

/* sum of (x + offset) * w */
static inline int32_t mote_dot_s8(const int8_t *x, const int8_t *w, int32_t n,
                                  int32_t offset) {
  int32_t sum = 0;
  for (int32_t i = 0; i < n; i++) sum += (x[i] + offset) * w[i];
  return sum;
}

typedef struct { float lane[4]; } mote_lanes_t;

/* Adds the run x[n] . w[n] to the lanes; every run starts at lane 0. */
static inline void mote_dot_f32(mote_lanes_t *sum, const float *x, const float *w,
                                int32_t n) {
  int32_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int32_t j = 0; j < 4; j++) sum->lane[j] += x[i + j] * w[i + j];
  for (int32_t j = 0; i < n; i++, j++) sum->lane[j] += x[i] * w[i];
}

static inline float mote_lanes_sum(const mote_lanes_t *s) {
  return (s->lane[0] + s->lane[1]) + (s->lane[2] + s->lane[3]);
}

static inline float mote_clampf(float x, float lo, float hi) {
  return x < lo ? lo : x > hi ? hi : x;
}

#endif
