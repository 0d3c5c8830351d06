/* SPDX-License-Identifier: Apache-2.0
 * Several floats side by side where the target has registers for them, one elsewhere. Only
 * + - * of separate elements: the bits are those of the scalar code on any width. */
#ifndef MOTE_DSP_LANES_H
#define MOTE_DSP_LANES_H

#include <stdint.h>

#if defined(__GNUC__) && \
    (defined(__SSE2__) || defined(__aarch64__) || defined(__wasm_simd128__))
#define MOTE_LANES 4u
typedef float mote_lanes_t __attribute__((vector_size(16), aligned(4), may_alias));

static inline mote_lanes_t mote_lanes_reversed(mote_lanes_t v) {
#if defined(__clang__)
  return __builtin_shufflevector(v, v, 3, 2, 1, 0);
#else
  typedef int32_t order_t __attribute__((vector_size(16)));
  return __builtin_shuffle(v, (order_t){3, 2, 1, 0});
#endif
}

/* p[0], p[step], ... */
static inline mote_lanes_t mote_lanes_gather(const float *p, int32_t step) {
  return (mote_lanes_t){p[0], p[step], p[2 * step], p[3 * step]};
}
#else
#define MOTE_LANES 1u
typedef float mote_lanes_t;
static inline mote_lanes_t mote_lanes_reversed(mote_lanes_t v) { return v; }
static inline mote_lanes_t mote_lanes_gather(const float *p, int32_t step) {
  (void)step;
  return *p;
}
#endif

static inline mote_lanes_t mote_lanes_load(const float *p) {
  return *(const mote_lanes_t *)p;
}

static inline void mote_lanes_store(float *p, mote_lanes_t v) { *(mote_lanes_t *)p = v; }

#endif
