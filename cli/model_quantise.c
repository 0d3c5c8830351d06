/* SPDX-License-Identifier: Apache-2.0
 * `mote model quantise`: a float32 network and representative inputs -> int8, and what
 * each layer lost. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/progress.h"
#include "features/features.h"
#include "model.h"
#include "model/optimise.h"
#include "project.h"
#include "quantise/rows.h"

#define INPUTS_DEFAULT 500

typedef struct {
  const char *from, *to;
  mote_graph_t *f32, *int8;
  mote_calib_rows_t rows;
  mote_ptq_options_t opt;
  mote_quant_report_t report;
} job_t;

/* ---- calibration inputs ---- */

static int add_features(const mote_feature_set_t *set, const char *dir, job_t *j) {
  const mote_tensor_t *in = &j->f32->tensors[j->f32->inputs[0]];
  size_t each = (size_t)mote_dims_count(&in->dims);
  if (j->f32->n_inputs != 1 || set->d != each)
    return mote_fail(MOTE_ERR_SIZE, "%s: the impulse gives %zu features; the model has "
                     "%d input%s of %zu values", dir, set->d, (int)j->f32->n_inputs,
                     j->f32->n_inputs == 1 ? "" : "s, the first", each);
  if (!set->n)
    return mote_fail(MOTE_ERR_NOTFOUND, "%s: no windows of training samples", dir);
  return mote_calib_add(&j->rows, 0, set->x, set->n * set->d);
}

/* The features of a project's training windows. */
static int read_project(const char *dir, job_t *j) {
  static const mote_split_t training = MOTE_SPLIT_TRAINING;
  mote_feature_set_t *set = NULL;
  mote_project_t p;
  MOTE_TRY(mote_project_open_at(dir, &p));
  mote_feature_options_t opt = {.project = dir, .filter.split = &training};
  int rc = mote_features_resolve(p.ds, p.impulse);
  if (rc >= 0) rc = mote_features_compute(p.ds, p.impulse, &opt, &set);
  if (rc >= 0) rc = add_features(set, dir, j);
  mote_features_free(set);
  mote_project_close(&p);
  return rc;
}

static int is_project(const char *dir) {
  char path[MOTE_PATH_MAX];
  return mote_path_join(path, dir, "impulse.json") >= 0 && mote_file_exists(path);
}

static int read_data(const mote_args_t *args, job_t *j) {
  const char *paths[MOTE_NODE_IO_MAX];
  size_t n = 0;
  for (const char *p; n < MOTE_NODE_IO_MAX && (p = mote_flag_at(args, "data", n)); n++)
    paths[n] = p;
  if (!n)
    return mote_fail(MOTE_ERR_USAGE, "--data is missing: inputs as the model will see "
                     "them, as .npy, as raw tensors or as a mote project");
  if (n == 1 && is_project(paths[0])) return read_project(paths[0], j);
  return mote_calib_read(&j->rows, paths, n);
}

/* ---- what comes out ---- */

static void say_row(const mote_args_t *args, const mote_quant_row_t *r) {
  char scale[32] = "";
  if (!strcmp(r->type, "i8"))
    snprintf(scale, sizeof scale, "%.6g, %d", (double)r->scale, (int)r->zero);
  mote_say(args, "  %-30.30s %-16.16s %-4s %11.4g %11.4g  %-16s %8.2f %10.3g\n",
           r->tensor, r->op, r->type, (double)r->seen_lo, (double)r->seen_hi, scale,
           r->snr_db, r->max_error);
}

/* What reached a layer: the noisiest of its inputs. */
static double snr_before(const job_t *j, size_t row) {
  const mote_node_t *n = &j->f32->nodes[row];
  double least = 60;
  for (size_t i = 0; i < row; i++)
    for (int32_t k = 0; k < n->n_in; k++)
      if (n->in[k] == j->f32->nodes[i].out[0] && j->report.rows[i].snr_db < least)
        least = j->report.rows[i].snr_db;
  return least;
}

/* The layer that loses most of it. */
static const mote_quant_row_t *steepest(const job_t *j) {
  const mote_quant_row_t *found = j->report.rows;
  double worst = 0;
  for (size_t i = 0; i < j->report.n_rows; i++) {
    double loss = snr_before(j, i) - j->report.rows[i].snr_db;
    if (loss > worst) worst = loss, found = &j->report.rows[i];
  }
  return found;
}

static size_t in_float(const mote_quant_report_t *r) {
  size_t n = 0;
  for (size_t i = 0; i < r->n_rows; i++) n += !strcmp(r->rows[i].type, "f32");
  return n;
}

