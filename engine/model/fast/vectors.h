/* SPDX-License-Identifier: Apache-2.0
 * Packing for the kernels of runtime/nn/simd and runtime/nn/vnni, which differ in the
 * sizes of their vectors only. */
#ifndef MOTE_MODEL_FAST_VECTORS_H
#define MOTE_MODEL_FAST_VECTORS_H

#include "model/fast.h"
#include "nn/filter.h"
#include "nn/simd/filter_simd.h"

extern const mote_struct_t mote_struct_window_simd;

/* A family: V_LANES, V_GROUP, V_BIAS, V_SCALE of its vectors, and what its instructions
 * cost: one v_dot, and one output block's requantisation. */
typedef struct {
  int32_t lanes, group, bias, scale;
  double dot, finish;
} mote_family_t;
extern const mote_family_t mote_family_simd, mote_family_vnni;

/* A filter bank of the reference: weight t of channel c is
 * filter->weights[c * channel_step + t * tap_step]. */
typedef struct {
  mote_window_t win;
  const mote_filter_s8_t *filter;
  int32_t taps, channel_step, tap_step;
  int depthwise;
} mote_bank_t;
mote_bank_t mote_bank_of_conv2d(const mote_step_t *s);
mote_bank_t mote_bank_of_dense(const mote_step_t *s);
mote_bank_t mote_bank_of_depthwise_conv2d(const mote_step_t *s);

static inline int32_t mote_bank_weight(const mote_bank_t *b, int32_t c, int32_t t) {
  return b->filter->weights.p[c * b->channel_step + t * b->tap_step];
}

/* How the sum of a channel becomes its output, less the offset: bias, times multiplier by
 * 2^31, by 2^right, where right > 0. The kernel multiplies the stored input plus
 * `plus`. */
typedef struct { int32_t bias, multiplier, right; } mote_scale_t;
mote_scale_t mote_bank_scale(const mote_bank_t *b, int32_t c, int32_t plus);

/* Every channel's scale is below 1/2: it is shifted right by at least 1. */
int mote_bank_rounds(const mote_bank_t *b);
/* Of a depthwise convolution, every channel has its own input, and they fill a vector. */
int mote_bank_fills(const mote_bank_t *b, int32_t lanes);
/* Both, and sums are as small as v_high and v_round take them (nn/simd/vec.h). */
int mote_bank_fits(const mote_family_t *v, const mote_bank_t *b);
mote_fast_cost_t mote_bank_cost(const mote_family_t *v, const mote_bank_t *b);
mote_fast_cost_t mote_bank_cost_depthwise(const mote_family_t *v, const mote_bank_t *b);
int mote_bank_pack(mote_program_t *prog, const mote_family_t *v, const mote_bank_t *b,
                   mote_window_simd_t *out);

/* The row of fast.def for `op`, whose file defines `kernel`. */
#define MOTE_BANK_ROW(family, op, cost_of)                                               \
  static int fits_##op(const mote_step_t *s) {                                           \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return mote_bank_fits(&mote_family_##family, &b);                                    \
  }                                                                                      \
  static mote_fast_cost_t cost_##op(const mote_step_t *s) {                              \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    return cost_of(&mote_family_##family, &b);                                           \
  }                                                                                      \
  static int pack_##op(mote_program_t *prog, mote_step_t *s, void *packed) {             \
    mote_bank_t b = mote_bank_of_##op(s);                                                \
    s->scratch_bytes = cost_of(&mote_family_##family, &b).scratch_bytes;                 \
    return mote_bank_pack(prog, &mote_family_##family, &b, packed);                      \
  }                                                                                      \
  const mote_fast_t mote_fast_##family##_##op = {                                        \
      #family, "mote_" #op "_s8", &kernel, fits_##op, cost_##op, pack_##op};

#endif
