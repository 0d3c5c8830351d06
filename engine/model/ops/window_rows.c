/* SPDX-License-Identifier: Apache-2.0
 * Attribute rows of convolutions and pools; convolutions use the first MOTE_CONV_ROWS. */
#include "model/ops/util.h"

#define INT(m, lo, hi, d, unit, help)                                                    \
  { #m, MOTE_P_INT, offsetof(mote_window_attr_t, m), lo, hi, d, NULL, unit, help }

const mote_param_t mote_window_rows[MOTE_POOL_ROWS] = {
    INT(stride_h, 1, 65535, 1, "", "Step between windows, rows."),
    INT(stride_w, 1, 65535, 1, "", "Step between windows, columns."),
    INT(dilation_h, 1, 65535, 1, "", "Distance of taps, rows."),
    INT(dilation_w, 1, 65535, 1, "", "Distance of taps, columns."),
    {"padding", MOTE_P_CHOICE, offsetof(mote_window_attr_t, padding), 0, 2, MOTE_PAD_SAME,
     "same|valid|explicit", "", "How the border is padded."},
    INT(pad_top, 0, 65535, 0, "", "Rows added above (explicit)."),
    INT(pad_left, 0, 65535, 0, "", "Columns added at the left (explicit)."),
    INT(pad_bottom, 0, 65535, 0, "", "Rows added below (explicit)."),
    INT(pad_right, 0, 65535, 0, "", "Columns added at the right (explicit)."),
    MOTE_ACTIVATION_ROW(mote_window_attr_t),
    INT(kernel_h, 1, 65535, 2, "", "Rows under the window."),
    INT(kernel_w, 1, 65535, 2, "", "Columns under the window.")};
