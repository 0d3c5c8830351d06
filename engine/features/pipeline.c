/* SPDX-License-Identifier: Apache-2.0
 * Data set → feature matrix. Work is split by recording; every recording (and augmented
 * copy) is a block of rows, cached under a hash of its content and of all that shaped it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/progress.h"
#include "features/cache.h"
#include "features/features.h"

typedef struct {
  uint64_t length; /* samples of the signal at the impulse's rate */
  size_t n;        /* windows */
  float *x;        /* [n][d], malloc */
} block_t;

typedef struct {
  mote_dataset_t *ds;
  const mote_impulse_t *m;
  const mote_feature_options_t *opt;
  mote_feature_set_t *set;
  size_t copies;    /* blocks per sample: 1 + augmented */
  block_t *blocks;  /* [samples * copies] */
  mote_sha_t design;
  mote_signal_view_t *noise; size_t n_noise;
  mote_arena_t *noise_arena;
  mote_progress_t *progress;
} job_t;

static int new_states(const mote_impulse_t *m, mote_arena_t *a, void **states) {
  for (int i = 0; i < m->n_dsp; i++) {
    states[i] = mote_arena_take(a, 1, m->dsp[i].shape.state_bytes + 16);
    if (!states[i]) return MOTE_ERR_NOMEM;
  }
  return MOTE_OK;
}

static int all_windows(const job_t *job, const float *x, uint64_t n, mote_arena_t *a,
                       block_t *b) {
  const mote_impulse_t *m = job->m;
  void *states[MOTE_BLOCKS_MAX];
  b->length = n;
  b->n = (size_t)mote_features_count(m, n);
  b->x = mote_alloc(b->n * m->features, sizeof *b->x);
  void *scratch = mote_arena_take(a, 1, mote_impulse_scratch(m));
  if (!b->x || !scratch) return MOTE_ERR_NOMEM;
  MOTE_TRY(new_states(m, a, states));
  for (size_t i = 0; i < b->n; i++)
    MOTE_TRY(mote_features_window(m, x, i, b->x + i * m->features, scratch, states));
  mote_progress_add(job->progress, b->n);
  return MOTE_OK;
}

static mote_sha_t block_key(const job_t *job, const mote_sample_t *s, size_t copy) {
  char text[640];
  int n =
      snprintf(text, sizeof text, "%s %u %llu %llu %s %zu %llu", s->sha, s->item,
               (unsigned long long)s->crop_start, (unsigned long long)s->crop_end,
               job->design.hex, copy, (unsigned long long)(copy ? job->opt->seed : 0));
  return mote_sha256(text, (size_t)n);
}

static int augmented(const job_t *job, const mote_sample_t *s, size_t copy,
                     mote_arena_t *a, float **x, uint64_t *n) {
  uint64_t stream = strtoull((char[17]){s->sha[0], s->sha[1], s->sha[2], s->sha[3],
                                        s->sha[4], s->sha[5], s->sha[6], s->sha[7], 0},
                             NULL, 16);
  mote_rng_t rng = mote_rng(job->opt->seed + s->item, stream * 1000003u + copy);
  mote_signal_view_t sig = {*x, (size_t)*n, job->m->input.n_axes, job->m->input.hz};
  MOTE_TRY(mote_augment_shape(job->opt->augment, &sig, &rng, a));
  *x = (float *)sig.x;
  *n = sig.n;
  MOTE_TRY(mote_features_pad(job->m, a, x, n));
  sig.x = *x;
  sig.n = (size_t)*n;
  MOTE_TRY(
      mote_augment_place(job->opt->augment, &sig, job->noise, job->n_noise, &rng, a));
  *x = (float *)sig.x;
  return MOTE_OK;
}

static int compute_blocks(job_t *job, const mote_sample_t *s, block_t *b,
                          mote_arena_t *a) {
  mote_recording_t r;
  float *x;
  uint64_t n;
  MOTE_TRY(mote_dataset_read(job->ds, s, a, &r));
  MOTE_TRY(mote_features_signal(job->m, &r, a, &x, &n));
  for (size_t c = 0; c < job->copies; c++) {
    if (b[c].x) continue;
    float *y = x;
    uint64_t len = n;
    MOTE_TRY(c ? augmented(job, s, c, a, &y, &len)
               : mote_features_pad(job->m, a, &y, &len));
    MOTE_TRY(all_windows(job, y, len, a, &b[c]));
    if (job->opt->project) {
      mote_sha_t key = block_key(job, s, c);
      mote_cached_t put = {b[c].length, b[c].n, job->m->features, b[c].x};
      MOTE_TRY(mote_feature_cache_put(job->opt->project, &key, &put));
    }
  }
  return MOTE_OK;
}

