/* SPDX-License-Identifier: Apache-2.0
 * The tables of kernels this host could have, and what every kernel file needs. */
#ifndef MOTE_TRAIN_ISA_TABLES_H
#define MOTE_TRAIN_ISA_TABLES_H

#include <float.h>
#include <string.h>

#include "math/math.h"
#include "train/isa/isa.h"

#ifdef __FAST_MATH__
#error "mote: -ffast-math breaks the promise of equal bits"
#endif
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

extern const mote_kernels_t mote_kernels_generic;
#if defined(__x86_64__)
extern const mote_kernels_t mote_kernels_avx2, mote_kernels_avx512;
#elif defined(__aarch64__)
extern const mote_kernels_t mote_kernels_neon;
#endif

#endif
