/* SPDX-License-Identifier: Apache-2.0
 * The kernels for AArch64; empty elsewhere. */
#include "train/isa/tables.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#include "train/isa/vec_neon.h"
#define KERNELS mote_kernels_neon
#define ISA_NAME "neon"
#include "train/isa/kernels.inc.h"
#endif
