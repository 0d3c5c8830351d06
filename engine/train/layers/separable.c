/* SPDX-License-Identifier: Apache-2.0
 * Separable convolution: shorthand for a depthwise and a 1 x 1 convolution, each with the
 * batch norm and activation asked for (MobileNet, arXiv 1704.04861). */
#include <string.h>

#include "train/layers/conv.h"

#define COMMON_ROWS(unit)                                                                \
  {"filters", MOTE_P_INT, offsetof(mote_window_cfg_t, filters), 1, 4096, 16, NULL, "",   \
   "output channels"},                                                                   \
  {"kernel", MOTE_P_INT, offsetof(mote_window_cfg_t, size), 1, 255, 3, NULL, unit,       \
   "window size"},                                                                       \
  {"stride", MOTE_P_INT, offsetof(mote_window_cfg_t, stride), 1, 255, 1, NULL, unit,     \
   "step of the window"},                                                                \
  PADDING_ROW(mote_window_cfg_t, PADDING_SAME)

static const mote_param_t rows_1d[] = {COMMON_ROWS("frames")};
static const mote_param_t rows_2d[] = {
    COMMON_ROWS("pixels"),
    {"kernel_h", MOTE_P_INT, offsetof(mote_window_cfg_t, size_h), 0, 255, 0, NULL,
     "pixels", "window height, 0: as kernel"},
    {"kernel_w", MOTE_P_INT, offsetof(mote_window_cfg_t, size_w), 0, 255, 0, NULL,
     "pixels", "window width, 0: as kernel"},
    {"stride_h", MOTE_P_INT, offsetof(mote_window_cfg_t, stride_h), 0, 255, 0, NULL,
     "pixels", "step downwards, 0: as stride"},
    {"stride_w", MOTE_P_INT, offsetof(mote_window_cfg_t, stride_w), 0, 255, 0, NULL,
     "pixels", "step to the right, 0: as stride"},
};

/* The convolution, then its batch norm and activation. */
static void push(json_t *list, json_t *conv, json_t *norm, json_t *activation) {
  const char *name = json_string_value(activation);
  if (json_is_true(norm)) json_object_set_new(conv, "bias", json_false());
  json_array_append_new(list, conv);
  if (json_is_true(norm))
    json_array_append_new(list, json_pack("{s:s}", "type", "batch_norm"));
  if (name && strcmp(name, "linear") != 0 && strcmp(name, "none") != 0)
    json_array_append_new(list, json_pack("{s:s}", "type", name));
}

static json_t *expand_as(json_t *layer, const char *depthwise, const char *pointwise) {
  json_t *list = json_array(), *depth = json_copy(layer);
  json_t *norm = json_object_get(layer, "batch_norm");
  json_t *activation = json_object_get(layer, "activation");
  json_t *filters = json_object_get(layer, "filters");
  json_t *point = json_pack("{s:s, s:i, s:o}", "type", pointwise, "kernel", 1, "filters",
                            filters ? json_incref(filters) : json_integer(16));
  if (!list || !depth || !point) {
    json_decref(depth);
    json_decref(point);
    return list;
  }
  json_object_set_new(depth, "type", json_string(depthwise));
  json_object_del(depth, "filters");
  json_object_del(depth, "batch_norm");
  json_object_del(depth, "activation");
  push(list, depth, norm, activation);
  push(list, point, norm, activation);
  return list;
}

static json_t *expand_1d(json_t *layer) {
  return expand_as(layer, "depthwise_conv1d", "conv1d");
}
static json_t *expand_2d(json_t *layer) {
  return expand_as(layer, "depthwise_conv2d", "conv2d");
}

const mote_layer_kind_t mote_layer_separable_conv1d = {
    .type = "separable_conv1d",
    .help = "depthwise and pointwise convolution on a sequence",
    .params = rows_1d,
    .n_params = sizeof rows_1d / sizeof rows_1d[0],
    .cfg_bytes = sizeof(mote_window_cfg_t),
    .min_in = 1,
    .max_in = 1,
    .flags = MOTE_LAYER_ACTIVATES | MOTE_LAYER_SEQUENCE,
    .expand = expand_1d};
const mote_layer_kind_t mote_layer_separable_conv2d = {
    .type = "separable_conv2d", .help = "depthwise and pointwise convolution on an image",
    .params = rows_2d, .n_params = sizeof rows_2d / sizeof rows_2d[0],
    .cfg_bytes = sizeof(mote_window_cfg_t), .min_in = 1, .max_in = 1,
    .flags = MOTE_LAYER_ACTIVATES | MOTE_LAYER_MAP, .expand = expand_2d};
