/* SPDX-License-Identifier: Apache-2.0
 * Flatten, version 1. With a moving average the device code carries state from window to
 * window; without, neither the code nor the state is exported (see the variants). */
#include "dsp/flatten.h"

#include <stdio.h>

#include "base/err.h"
#include "features/block.h"

typedef struct {
  float scale_axes;
  int32_t feature[7];
  int32_t windows;
} flatten_cfg_t;

#define FEATURE(i, name, help)                                                           \
  {                                                                                      \
    name, MOTE_P_BOOL, offsetof(flatten_cfg_t, feature) + (i) * sizeof(int32_t), 0, 1,   \
        1, NULL, "", help                                                                \
  }

static const mote_param_t params[] = {
    {"scale_axes", MOTE_P_FLOAT, offsetof(flatten_cfg_t, scale_axes), -1e9, 1e9, 1, NULL,
     "", "Factor on every value."},
    FEATURE(0, "average", "Mean of the window."),
    FEATURE(1, "minimum", "Smallest value."),
    FEATURE(2, "maximum", "Largest value."),
    FEATURE(3, "rms", "Root of the mean square."),
    FEATURE(4, "stdev", "Standard deviation (population)."),
    FEATURE(5, "skewness", "Asymmetry; 0 for a constant."),
    FEATURE(6, "kurtosis", "Weight of the tails; 0 for a normal distribution."),
    {"moving_avg_num_windows", MOTE_P_INT, offsetof(flatten_cfg_t, windows), 0, 1000, 0,
     NULL, "windows", "Also the mean of the last so many window means; 0 is off."},
};

static const mote_field_t fields[] = {
    MOTE_FIELD(mote_flatten_t, n, U32),        MOTE_FIELD(mote_flatten_t, axes, U32),
    MOTE_FIELD(mote_flatten_t, features, U32), MOTE_FIELD(mote_flatten_t, per_axis, U32),
    MOTE_FIELD(mote_flatten_t, windows, U32),  MOTE_FIELD(mote_flatten_t, scale, F32),
};
static const mote_struct_t plan = MOTE_STRUCT(mote_flatten_t, "dsp/flatten.h", fields);

static uint32_t per_axis(const flatten_cfg_t *c) {
  uint32_t n = c->windows > 0;
  for (int i = 0; i < 7; i++) n += c->feature[i] != 0;
  return n;
}

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  const flatten_cfg_t *c = cfg;
  if (!per_axis(c))
    return mote_fail(MOTE_ERR_PARAM,
                     "flatten has every feature switched off; set at least "
                     "one of average, minimum, maximum, rms, stdev, skewness, kurtosis");
  if (!sig->n || !sig->axes || sig->axes > 4096 || sig->n > 1u << 24)
    return mote_fail(MOTE_ERR_PARAM,
                     "a window of %u samples and %u axes; flatten takes 1 to "
                     "%u samples of 1 to 4096 axes",
                     sig->n, sig->axes, 1u << 24);
  *out = (mote_block_shape_t){.rows = 1,
                              .cols = sig->axes * per_axis(c),
                              .scratch_bytes = sizeof(float) * (size_t)sig->n};
  if (c->windows)
    out->state_bytes = mote_flatten_state_bytes(sig->axes, (uint32_t)c->windows);
  return MOTE_OK;
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  const flatten_cfg_t *c = cfg;
  (void)pool;
  mote_flatten_t p = {.n = sig->n,
                      .axes = sig->axes,
                      .per_axis = per_axis(c),
                      .windows = (uint32_t)c->windows,
                      .scale = c->scale_axes};
  for (int i = 0; i < 7; i++)
    if (c->feature[i]) p.features |= 1u << i;
  *(mote_flatten_t *)to = p;
  return MOTE_OK;
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_flatten_run(p, x, prev, out, scratch, state);
}

static int run_moving(const void *p, const float *x, float prev, float *out,
                      void *scratch, void *state) {
  return mote_flatten_moving_run(p, x, prev, out, scratch, state);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  const flatten_cfg_t *c = cfg;
  (void)sig, (void)row;
  uint32_t axis = col / per_axis(c), at = col % per_axis(c);
  const char *name = "moving average";
  for (int i = 0; i < 7; i++)
    if (c->feature[i] && at-- == 0) {
      name = params[1 + i].name;
      break;
    }
  snprintf(text, 64, "axis %u %s", axis, name);
}

static const mote_block_t *variant(const void *cfg);

static const char *const sources[] = {"dsp/flatten.c", "dsp/moments.c", "math/math.c",
                                      NULL};

#define FLATTEN(function, call)                                                          \
  {                                                                                      \
    .type = "flatten", .title = "Flatten",                                               \
    .help = "A few statistics per axis; for slow signals such as temperature.",          \
    .params = params, .n_params = sizeof params / sizeof *params,                        \
    .cfg_bytes = sizeof(flatten_cfg_t), .plan_bytes = sizeof(mote_flatten_t),            \
    .plan = &plan, .run_fn = function, .sources = sources, .shape = shape,               \
    .prepare = prepare, .run = call, .column_name = column_name, .variant = variant      \
  }

const mote_block_t mote_block_flatten = FLATTEN("mote_flatten_run", run);
static const mote_block_t moving = FLATTEN("mote_flatten_moving_run", run_moving);

static const mote_block_t *variant(const void *cfg) {
  return ((const flatten_cfg_t *)cfg)->windows ? &moving : &mote_block_flatten;
}
