/* SPDX-License-Identifier: Apache-2.0
 * All kernels and their table, for one instruction set. The file that includes this has
 * set the compiler's target, included vec_<isa>.h and defined KERNELS, the table's name.
 */
#include "train/isa/vec.inc.h"
#include "train/isa/elementwise.inc.h"
#include "train/isa/gemm.inc.h"
#include "train/isa/norm.inc.h"
#include "train/isa/window.inc.h"

const mote_kernels_t KERNELS = {
    ISA_NAME,
#define KERNEL(name, args) name,
#include "train/isa/kernels.def"
#undef KERNEL
};
