/* SPDX-License-Identifier: Apache-2.0 */
#include "features/dsp_case.h"

#include <math.h>
#include <string.h>

#include "features/block.h"

#define EXTRA(type, fn) int fn(json_t *root, mote_case_out_t *out);
#include "features/dsp_case.def"
#undef EXTRA

static const struct {
  const char *type;
  mote_case_fn fn;
} extras[] = {
#define EXTRA(type, fn) {#type, fn},
#include "features/dsp_case.def"
#undef EXTRA
};

/* Everything a run needs; released by drop(). */
typedef struct {
  const mote_block_t *block;
  mote_signal_t signal;
  mote_block_shape_t shape;
  void *cfg, *plan, *tables, *scratch, *state;
  mote_case_out_t input;
  uint32_t slices, slices_per_window;
} job_t;

static void drop(job_t *j) {
  mote_free(j->cfg);
  mote_free(j->plan);
  mote_free(j->tables);
  mote_free(j->scratch);
  mote_free(j->state);
  mote_free(j->input.p);
}

int mote_case_floats(json_t *root, const char *name, mote_case_out_t *out) {
  json_t *a = json_object_get(root, name);
  if (!json_is_array(a) || json_array_size(a) == 0)
    return mote_fail(MOTE_ERR_FORMAT, "case: \"%s\" must be a list of numbers", name);
  size_t n = json_array_size(a);
  float *p = mote_alloc(n, sizeof *p);
  if (!p) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    json_t *v = json_array_get(a, i);
    double x = json_number_value(v);
    if (!json_is_number(v) || !(fabs(x) <= 3.4028234663852886e38)) {
      mote_free(p);
      return mote_fail(MOTE_ERR_FORMAT, "case: \"%s\"[%zu] is not a float32 number", name,
                       i);
    }
    p[i] = (float)x;
  }
  *out = (mote_case_out_t){p, n};
  return MOTE_OK;
}

static const mote_param_t *param_of(const mote_block_t *b, const char *name) {
  for (size_t i = 0; i < b->n_params; i++)
    if (!strcmp(b->params[i].name, name)) return &b->params[i];
  return NULL;
}

/* Takes a whole number that belongs to the case, not to the block, out of `params`. */
static int take_count(const mote_block_t *b, json_t *params, const char *name,
                      uint32_t *out) {
  json_t *v = json_object_get(params, name);
  *out = 0;
  if (!v) return MOTE_OK;
  json_int_t i = json_integer_value(v);
  if (!json_is_integer(v) || i < 1 || i > 100000000)
    return mote_fail(MOTE_ERR_FORMAT, "case: %s must be a positive whole number", name);
  *out = (uint32_t)i;
  if (!param_of(b, name)) json_object_del(params, name);
  return MOTE_OK;
}

static int read_params(job_t *j, json_t *params, json_t *version, uint32_t *window) {
  const mote_block_t *b = j->block;
  MOTE_TRY(take_count(b, params, "window_samples", window));
  MOTE_TRY(take_count(b, params, "width", &j->signal.width));
  MOTE_TRY(take_count(b, params, "height", &j->signal.height));
  MOTE_TRY(take_count(b, params, "slices", &j->slices));
  MOTE_TRY(take_count(b, params, "slices_per_window", &j->slices_per_window));
  if (version && param_of(b, "version"))
    json_object_set(params, "version", version);
  else if (version && json_integer_value(version) != 1)
    return mote_fail(MOTE_ERR_USAGE, "case: block %s has version 1 only", b->type);
  j->cfg = mote_alloc(1, b->cfg_bytes);
  if (!j->cfg) return MOTE_ERR_NOMEM;
  mote_params_default(b->params, b->n_params, j->cfg);
  MOTE_TRY(mote_params_read(b->params, b->n_params, params, j->cfg, b->type));
  j->block = mote_block_variant(b, j->cfg);
  return MOTE_OK;
}

/* Pixels are written as one number each, 0xRRGGBB; blocks take three values. */
static int unpack_pixels(mote_case_out_t *image) {
  float *p = mote_alloc(image->n, 3 * sizeof *p);
  if (!p) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < image->n; i++) {
    float v = image->p[i];
    uint32_t rgb = v >= 0 && v < 16777216.0f ? (uint32_t)v : 0;
    for (uint32_t k = 0; k < 3; k++) p[3 * i + k] = (float)(rgb >> (16 - 8 * k) & 255);
  }
  mote_free(image->p);
  *image = (mote_case_out_t){p, image->n * 3};
  return MOTE_OK;
}

