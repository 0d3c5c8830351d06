/* SPDX-License-Identifier: Apache-2.0
 * Case types of images. `image` and `image_int8` have one number 0xRRGGBB per pixel in
 * `input`, `image_resize` has bytes. */
#include <string.h>

#include "base/mem.h"
#include "dsp/image.h"
#include "dsp/image_int8.h"
#include "dsp/image_resize.h"
#include "features/block.h"
#include "features/dsp_case.h"

int mote_case_image(json_t *root, mote_case_out_t *out);
int mote_case_image_int8(json_t *root, mote_case_out_t *out);
int mote_case_image_resize(json_t *root, mote_case_out_t *out);

/* Whole numbers `low`..`high` of params. */
static int take(json_t *root, const char *name, int low, int high, int *out) {
  json_t *v = json_object_get(json_object_get(root, "params"), name);
  json_int_t i = json_integer_value(v);
  if (!json_is_integer(v) || i < low || i > high)
    return mote_fail(MOTE_ERR_FORMAT,
                     "case: params.%s must be a whole number from %d to %d", name, low,
                     high);
  *out = (int)i;
  return MOTE_OK;
}

static const char *text(json_t *root, const char *name, const char *otherwise) {
  const char *s =
      json_string_value(json_object_get(json_object_get(root, "params"), name));
  return s ? s : otherwise;
}

/* Pixels, or single bytes (top 255), as bytes. */
static int take_bytes(json_t *root, uint32_t per_value, uint8_t **bytes, size_t *values) {
  mote_case_out_t in = {0};
  float top = per_value == 3 ? 16777215.0f : 255.0f;
  MOTE_TRY(mote_case_floats(root, "input", &in));
  *values = in.n;
  *bytes = mote_alloc(in.n * per_value, 1);
  int rc = *bytes ? MOTE_OK : MOTE_ERR_NOMEM;
  for (size_t i = 0; rc == MOTE_OK && i < in.n; i++) {
    if (!(in.p[i] >= 0 && in.p[i] <= top)) {
      rc = mote_fail(MOTE_ERR_FORMAT, "case: input[%zu] is not a whole number up to %g",
                     i, (double)top);
      break;
    }
    uint32_t v = (uint32_t)in.p[i];
    for (uint32_t k = 0; k < per_value; k++)
      (*bytes)[i * per_value + k] = (uint8_t)(v >> 8 * (per_value - 1 - k));
  }
  mote_free(in.p);
  return rc;
}

