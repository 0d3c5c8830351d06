/* SPDX-License-Identifier: Apache-2.0
 * The kernels in plain C, for any processor. */
#include "train/isa/tables.h"

#include "train/isa/vec_generic.h"
#define KERNELS mote_kernels_generic
#define ISA_NAME "generic"
#include "train/isa/kernels.inc.h"
