/* SPDX-License-Identifier: Apache-2.0
 * One filter per channel over an image: {h, w, c} -> {h', w', c}. */
#include "train/emit.h"
#include "train/layers/conv.h"

static const mote_param_t rows[] = {
    {"kernel", MOTE_P_INT, offsetof(mote_window_cfg_t, size), 1, 255, 3, NULL, "pixels",
     "window height and width; or [height, width]"},
    {"kernel_h", MOTE_P_INT, offsetof(mote_window_cfg_t, size_h), 0, 255, 0, NULL,
     "pixels", "window height, 0: as kernel"},
    {"kernel_w", MOTE_P_INT, offsetof(mote_window_cfg_t, size_w), 0, 255, 0, NULL,
     "pixels", "window width, 0: as kernel"},
    {"stride", MOTE_P_INT, offsetof(mote_window_cfg_t, stride), 1, 255, 1, NULL, "pixels",
     "step of the window"},
    {"stride_h", MOTE_P_INT, offsetof(mote_window_cfg_t, stride_h), 0, 255, 0, NULL,
     "pixels", "step downwards, 0: as stride"},
    {"stride_w", MOTE_P_INT, offsetof(mote_window_cfg_t, stride_w), 0, 255, 0, NULL,
     "pixels", "step to the right, 0: as stride"},
    PADDING_ROW(mote_window_cfg_t, PADDING_SAME),
    {"bias", MOTE_P_BOOL, offsetof(mote_window_cfg_t, bias), 0, 1, 1, NULL, "",
     "add a constant per channel"},
};

static int plan(mote_layer_t *l) { return mote_depthwise_plan(l, 0); }

const mote_layer_kind_t mote_layer_depthwise_conv2d = {
    .type = "depthwise_conv2d",
    .help = "one filter per channel over an image or spectrogram",
    .params = rows,
    .n_params = sizeof rows / sizeof rows[0],
    .cfg_bytes = sizeof(mote_window_cfg_t),
    .own_bytes = sizeof(mote_slide_t),
    .min_in = 1,
    .max_in = 1,
    .flags = MOTE_LAYER_ACTIVATES | MOTE_LAYER_MAP,
    .plan = plan,
    .init = mote_depthwise_init,
    .prepare = NULL,
    .forward = mote_depthwise_layer_forward,
    .backward = mote_depthwise_layer_backward,
    .emit = mote_depthwise_emit};