static int give(mote_case_out_t *out, size_t n) {
  out->p = mote_alloc(n, sizeof *out->p);
  out->n = n;
  return out->p ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int read_channels(const mote_block_t *b, json_t *root, void *cfg) {
  json_t *params = json_pack("{s:s}", "channels", text(root, "channels", "RGB"));
  mote_params_default(b->params, b->n_params, cfg);
  int rc = mote_params_read(b->params, b->n_params, params, cfg, "image");
  json_decref(params);
  return rc;
}

static int run_float(const mote_block_t *b, const void *cfg, const mote_signal_t *signal,
                     float *x, mote_case_out_t *out) {
  mote_block_shape_t shape;
  mote_pool_t pool = {0};
  mote_image_t plan;
  MOTE_TRY(b->shape(cfg, signal, &shape));
  MOTE_TRY(b->prepare(cfg, signal, &pool, &plan));
  MOTE_TRY(give(out, (size_t)shape.rows * shape.cols));
  return b->run(&plan, x, 0, out->p, NULL, NULL);
}

static int run_image(json_t *root, const uint8_t *rgb, size_t pixels,
                     mote_case_out_t *out) {
  const mote_block_t *b = mote_block_find("image");
  int width, height, rc = MOTE_ERR_NOMEM;
  MOTE_TRY(take(root, "width", 1, 16384, &width));
  MOTE_TRY(take(root, "height", 1, 16384, &height));
  mote_signal_t signal = {(uint32_t)pixels, 3, 0, (uint32_t)width, (uint32_t)height};
  void *cfg = mote_alloc(1, b->cfg_bytes);
  float *x = mote_alloc(3 * pixels, sizeof *x);
  if (cfg && x) {
    for (size_t i = 0; i < 3 * pixels; i++) x[i] = rgb[i];
    rc = read_channels(b, root, cfg);
    if (rc >= 0) rc = run_float(b, cfg, &signal, x, out);
  }
  mote_free(cfg);
  mote_free(x);
  return rc;
}

static int run_int8(json_t *root, const uint8_t *rgb, size_t pixels,
                    mote_case_out_t *out) {
  json_t *params = json_object_get(root, "params");
  int scaling, zero_point, white = 0;
  MOTE_TRY(take(root, "image_scaling", 0, 5, &scaling));
  MOTE_TRY(take(root, "zero_point", -128, 127, &zero_point));
  if (json_object_get(params, "white127")) MOTE_TRY(take(root, "white127", 0, 1, &white));
  mote_image_int8_t p = {.pixels = (uint32_t)pixels,
                         .out = strcmp(text(root, "channels", "RGB"), "RGB") ? 1 : 3,
                         .scaling = (uint8_t)scaling,
                         .white127 = (uint8_t)white,
                         .scale =
                             (float)json_number_value(json_object_get(params, "scale")),
                         .zero_point = zero_point};
  if (!(p.scale > 0))
    return mote_fail(MOTE_ERR_FORMAT, "case: params.scale must be a positive number");
  MOTE_TRY(give(out, pixels * p.out));
  int8_t *q = mote_alloc(out->n, 1);
  if (!q) return MOTE_ERR_NOMEM;
  mote_image_int8(&p, rgb, q);
  for (size_t i = 0; i < out->n; i++) out->p[i] = q[i];
  mote_free(q);
  return MOTE_OK;
}

static int resize_mode(json_t *root, uint8_t *mode) {
  static const char *const names[] = {"squash", "fit-shortest", "fit-longest"};
  const char *want = text(root, "mode", "");
  for (uint8_t i = 0; i < 3; i++)
    if (!strcmp(want, names[i])) return *mode = i, MOTE_OK;
  return mote_fail(MOTE_ERR_FORMAT,
                   "case: params.mode \"%s\" is none of squash, fit-shortest, "
                   "fit-longest",
                   want);
}

static int run_resize(json_t *root, const uint8_t *src, size_t bytes,
                      mote_case_out_t *out) {
  int sw, sh, dw, dh, channels;
  mote_image_resize_t p;
  MOTE_TRY(take(root, "src_width", 1, 16384, &sw));
  MOTE_TRY(take(root, "src_height", 1, 16384, &sh));
  MOTE_TRY(take(root, "dst_width", 1, 4096, &dw));
  MOTE_TRY(take(root, "dst_height", 1, 4096, &dh));
  MOTE_TRY(take(root, "pixel_size", 1, 4, &channels));
  p = (mote_image_resize_t){(uint16_t)sw, (uint16_t)sh,      (uint16_t)dw,
                            (uint16_t)dh, (uint8_t)channels, 0};
  MOTE_TRY(resize_mode(root, &p.mode));
  if (bytes != (size_t)sw * sh * channels)
    return mote_fail(MOTE_ERR_FORMAT, "case: %zu values are no picture of %d by %d by %d",
                     bytes, sw, sh, channels);
  MOTE_TRY(give(out, (size_t)dw * dh * channels));
  uint8_t *dst = mote_alloc(out->n, 1);
  if (!dst) return MOTE_ERR_NOMEM;
  int rc = mote_image_resize(&p, src, dst);
  for (size_t i = 0; i < out->n; i++) out->p[i] = dst[i];
  mote_free(dst);
  return rc;
}

typedef int (*byte_case_fn)(json_t *root, const uint8_t *in, size_t n,
                            mote_case_out_t *out);

static int with_bytes(json_t *root, uint32_t per_value, byte_case_fn fn,
                      mote_case_out_t *out) {
  uint8_t *in = NULL;
  size_t n = 0;
  int rc = take_bytes(root, per_value, &in, &n);
  if (rc >= 0) rc = fn(root, in, n, out);
  mote_free(in);
  if (rc < 0) mote_free(out->p), *out = (mote_case_out_t){0};
  return rc;
}

int mote_case_image(json_t *root, mote_case_out_t *out) {
  return with_bytes(root, 3, run_image, out);
}

int mote_case_image_int8(json_t *root, mote_case_out_t *out) {
  return with_bytes(root, 3, run_int8, out);
}

int mote_case_image_resize(json_t *root, mote_case_out_t *out) {
  return with_bytes(root, 1, run_resize, out);
}
