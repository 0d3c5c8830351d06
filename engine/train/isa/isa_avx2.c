/* SPDX-License-Identifier: Apache-2.0
 * The kernels for AVX2; empty elsewhere. */
#include "train/isa/tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif
#include "train/isa/vec_avx2.h"
#define KERNELS mote_kernels_avx2
#define ISA_NAME "avx2"
#include "train/isa/kernels.inc.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
