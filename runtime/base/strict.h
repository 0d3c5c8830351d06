/* SPDX-License-Identifier: Apache-2.0
 * First include of every runtime source file. The bits of a result must not depend on the
 * flags of the user's IDE: contraction to fused multiply-add is switched off in the
 * source, and modes that cannot keep the promise stop the build. */
#ifndef MOTE_BASE_STRICT_H
#define MOTE_BASE_STRICT_H

#include <float.h>

#ifdef __FAST_MATH__
#error "mote: -ffast-math / -Ofast changes results; build the mote files without it"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
#error "mote: needs FLT_EVAL_METHOD 0 (x86: SSE2, not x87)"
#endif

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#else
#pragma STDC FP_CONTRACT OFF
#endif

#endif