static int from_cache(job_t *job, const mote_sample_t *s, block_t *b) {
  size_t found = 0;
  for (size_t c = 0; job->opt->project && c < job->copies; c++) {
    mote_sha_t key = block_key(job, s, c);
    mote_cached_t got = {.d = job->m->features};
    if (mote_feature_cache_get(job->opt->project, &key, &got) != MOTE_OK) continue;
    b[c] = (block_t){got.length, got.n, got.x};
    mote_progress_add(job->progress, got.n);
    found++;
  }
  return found == job->copies;
}

static int one_sample(void *ctx, size_t i, int worker) {
  job_t *job = ctx;
  (void)worker;
  if (mote_interrupted()) return mote_fail(MOTE_ERR_INTERRUPTED, "interrupted");
  const mote_sample_t *s = &job->set->samples.item[i];
  block_t *b = job->blocks + i * job->copies;
  if (from_cache(job, s, b)) {
    __atomic_add_fetch(&job->set->from_cache, 1, __ATOMIC_RELAXED);
    return MOTE_OK;
  }
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  int rc = compute_blocks(job, s, b, a);
  mote_arena_free(a);
  __atomic_add_fetch(&job->set->computed, 1, __ATOMIC_RELAXED);
  return rc < 0 ? mote_context(rc, "sample %lld \"%s\"", (long long)s->id, s->name)
                : MOTE_OK;
}

/* Recorded background for the noise mix: the training samples labelled "noise". */
static int is_noise(const job_t *job, const mote_sample_t *s) {
  const mote_signal_augment_t *cfg = job->opt->augment;
  return cfg && cfg->copies && cfg->noise > 0 && job->m->input.n_axes == 1 && s->label &&
         !strcmp(s->label, "noise");
}

/* Copies hold other recordings' noise, so these are part of what decided them. */
static void hash_augment(const job_t *job, json_t *j) {
  const mote_samples_t *all = &job->set->samples;
  json_t *noise = json_array();
  json_object_set_new(j, "augment", mote_params_write(mote_signal_augment_params,
                                                      mote_signal_augment_n_params,
                                                      job->opt->augment));
  for (size_t i = 0; i < all->n; i++)
    if (is_noise(job, &all->item[i]))
      json_array_append_new(
          noise, json_pack("[s, i, I, I]", all->item[i].sha, (int)all->item[i].item,
                           (json_int_t)all->item[i].crop_start,
                           (json_int_t)all->item[i].crop_end));
  json_object_set_new(j, "noise", noise);
}

