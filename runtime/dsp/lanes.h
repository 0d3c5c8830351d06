/* SPDX-License-Identifier: Apache-2.0
 * Several floats side by side where the target has registers for them, one elsewhere.
 * Only
 * + - * / of separate elements: the bits are those of the scalar code on any width. */
#ifndef MOTE_DSP_LANES_H
#define MOTE_DSP_LANES_H

#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) &&                                                                 \
    (defined(__SSE2__) || defined(__aarch64__) || defined(__wasm_simd128__))
#define MOTE_LANES 4u
typedef float mote_lanes_t __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t mote_lanes_int_t __attribute__((vector_size(16)));

static inline mote_lanes_t mote_lanes_reversed(mote_lanes_t v) {
#if defined(__clang__)
  return __builtin_shufflevector(v, v, 3, 2, 1, 0);
#else
  return __builtin_shuffle(v, (mote_lanes_int_t){3, 2, 1, 0});
#endif
}

/* p[0], p[step], ... */
static inline mote_lanes_t mote_lanes_gather(const float *p, int32_t step) {
  return (mote_lanes_t){p[0], p[step], p[2 * step], p[3 * step]};
}

static inline mote_lanes_t mote_lanes_all(float x) { return (mote_lanes_t){x, x, x, x}; }

static inline mote_lanes_t mote_lanes_to_float(mote_lanes_int_t v) {
  return __builtin_convertvector(v, mote_lanes_t);
}

/* From a comparison: a where it holds, b elsewhere. */
static inline mote_lanes_t mote_lanes_select(mote_lanes_int_t holds, mote_lanes_t a,
                                             mote_lanes_t b) {
  return (mote_lanes_t)((holds & (mote_lanes_int_t)a) | (~holds & (mote_lanes_int_t)b));
}
#else
#define MOTE_LANES 1u
typedef float mote_lanes_t;
typedef int32_t mote_lanes_int_t;
static inline mote_lanes_t mote_lanes_all(float x) { return x; }
static inline mote_lanes_t mote_lanes_to_float(mote_lanes_int_t v) { return (float)v; }
static inline mote_lanes_t mote_lanes_select(mote_lanes_int_t holds, mote_lanes_t a,
                                             mote_lanes_t b) {
  return holds ? a : b;
}
static inline mote_lanes_t mote_lanes_reversed(mote_lanes_t v) { return v; }
static inline mote_lanes_t mote_lanes_gather(const float *p, int32_t step) {
  (void)step;
  return *p;
}
#endif

static inline mote_lanes_t mote_lanes_load(const float *p) {
  return *(const mote_lanes_t *)p;
}

static inline mote_lanes_int_t mote_lanes_bits(mote_lanes_t v) {
  mote_lanes_int_t u;
  memcpy(&u, &v, sizeof u);
  return u;
}

static inline mote_lanes_t mote_lanes_of_bits(mote_lanes_int_t u) {
  mote_lanes_t v;
  memcpy(&v, &u, sizeof v);
  return v;
}

static inline void mote_lanes_store(float *p, mote_lanes_t v) { *(mote_lanes_t *)p = v; }

#endif