/* Size of one window, from what the case says about its input. */
static int size_window(job_t *j, json_t *root, uint32_t window) {
  json_t *axes = json_object_get(root, "axes");
  double hz = json_number_value(json_object_get(root, "sample_rate"));
  int image = j->signal.width && j->signal.height;
  uint32_t n_axes = axes ? (uint32_t)json_integer_value(axes) : 1;
  if (image) MOTE_TRY(unpack_pixels(&j->input));
  if (image) n_axes = 3;
  if (n_axes < 1 || n_axes > 65535 || j->input.n % n_axes || j->input.n > 0x7fffffff)
    return mote_fail(MOTE_ERR_FORMAT, "case: %zu values do not divide into %u axes",
                     j->input.n, n_axes);
  uint32_t n = (uint32_t)(j->input.n / n_axes);
  if (j->slices_per_window &&
      (!j->slices || n % j->slices || j->slices_per_window > j->slices))
    return mote_fail(MOTE_ERR_FORMAT, "case: %u samples do not divide into %u slices", n,
                     j->slices);
  if (j->slices_per_window) window = n / j->slices * j->slices_per_window;
  if (!window) window = n;
  if (window > n || (image && n != (uint64_t)j->signal.width * j->signal.height))
    return mote_fail(MOTE_ERR_FORMAT,
                     "case: the input has %u samples, too few or too many", n);
  j->signal.n = window;
  j->signal.axes = n_axes;
  j->signal.hz = (float)hz;
  return MOTE_OK;
}

static int plan(job_t *j) {
  const mote_block_t *b = j->block;
  mote_pool_t pool = {0};
  MOTE_TRY(b->shape(j->cfg, &j->signal, &j->shape));
  j->plan = mote_alloc(1, b->plan_bytes);
  if (!j->plan) return MOTE_ERR_NOMEM;
  MOTE_TRY(b->prepare(j->cfg, &j->signal, &pool, j->plan));
  j->tables = mote_alloc(1, pool.used + 8);
  j->scratch = mote_alloc(1, j->shape.scratch_bytes + 8);
  j->state = mote_alloc(1, j->shape.state_bytes + 8);
  if (!j->tables || !j->scratch || !j->state) return MOTE_ERR_NOMEM;
  pool = (mote_pool_t){j->tables, pool.used + 8, 0};
  return b->prepare(j->cfg, &j->signal, &pool, j->plan);
}

static int run_windows(job_t *j, mote_case_out_t *out) {
  size_t in = (size_t)j->signal.n * j->signal.axes,
         width = (size_t)j->shape.rows * j->shape.cols;
  size_t windows = j->input.n / in;
  out->p = mote_alloc(windows * width, sizeof(float));
  if (!out->p) return MOTE_ERR_NOMEM;
  out->n = windows * width;
  for (size_t w = 0; w < windows; w++) {
    const float *x = j->input.p + w * in;
    MOTE_TRY(j->block->run(j->plan, x, x[in - 1], out->p + w * width, j->scratch,
                           j->shape.state_bytes ? j->state : NULL));
  }
  return MOTE_OK;
}

/* Rows of the whole stream, each computed once; a result is the last `rows` of them. */
static int run_slices(job_t *j, mote_case_out_t *out) {
  const mote_block_shape_t *s = &j->shape;
  if (!s->frame)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "case: block %s does not stream in slices",
                     j->block->type);
  size_t slice = j->input.n / j->slices, width = (size_t)s->rows * s->cols;
  size_t results = j->slices - j->slices_per_window + 1;
  size_t frames = (j->input.n - s->frame) / s->hop + 1;
  float *rows = mote_alloc(frames * s->cols, sizeof *rows);
  out->p = mote_alloc(results * width, sizeof(float));
  out->n = results * width;
  int rc = rows && out->p ? MOTE_OK : MOTE_ERR_NOMEM;
  for (size_t f = 0; rc == MOTE_OK && f < frames; f++) {
    const float *x = j->input.p + f * s->hop;
    rc = j->block->frame(j->plan, x, f ? x[-1] : x[0], rows + f * s->cols, j->scratch);
  }
  for (size_t i = 0; rc == MOTE_OK && i < results; i++) {
    size_t have = (slice * (i + j->slices_per_window) - s->frame) / s->hop + 1;
    float *to = out->p + i * width;
    memcpy(to, rows + (have - s->rows) * s->cols, width * sizeof *to);
    rc = j->block->finish(j->plan, to, j->scratch);
  }
  mote_free(rows);
  return rc;
}

static int run_block(job_t *j, json_t *root, json_t *params, mote_case_out_t *out) {
  uint32_t window;
  MOTE_TRY(read_params(j, params, json_object_get(root, "version"), &window));
  MOTE_TRY(mote_case_floats(root, "input", &j->input));
  MOTE_TRY(size_window(j, root, window));
  MOTE_TRY(plan(j));
  return j->slices_per_window ? run_slices(j, out) : run_windows(j, out);
}

int mote_dsp_case_run(json_t *root, mote_case_out_t *out) {
  const char *type = json_string_value(json_object_get(root, "block"));
  *out = (mote_case_out_t){0};
  if (!type) return mote_fail(MOTE_ERR_FORMAT, "case: \"block\" must name a block");
  for (size_t i = 0; i < sizeof extras / sizeof *extras; i++)
    if (!strcmp(extras[i].type, type)) return extras[i].fn(root, out);
  job_t j = {.block = mote_block_find(type)};
  if (!j.block) return mote_fail(MOTE_ERR_USAGE, "case: there is no block \"%s\"", type);
  json_t *params = json_deep_copy(json_object_get(root, "params"));
  if (!params) params = json_object();
  int rc = params ? run_block(&j, root, params, out) : MOTE_ERR_NOMEM;
  json_decref(params);
  drop(&j);
  if (rc < 0) mote_free(out->p), *out = (mote_case_out_t){0};
  return rc;
}