/* Everything but learners decides the features. */
static int hash_design(const job_t *job, mote_sha_t *out) {
  const mote_impulse_t *m = job->m;
  json_t *j = json_pack("{s:O?, s:O?, s:f, s:i, s:s}", "input",
                        json_object_get(m->json, "input"), "dsp",
                        json_object_get(m->json, "dsp"), "hz", m->input.hz, "axes",
                        (int)m->input.n_axes, "code", MOTE_FEATURE_VERSION);
  json_t *names = json_array();
  for (uint32_t i = 0; i < m->input.n_axes; i++)
    json_array_append_new(names, json_string(m->input.axes[i]));
  json_object_set_new(j, "names", names);
  if (job->copies > 1) hash_augment(job, j);
  char *text = j ? json_dumps(j, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
  json_decref(j);
  if (!text) return mote_fail(MOTE_ERR_NOMEM, "out of memory while hashing the design");
  *out = mote_sha256(text, strlen(text));
  free(text);
  return MOTE_OK;
}

static int load_noise(job_t *job) {
  job->noise_arena = mote_arena_new();
  const mote_samples_t *all = &job->set->samples;
  job->noise = mote_alloc(all->n, sizeof *job->noise);
  if (!job->noise_arena || !job->noise) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < all->n && job->n_noise < 256; i++) {
    const mote_sample_t *s = &all->item[i];
    if (!is_noise(job, s)) continue;
    mote_recording_t r;
    float *x;
    uint64_t n;
    MOTE_TRY(mote_dataset_read(job->ds, s, job->noise_arena, &r));
    MOTE_TRY(mote_features_signal(job->m, &r, job->noise_arena, &x, &n));
    if (n)
      job->noise[job->n_noise++] =
          (mote_signal_view_t){x, (size_t)n, 1, job->m->input.hz};
  }
  return MOTE_OK;
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_label(mote_feature_set_t *set, const char **all, size_t *n,
                     const char *label) {
  if (!label) return MOTE_OK;
  for (size_t i = 0; i < *n; i++)
    if (!strcmp(all[i], label)) return MOTE_OK;
  if (*n >= 4096)
    return mote_fail(MOTE_ERR_LIMIT, "more than 4096 labels; is this regression?");
  all[*n] = mote_arena_str(set->arena, label);
  return all[(*n)++] ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int collect_labels(mote_feature_set_t *set, const mote_feature_options_t *opt) {
  size_t n = 0;
  const char **all = mote_arena_take(set->arena, 4097, sizeof *all);
  if (!all) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < opt->n_labels; i++)
    MOTE_TRY(add_label(set, all, &n, opt->labels[i]));
  for (size_t i = 0; !opt->n_labels && i < set->samples.n; i++) {
    const mote_sample_t *s = &set->samples.item[i];
    MOTE_TRY(add_label(set, all, &n, s->label));
    for (size_t k = 0; k < s->n_ranges; k++)
      MOTE_TRY(add_label(set, all, &n, s->ranges[k].label));
  }
  if (!opt->n_labels) qsort(all, n, sizeof *all, by_text);
  set->labels = all;
  set->n_labels = n;
  return MOTE_OK;
}

static int32_t label_index(const mote_feature_set_t *set, const char *label) {
  for (size_t i = 0; label && i < set->n_labels; i++)
    if (!strcmp(set->labels[i], label)) return (int32_t)i;
  return MOTE_NO_LABEL;
}

/* A label range in samples at the impulse's rate. */
static int scaled_ranges(const mote_impulse_t *m, const mote_sample_t *s, mote_arena_t *a,
                         mote_range_t **out) {
  double k = s->hz > 0 ? m->input.hz / s->hz : 1;
  *out = mote_arena_take(a, s->n_ranges + 1, sizeof **out);
  if (!*out) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < s->n_ranges; i++)
    (*out)[i] = (mote_range_t){(uint64_t)((double)s->ranges[i].start * k + 0.5),
                               (uint64_t)((double)s->ranges[i].end * k + 0.5),
                               s->ranges[i].label};
  return MOTE_OK;
}

static int describe_windows(job_t *job, size_t i, size_t *row) {
  mote_feature_set_t *set = job->set;
  const mote_sample_t *s = &set->samples.item[i];
  mote_range_t *ranges;
  MOTE_TRY(scaled_ranges(job->m, s, set->arena, &ranges));
  for (size_t c = 0; c < job->copies; c++) {
    block_t *b = &job->blocks[i * job->copies + c];
    for (size_t w = 0; w < b->n; w++) {
      uint64_t start = w * job->m->input.stride;
      const char *label = s->n_ranges
                              ? mote_features_label(job->m, ranges, s->n_ranges, start)
                              : s->label;
      set->windows[*row + w] = (mote_window_t){
          (uint32_t)i, (uint32_t)c, (int64_t)start, label_index(set, label),
          label ? strtof(label, NULL) : 0};
    }
    memcpy(set->x + *row * set->d, b->x, b->n * set->d * sizeof *set->x);
    *row += b->n;
    mote_free(b->x);
    b->x = NULL;
  }
  return MOTE_OK;
}

static int assemble(job_t *job) {
  mote_feature_set_t *set = job->set;
  for (size_t i = 0; i < set->samples.n * job->copies; i++) set->n += job->blocks[i].n;
  set->windows = mote_arena_take(set->arena, set->n + 1, sizeof *set->windows);
  set->x = mote_alloc(set->n * set->d + 1, sizeof *set->x);
  if (!set->windows || !set->x) return MOTE_ERR_NOMEM;
  size_t row = 0;
  for (size_t i = 0; i < set->samples.n; i++) MOTE_TRY(describe_windows(job, i, &row));
  return MOTE_OK;
}

