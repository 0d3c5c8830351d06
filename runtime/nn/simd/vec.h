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
 *   v_column        three pixels as v_column_dot multiplies them with weights
 *                   [4 / V_GROUP][V_LANES][V_GROUP], of which the fourth is 0
 *   v_x_copy        V_COPY inputs, or 4, from bytes to x_t, V_BIAS added
 *   v_bytes         V_LANES bytes as sums
 *   V_SCALE         1 or 4: what weights and biases are multiplied with
 *   v_high          4 / V_SCALE * a * multiplier / 2^32 rounded down; multipliers >= 0
 *   v_sign          -1 where negative, else 0
 *   v_shift_right   by the lane's shift
 *   v_put           clamps and writes V_LANES bytes of n vectors, `step` bytes apart;
 *                   n is a constant
 *   V_SUMS          how many sums fit into registers beside what nn/simd/product.h needs
 *   V_AGAIN(p)      makes the compiler read weights at p again, where an instruction
 *                   multiplies from memory and registers are few
 * Sums wrap, like those of the reference. */
#ifndef MOTE_NN_SIMD_VEC_H
#define MOTE_NN_SIMD_VEC_H

#include <stdint.h>
#include <string.h>

#include "base/fixed.h"

typedef struct { int32_t min, max; } v_range_t;

#if defined(__GNUC__)
#define V_INLINE static inline __attribute__((always_inline, unused))
#define V_NOINLINE __attribute__((noinline))
#else
#define V_INLINE static inline
#define V_NOINLINE
#endif
#if defined(__clang__)
#define V_UNROLL _Pragma("clang loop unroll(full)")
#define V_TWICE _Pragma("clang loop unroll_count(2)")
#elif defined(__GNUC__)
#define V_UNROLL _Pragma("GCC unroll 32")
#define V_TWICE _Pragma("GCC unroll 2")
#else
#define V_UNROLL
#define V_TWICE
#endif

/* A family with wider vectors has included its own header before. */
#ifndef V_LANES
#if defined(__AVX2__)
#include "nn/simd/vec_avx2.h"
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include "nn/simd/vec_neon.h"
#elif defined(__riscv_vector)
#include "nn/simd/vec_rvv.h"
#elif defined(__wasm_simd128__)
#include "nn/simd/vec_wasm.h"
#else
#include "nn/simd/vec_plain.h"
#endif
#endif

#endif
