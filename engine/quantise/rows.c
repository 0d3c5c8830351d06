/* SPDX-License-Identifier: Apache-2.0 */
#include "quantise/rows.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "formats/npy.h"
#include "model/real.h"

static const mote_tensor_t *input_of(const mote_calib_rows_t *r, int32_t k) {
  return &r->g->tensors[r->g->inputs[k]];
}

static size_t elements(const mote_tensor_t *t) {
  return (size_t)mote_dims_count(&t->dims);
}

static int add_bytes(mote_calib_rows_t *r, int32_t k, const void *p, size_t n) {
  if (n > MOTE_CALIB_BYTES_MAX || r->input[k].n > MOTE_CALIB_BYTES_MAX - n)
    return mote_fail(MOTE_ERR_LIMIT, "more than %zu bytes of calibration inputs; some "
                     "hundred inputs are enough", MOTE_CALIB_BYTES_MAX);
  return mote_buf_add(&r->input[k], p, n);
}

int mote_calib_add(mote_calib_rows_t *r, int32_t k, const float *x, size_t count) {
  const mote_tensor_t *t = input_of(r, k);
  size_t each = elements(t), bytes = mote_tensor_bytes(t);
  if (t->dtype == MOTE_F32) return add_bytes(r, k, x, count * sizeof *x);
  uint8_t *row = mote_alloc(bytes, 1);
  int rc = row ? MOTE_OK : MOTE_ERR_NOMEM;
  for (size_t i = 0; rc >= 0 && i + each <= count; i += each) {
    mote_real_to(t, x + i, row);
    rc = add_bytes(r, k, row, bytes);
  }
  mote_free(row);
  return rc;
}

/* ---- arrays ---- */

/* "(100, 49, 10)" */
static const char *shape_text(const int64_t *d, int32_t rank, char text[128]) {
  int n = snprintf(text, 128, "(");
  for (int32_t i = 0; i < rank && n < 100; i++)
    n += snprintf(text + n, 128 - (size_t)n, "%s%lld", i ? ", " : "", (long long)d[i]);
  snprintf(text + n, 128 - (size_t)n, ")");
  return text;
}

/* Equal but for axes of size 1, which people add and drop. */
static int same_shape(const int64_t *d, int32_t rank, const mote_dims_t *want) {
  int32_t i = 0, k = 0;
  for (;; i++, k++) {
    while (i < rank && d[i] == 1) i++;
    while (k < want->rank && want->d[k] == 1) k++;
    if (i == rank || k == want->rank) return i == rank && k == want->rank;
    if (d[i] != want->d[k]) return 0;
  }
}

/* Rows along the first axis (also flattened ones), or one row. */
static int fits(const mote_npy_t *a, const mote_tensor_t *t) {
  int64_t flat = a->rank == 2 ? a->d[1] : 0;
  return same_shape(a->d, a->rank, &t->dims) ||
         (a->rank > 0 && same_shape(a->d + 1, a->rank - 1, &t->dims)) ||
         flat == (int64_t)elements(t);
}

static int add_array(mote_calib_rows_t *r, int32_t k, const char *path,
                     const mote_buf_t *file) {
  const mote_tensor_t *t = input_of(r, k);
  char has[128], wants[128];
  int64_t d[MOTE_RANK_MAX];
  mote_npy_t a;
  MOTE_TRY(mote_npy_parse(file->p, file->n, path, &a));
  for (int32_t i = 0; i < t->dims.rank; i++) d[i] = t->dims.d[i];
  if (!fits(&a, t))
    return mote_fail(MOTE_ERR_SIZE, "%s: array of shape %s; input \"%s\" takes %s, or "
                     "rows of that along a first axis", path,
                     shape_text(a.d, a.rank, has), t->name,
                     shape_text(d, t->dims.rank, wants));
  size_t each = elements(t);
  float *row = mote_alloc(each, sizeof *row);
  int rc = row ? MOTE_OK : MOTE_ERR_NOMEM;
  for (size_t i = 0; rc >= 0 && i < a.count; i += each) {
    mote_npy_floats(&a, i, each, row);
    rc = mote_calib_add(r, k, row, each);
  }
  mote_free(row);
  return rc;
}

/* ---- raw tensors ---- */

