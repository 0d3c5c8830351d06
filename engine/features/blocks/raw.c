/* SPDX-License-Identifier: Apache-2.0 */
#include "dsp/raw.h"

#include <stdio.h>

#include "features/block.h"

typedef struct { float scale_axes; } raw_cfg_t;

static const mote_param_t params[] = {
    {"scale_axes", MOTE_P_FLOAT, offsetof(raw_cfg_t, scale_axes), -1e9, 1e9, 1, NULL, "",
     "Factor on every value."},
};

static const mote_field_t fields[] = {
    MOTE_FIELD(mote_raw_t, values, U32),
    MOTE_FIELD(mote_raw_t, scale, F32),
};
static const mote_struct_t plan = MOTE_STRUCT(mote_raw_t, "dsp/raw.h", fields);

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  (void)cfg;
  *out = (mote_block_shape_t){.rows = sig->n, .cols = sig->axes};
  return MOTE_OK;
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  (void)pool;
  *(mote_raw_t *)to =
      (mote_raw_t){sig->n * sig->axes, ((const raw_cfg_t *)cfg)->scale_axes};
  return MOTE_OK;
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_raw_run(p, x, prev, out, scratch, state);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  (void)cfg, (void)sig;
  snprintf(text, 64, "axis %u at %u", col, row);
}

static const char *const sources[] = {"dsp/raw.c", NULL};

const mote_block_t mote_block_raw = {
    .type = "raw",
    .title = "Raw data",
    .help = "The samples themselves, scaled; for networks that learn their own features.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .cfg_bytes = sizeof(raw_cfg_t),
    .plan_bytes = sizeof(mote_raw_t),
    .plan = &plan,
    .run_fn = "mote_raw_run",
    .sources = sources,
    .shape = shape,
    .prepare = prepare,
    .run = run,
    .column_name = column_name,
};