static int run_job(job_t *job) {
  mote_feature_set_t *set = job->set;
  mote_filter_t filter = job->opt->filter;
  if (filter.state == MOTE_ANY_STATE) filter.state = MOTE_ONLY_ENABLED;
  MOTE_TRY(mote_dataset_list(job->ds, &filter, set->arena, &set->samples));
  MOTE_TRY(collect_labels(set, job->opt));
  MOTE_TRY(hash_design(job, &job->design));
  MOTE_TRY(load_noise(job));
  job->blocks = mote_alloc(set->samples.n * job->copies + 1, sizeof *job->blocks);
  if (!job->blocks) return MOTE_ERR_NOMEM;
  size_t total = 0;
  for (size_t i = 0; i < set->samples.n; i++) {
    const mote_sample_t *s = &set->samples.item[i];
    double k = s->hz > 0 ? job->m->input.hz / s->hz : 1;
    size_t n = (size_t)mote_features_count(job->m, (uint64_t)((double)s->n * k));
    if (!n && job->m->input.zero_pad) n = 1;
    total += n * job->copies;
  }
  job->progress = mote_progress_new("features", "windows", total);
  int rc = mote_parallel(set->samples.n, one_sample, job);
  mote_progress_end(job->progress);
  MOTE_TRY(rc);
  return assemble(job);
}

int mote_features_compute(mote_dataset_t *ds, const mote_impulse_t *m,
                          const mote_feature_options_t *opt, mote_feature_set_t **out) {
  *out = NULL;
  mote_arena_t *a = mote_arena_new();
  mote_feature_set_t *set = a ? mote_arena_take(a, 1, sizeof *set) : NULL;
  if (!set) {
    mote_arena_free(a);
    return MOTE_ERR_NOMEM;
  }
  set->arena = a;
  set->impulse = m;
  set->d = m->features;
  job_t job = {.ds = ds, .m = m, .opt = opt, .set = set,
               .copies = 1 + (opt->augment ? (size_t)opt->augment->copies : 0)};
  int rc = run_job(&job);
  for (size_t i = 0; job.blocks && i < set->samples.n * job.copies; i++)
    mote_free(job.blocks[i].x);
  mote_free(job.blocks);
  mote_free(job.noise);
  mote_arena_free(job.noise_arena);
  if (rc < 0) mote_features_free(set);
  else *out = set;
  return rc;
}

void mote_features_free(mote_feature_set_t *set) {
  if (!set) return;
  mote_free(set->x);
  mote_arena_free(set->arena);
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int fit_window(mote_impulse_t *m, const mote_samples_t *all, mote_arena_t *a) {
  double *length = mote_arena_take(a, all->n + 1, sizeof *length);
  if (!length) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < all->n; i++)
    length[i] = all->item[i].hz > 0 ? (double)all->item[i].n / all->item[i].hz : 0;
  qsort(length, all->n, sizeof *length, ascending);
  return mote_impulse_window(m, length, all->n);
}

/* The rate most samples have, and the axes of the first sample with that rate. */
int mote_features_resolve(mote_dataset_t *ds, mote_impulse_t *m) {
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  mote_samples_t all;
  mote_filter_t f = {.state = MOTE_ONLY_ENABLED};
  int rc = mote_dataset_list(ds, &f, a, &all);
  if (rc == MOTE_OK && !all.n)
    rc =
        mote_fail(MOTE_ERR_USAGE, "the project holds no samples yet; `mote add PATH...`");
  const mote_sample_t *best = NULL;
  size_t most = 0, tries = all.n < 64 ? all.n : 64;
  for (size_t i = 0; rc == MOTE_OK && i < tries; i++) {
    size_t same = 0;
    for (size_t k = 0; k < all.n; k++) same += all.item[k].hz == all.item[i].hz;
    if (same > most) most = same, best = &all.item[i];
  }
  if (best) rc = fit_window(m, &all, a);
  if (best && rc == MOTE_OK)
    rc = mote_impulse_resolve(m, best->axis_names, best->axes, best->hz);
  mote_arena_free(a);
  return rc;
}