static int add_raw(mote_calib_rows_t *r, const char *path, const mote_buf_t *file) {
  size_t run = 0;
  for (int32_t k = 0; k < r->g->n_inputs; k++) run += mote_tensor_bytes(input_of(r, k));
  if (!file->n || file->n % run)
    return mote_fail(MOTE_ERR_SIZE, "%s: %zu bytes; the inputs of one run take %zu, and "
                     "that is no whole number of runs", path, file->n, run);
  for (const uint8_t *p = file->p; p < file->p + file->n;)
    for (int32_t k = 0; k < r->g->n_inputs; k++) {
      size_t bytes = mote_tensor_bytes(input_of(r, k));
      MOTE_TRY(add_bytes(r, k, p, bytes));
      p += bytes;
    }
  return MOTE_OK;
}

/* ---- files ---- */

typedef struct {
  mote_calib_rows_t *r;
  const char *root;
  int32_t k; /* input of the arrays; of raw files -1 */
} walk_t;

static int ends(const char *path, const char *with) {
  size_t n = strlen(path), m = strlen(with);
  return n > m && strcmp(path + n - m, with) == 0;
}

static int is_npy(const char *path) { return ends(path, ".npy"); }

static int one_file(void *ctx, const char *path) {
  const walk_t *w = ctx;
  mote_buf_t file = {0};
  int wanted = w->k >= 0 ? is_npy(path) : ends(path, ".bin") || path == w->root;
  if (!wanted) return MOTE_OK; /* a README beside the data */
  MOTE_TRY(mote_file_read(path, MOTE_CALIB_BYTES_MAX, &file));
  int rc = w->k >= 0 ? add_array(w->r, w->k, path, &file) : add_raw(w->r, path, &file);
  mote_buf_free(&file);
  return rc;
}

static int see_npy(void *ctx, const char *path) {
  *(int *)ctx |= is_npy(path);
  return MOTE_OK;
}

static size_t rows_of(const mote_calib_rows_t *r, int32_t k) {
  return r->input[k].n / mote_tensor_bytes(input_of(r, k));
}

int mote_calib_read(mote_calib_rows_t *r, const char *const *paths, size_t n) {
  int npy = 0;
  if (n) MOTE_TRY(mote_walk(paths[0], see_npy, &npy));
  if (n != (npy ? (size_t)r->g->n_inputs : 1))
    return mote_fail(MOTE_ERR_USAGE, "%zu places with data; the model has %d inputs: one "
                     ".npy file or folder for each of them, in order, or one raw file "
                     "for all", n, (int)r->g->n_inputs);
  for (size_t i = 0; i < n; i++) {
    walk_t w = {r, paths[i], npy ? (int32_t)i : -1};
    MOTE_TRY(mote_walk(paths[i], one_file, &w));
    if (!rows_of(r, (int32_t)i))
      return mote_fail(MOTE_ERR_NOTFOUND, "%s: no inputs in it", paths[i]);
  }
  return MOTE_OK;
}

void mote_calib_rows_free(mote_calib_rows_t *r) {
  for (int32_t k = 0; k < MOTE_NODE_IO_MAX; k++) mote_buf_free(&r->input[k]);
}

/* ---- use ---- */

static int next_row(void *ctx, size_t i, const void **in) {
  const mote_calib_rows_t *r = ctx;
  size_t rows = rows_of(r, 0), row = (size_t)((uint64_t)i * rows / r->use);
  for (int32_t k = 0; k < r->g->n_inputs; k++)
    in[k] = r->input[k].p + row * mote_tensor_bytes(input_of(r, k));
  return MOTE_OK;
}

int mote_calib_of(mote_calib_rows_t *r, size_t most, mote_calib_t *out) {
  size_t rows = rows_of(r, 0);
  for (int32_t k = 1; k < r->g->n_inputs; k++)
    if (rows_of(r, k) != rows)
      return mote_fail(MOTE_ERR_SIZE, "%zu rows for input \"%s\", %zu for \"%s\"", rows,
                       input_of(r, 0)->name, rows_of(r, k), input_of(r, k)->name);
  r->use = most && most < rows ? most : rows;
  *out = (mote_calib_t){next_row, r, r->use};
  return MOTE_OK;
}