static int tell(const mote_args_t *args, const job_t *j) {
  const mote_quant_report_t *r = &j->report;
  mote_graph_size_t before, after;
  MOTE_TRY(mote_graph_size(j->f32, &before));
  MOTE_TRY(mote_graph_size(j->int8, &after));
  mote_say(args, "  %-30s %-16s %-4s %11s %11s  %-16s %8s %10s\n", "layer", "operator",
           "type", "least", "most", "scale, zero", "SNR dB", "max error");
  for (size_t i = 0; i < r->n_rows; i++) say_row(args, &r->rows[i]);
  mote_say(args, "%s: int8 of %s on %zu inputs\n", j->to, j->from, j->rows.use);
  mote_say(args, "  constants %zu -> %zu bytes, output SNR %.2f dB%s\n",
           before.constant_bytes, after.constant_bytes, r->out_snr_db,
           r->equalised ? ", channels equalised" : "");
  if (in_float(r))
    mote_say(args, "  float32 because there is no int8 form (`mote help operators`): %zu "
             "of %zu layers\n", in_float(r), r->n_rows);
  if (r->out_snr_db < 20)
    mote_say(args, "  warning: int8 is far from float32; \"%s\" (%s) loses most: try "
             "another --method, or more inputs\n", steepest(j)->tensor, steepest(j)->op);
  if (!mote_json_wanted(args)) return MOTE_OK;
  json_t *all = mote_quant_report_json(r);
  if (!all) return MOTE_ERR_NOMEM;
  json_object_set_new(all, "file", json_string(j->to));
  json_object_set_new(all, "inputs", json_integer((json_int_t)j->rows.use));
  json_object_set_new(all, "constant_bytes", json_pack(
      "[I, I]", (json_int_t)before.constant_bytes, (json_int_t)after.constant_bytes));
  return mote_print_json(all);
}

/* ---- the work ---- */

static int options(const mote_args_t *args, mote_ptq_options_t *opt) {
  static const char *const names[] = {"best", "minmax", "percentile"};
  const char *method = mote_flag(args, "method");
  *opt = mote_ptq_defaults();
  opt->per_tensor = mote_flag(args, "per-tensor") != NULL;
  opt->float_ends = mote_flag(args, "float-io") != NULL;
  if (!method) return MOTE_OK;
  for (opt->method = 0; opt->method < 3; opt->method++)
    if (!strcmp(method, names[opt->method])) return MOTE_OK;
  return mote_fail(MOTE_ERR_USAGE, "--method %s: best, minmax or percentile", method);
}

/* Batch norms and activations go into the layers before them: their ranges are gone. */
static int load_small(job_t *j) {
  const mote_optimise_options_t import = {.import = 1, .multiple = 1};
  mote_graph_t *g;
  MOTE_TRY(mote_model_load(j->from, &g));
  int rc = mote_optimise_with(g, &import, &j->f32, NULL);
  mote_graph_free(g);
  for (int32_t i = 0; rc >= 0 && i < j->f32->n_tensors; i++)
    if (j->f32->tensors[i].quant.n)
      return mote_fail(MOTE_ERR_UNSUPPORTED, "%s: is quantised already (tensor \"%s\"); "
                       "quantise the float32 model it came from", j->from,
                       j->f32->tensors[i].name);
  return rc;
}

typedef struct { mote_calib_t of; mote_progress_t *progress; } watched_t;

static int next_watched(void *ctx, size_t i, const void **in) {
  watched_t *w = ctx;
  if (mote_interrupted()) return mote_fail(MOTE_ERR_INTERRUPTED, "interrupted");
  mote_progress_add(w->progress, 1);
  return w->of.next(w->of.ctx, i, in);
}

static int quantise_all(const mote_args_t *args, job_t *j) {
  double most = INPUTS_DEFAULT;
  watched_t w;
  MOTE_TRY(mote_flag_number(args, "number", 1, 1e9, &most));
  MOTE_TRY(options(args, &j->opt));
  MOTE_TRY(load_small(j));
  j->rows.g = j->f32;
  MOTE_TRY(read_data(args, j));
  MOTE_TRY(mote_calib_of(&j->rows, (size_t)most, &w.of));
  w.progress = mote_progress_new("quantising", "runs", 0);
  mote_calib_t data = {next_watched, &w, w.of.n};
  int rc = mote_quantise(j->f32, &data, &j->opt, &j->int8, &j->report);
  mote_progress_end(w.progress);
  MOTE_TRY(rc);
  MOTE_TRY(mote_model_save(j->int8, j->to));
  return tell(args, j);
}

static int quantise(const mote_args_t *args) {
  job_t j = {.to = mote_flag(args, "out")};
  MOTE_TRY(mote_model_arg(args, 1, "MODEL", &j.from));
  if (!j.to)
    return mote_fail(MOTE_ERR_USAGE, "-o FILE is missing: .tflite, .onnx or .mote");
  int rc = quantise_all(args, &j);
  mote_quant_report_free(&j.report);
  mote_calib_rows_free(&j.rows);
  mote_graph_free(j.int8);
  mote_graph_free(j.f32);
  return rc;
}

const mote_model_part_t mote_model_part_quantise = {
    "quantise", "MODEL --data DATA -o FILE [-n N] [--method WHAT]",
    "Makes the int8 form of a float32 network, and says what each layer lost.", quantise};
