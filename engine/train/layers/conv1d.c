/* SPDX-License-Identifier: Apache-2.0
 * Convolution along a sequence: {1, t, c} -> {1, t', filters}. */
#include "train/emit.h"
#include "train/layers/conv.h"

static const mote_param_t rows[] = {
    {"filters", MOTE_P_INT, offsetof(mote_window_cfg_t, filters), 1, 4096, 8, NULL, "",
     "output channels"},
    {"kernel", MOTE_P_INT, offsetof(mote_window_cfg_t, size), 1, 255, 3, NULL, "frames",
     "window length"},
    {"stride", MOTE_P_INT, offsetof(mote_window_cfg_t, stride), 1, 255, 1, NULL, "frames",
     "step of the window"},
    PADDING_ROW(mote_window_cfg_t, PADDING_SAME),
    {"bias", MOTE_P_BOOL, offsetof(mote_window_cfg_t, bias), 0, 1, 1, NULL, "",
     "add a constant per channel"},
};

static int plan(mote_layer_t *l) { return mote_conv_plan(l, 1); }

const mote_layer_kind_t mote_layer_conv1d = {.type = "conv1d",
                                             .help = "convolution along a sequence",
                                             .params = rows,
                                             .n_params = sizeof rows / sizeof rows[0],
                                             .cfg_bytes = sizeof(mote_window_cfg_t),
                                             .own_bytes = sizeof(mote_slide_t),
                                             .min_in = 1,
                                             .max_in = 1,
                                             .flags = MOTE_LAYER_ACTIVATES |
                                                      MOTE_LAYER_SEQUENCE,
                                             .plan = plan,
                                             .init = mote_conv_init,
                                             .prepare = mote_conv_prepare,
                                             .forward = mote_conv_layer_forward,
                                             .backward = mote_conv_layer_backward,
                                             .emit = mote_conv_emit};
