/* SPDX-License-Identifier: Apache-2.0
 * Image, version 1. The signal's n pixels hold 1 or 3 values each (gray, or red, green,
 * blue), 0..255; frames are rows of the picture. */
#include "dsp/image.h"

#include <stdio.h>

#include "base/err.h"
#include "features/block.h"

typedef struct {
  int32_t channels;
} image_cfg_t;

static const mote_param_t params[] = {
    {"channels", MOTE_P_CHOICE, offsetof(image_cfg_t, channels), 0, 1, 0, "RGB|Grayscale",
     "", "Colour, or brightness alone (BT.601 luma)."},
};

static const mote_field_t fields[] = {
    MOTE_FIELD(mote_image_t, pixels, U32),
    MOTE_FIELD(mote_image_t, in, U8),
    MOTE_FIELD(mote_image_t, out, U8),
};
static const mote_struct_t plan = MOTE_STRUCT(mote_image_t, "dsp/image.h", fields);

static uint32_t channels(const void *cfg) {
  return ((const image_cfg_t *)cfg)->channels == 0 ? 3 : 1;
}

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  if (sig->axes != 1 && sig->axes != 3)
    return mote_fail(MOTE_ERR_PARAM,
                     "image takes 1 (gray) or 3 (red, green, blue) values per "
                     "pixel, not %u; choose the axes of the block",
                     sig->axes);
  if (!sig->width || !sig->height || sig->width > 16384 || sig->height > 16384 ||
      sig->n != sig->width * sig->height)
    return mote_fail(MOTE_ERR_PARAM,
                     "image needs pictures of 1 to 16384 pixels a side, and "
                     "got %u by %u with %u pixels; use an image input",
                     sig->width, sig->height, sig->n);
  *out = (mote_block_shape_t){.rows = sig->height, .cols = sig->width * channels(cfg)};
  return MOTE_OK;
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  (void)pool;
  *(mote_image_t *)to =
      (mote_image_t){sig->n, (uint8_t)sig->axes, (uint8_t)channels(cfg)};
  return MOTE_OK;
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_image_run(p, x, prev, out, scratch, state);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  static const char *const names[] = {"red", "green", "blue"};
  uint32_t c = channels(cfg);
  (void)sig;
  snprintf(text, 64, "pixel %u, %u %s", col / c, row, c == 3 ? names[col % 3] : "luma");
}

static const char *const sources[] = {"dsp/image.c", NULL};

const mote_block_t mote_block_image = {
    .type = "image",
    .title = "Image",
    .help = "Pixels as numbers from 0 to 1, in colour or gray.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .cfg_bytes = sizeof(image_cfg_t),
    .plan_bytes = sizeof(mote_image_t),
    .plan = &plan,
    .run_fn = "mote_image_run",
    .sources = sources,
    .shape = shape,
    .prepare = prepare,
    .run = run,
    .column_name = column_name,
};
