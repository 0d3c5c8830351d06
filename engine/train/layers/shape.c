/* SPDX-License-Identifier: Apache-2.0
 * Layers that only rename the shape: their output is their input's memory. And the input.
 */
#include "train/emit.h"

typedef struct { int32_t height, width, channels; } cfg_t;

static const mote_param_t rows[] = {
    {"height", MOTE_P_INT, offsetof(cfg_t, height), 0, 65536, 1, NULL, "",
     "rows; 0: what is left over"},
    {"width", MOTE_P_INT, offsetof(cfg_t, width), 0, 65536, 0, NULL, "",
     "columns, or frames of a sequence; 0: what is left over"},
    {"channels", MOTE_P_INT, offsetof(cfg_t, channels), 0, 65536, 1, NULL, "",
     "values per pixel or frame; 0: what is left over"},
};

static int flatten_plan(mote_layer_t *l) {
  l->out = (mote_shape_t){1, 1, (uint32_t)mote_shape_count(l->in_shape[0])};
  return MOTE_OK;
}

static int reshape_plan(mote_layer_t *l) {
  const cfg_t *c = l->cfg;
  uint64_t all = mote_shape_count(l->in_shape[0]), known = 1, d[3];
  int open = -1, opens = 0;
  d[0] = (uint64_t)c->height, d[1] = (uint64_t)c->width, d[2] = (uint64_t)c->channels;
  for (int i = 0; i < 3; i++) {
    if (d[i] == 0) open = i, opens++;
    else known *= d[i];
  }
  if (opens == 1) d[open] = all / known;
  if (opens > 1 || d[0] * d[1] * d[2] != all)
    return mote_layer_fail(l,
                           "%llu values do not make %d x %d x %d; at most one of height, "
                           "width, channels may be 0 (what is left over)",
                           (unsigned long long)all, (int)c->height, (int)c->width,
                           (int)c->channels);
  l->out = (mote_shape_t){(uint32_t)d[0], (uint32_t)d[1], (uint32_t)d[2]};
  return MOTE_OK;
}

static void nothing(const mote_layer_t *l, const mote_io_t *io) { (void)l, (void)io; }

static int emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                const float *state) {
  (void)w, (void)state;
  return mote_emit_reshape(e, l);
}

const mote_layer_kind_t mote_layer_flatten = {
    .type = "flatten", .help = "one row of all values (dense layers do it by themselves)",
    .min_in = 1, .max_in = 1, .flags = MOTE_LAYER_ALIAS, .plan = flatten_plan,
    .forward = nothing, .backward = nothing, .emit = emit};
const mote_layer_kind_t mote_layer_reshape = {
    .type = "reshape", .help = "the same values as height x width x channels",
    .params = rows, .n_params = sizeof rows / sizeof rows[0], .cfg_bytes = sizeof(cfg_t),
    .min_in = 1, .max_in = 1, .flags = MOTE_LAYER_ALIAS, .plan = reshape_plan,
    .forward = nothing, .backward = nothing, .emit = emit};
const mote_layer_kind_t mote_layer_input = {
    .type = "input", .flags = MOTE_LAYER_HIDDEN, .forward = nothing, .backward = nothing};
