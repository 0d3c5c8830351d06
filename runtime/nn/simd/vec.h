/* SPDX-License-Identifier: Apache-2.0
 * The vectors that the kernels of nn/simd are written in: eight 32-bit sums, to which
 * pairs of 16-bit products are added. One header per instruction set, chosen by what the
 * compiler is told to use; without any, plain C gives the same bits.
 *   v_t             V_LANES sums; v_load, v_write, v_all, v_add, v_multiply,
 *                   v_shift_left
 *   x_t, w_t        an input value and a weight as they are multiplied
 *   vx_t v_x(x)     V_GROUP inputs for every lane
 *   vw_t v_w(w)     weights [V_LANES][V_GROUP]
 *   v_dot           adds the V_GROUP products of every lane
 *   v_taps          the same for V_GROUP pixels, V_LANES channels each
 *   v_one_tap       the same for one pixel; only the first weight of a lane is used
 *   v_x_copy        V_COPY inputs, or 4, from bytes to x_t, V_BIAS added
 *   v_bytes         V_LANES bytes as sums
 *   v_scale_high    as mote_mul_q31; multipliers >= 0
 *   v_round         as mote_round_shift by the lane's shift + 1; not for INT32_MIN
 *   v_put           adds the offset, clamps and writes V_LANES bytes
 * and three sizes for nn/simd/product.h: sums of V_ROWS pixels times V_WIDE blocks fit
 * into registers, and so do those of one pixel times V_LONG blocks. Sums wrap, like those
 * of the reference. */
#ifndef MOTE_NN_SIMD_VEC_H
#define MOTE_NN_SIMD_VEC_H

#include <stdint.h>
#include <string.h>

#include "base/fixed.h"

typedef struct { int32_t offset, min, max; } v_range_t;

#if defined(__GNUC__)
#define V_INLINE static inline __attribute__((always_inline, unused))
#else
#define V_INLINE static inline
#endif
#if defined(__clang__)
#define V_UNROLL _Pragma("clang loop unroll(full)")
#elif defined(__GNUC__)
#define V_UNROLL _Pragma("GCC unroll 32")
#else
#define V_UNROLL
#endif

/* A family with wider vectors has included its own header before. */
#ifndef V_LANES
#if defined(__AVX2__)
#include "nn/simd/vec_avx2.h"
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include "nn/simd/vec_neon.h"
#elif defined(__wasm_simd128__)
#include "nn/simd/vec_wasm.h"
#else
#include "nn/simd/vec_plain.h"
#endif
#endif

#endif
