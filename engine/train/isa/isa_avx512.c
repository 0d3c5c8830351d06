/* SPDX-License-Identifier: Apache-2.0
 * The kernels for AVX-512; empty elsewhere. */
#include "train/isa/tables.h"

#if defined(__x86_64__)
#include <immintrin.h>
#if defined(__clang__)
#pragma clang attribute push(                                                            \
    __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq"))),              \
    apply_to = function)
#else
#pragma GCC target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")
#endif
#include "train/isa/vec_avx512.h"
#define KERNELS mote_kernels_avx512
#define ISA_NAME "avx512"
#include "train/isa/kernels.inc.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
