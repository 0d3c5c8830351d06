/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fast/vectors.h"
#include "model/ops/util.h"

MOTE_WRAP1_SCRATCH(mote_conv2d_s8_vnni, mote_window_simd_t)

static const mote_kernel_t kernel = {
    .fn = "mote_conv2d_s8_vnni", .params = &mote_struct_window_simd,
    .run = run_mote_conv2d_s8_vnni, .source = "nn/vnni/conv2d_s8_vnni.c", .in_types = "b",
    .out_types = "b", .takes_scratch = 1};

MOTE_BANK_ROW(vnni, conv2d, mote_bank_cost)
MOTE_BANK_ROW(vnni, dense, mote_bank_cost)
