/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "dataset/project.h"
#include "features/features.h"
#include "project.h"
#include "verb.h"

/* A quoted cell: names of columns hold commas, labels may hold anything. */
static void put_cell(FILE *f, const char *block, const char *text) {
  fprintf(f, ",\"");
  for (int part = 0; part < 2; part++) {
    for (const char *p = part ? text : block; *p; p++)
      fprintf(f, *p == '"' ? "\"\"" : "%c", *p);
    if (!part && *block) fputc(' ', f);
  }
  fputc('"', f);
}

static int write_csv_row(FILE *f, const mote_feature_set_t *set, size_t i) {
  const mote_window_t *w = &set->windows[i];
  const mote_sample_t *s = &set->samples.item[w->sample];
  fprintf(f, "%lld,%lld,%s", (long long)s->id, (long long)w->start,
          mote_split_names[s->split]);
  put_cell(f, "", w->label >= 0 ? set->labels[w->label] : "");
  for (size_t k = 0; k < set->d; k++) fprintf(f, ",%.9g", (double)set->x[i * set->d + k]);
  return fputc('\n', f) == EOF ? MOTE_ERR_IO : MOTE_OK;
}

/* One row per window: sample id, start, split, label, then the values, named by their
 * block. */
static int write_csv(const mote_feature_set_t *set, const char *path) {
  FILE *f = fopen(path, "w");
  if (!f) return mote_fail(MOTE_ERR_IO, "%s: cannot be written", path);
  fprintf(f, "sample,start,split,label");
  const mote_impulse_t *m = set->impulse;
  for (int b = 0; b < m->n_dsp; b++) {
    const mote_dsp_t *d = &m->dsp[b];
    for (uint32_t k = 0; k < d->features; k++) {
      char name[64] = "";
      if (d->block->column_name)
        d->block->column_name(d->cfg, &d->signal, k / d->shape.cols, k % d->shape.cols,
                              name);
      put_cell(f, d->name, name);
    }
  }
  fputc('\n', f);
  int rc = MOTE_OK;
  for (size_t i = 0; i < set->n && rc == MOTE_OK; i++) rc = write_csv_row(f, set, i);
  if (fclose(f) != 0 || rc < 0)
    return mote_fail(MOTE_ERR_IO, "%s: could not be written; is the disk full?", path);
  return MOTE_OK;
}

static json_t *blocks_json(const mote_impulse_t *m) {
  json_t *all = json_array();
  for (int i = 0; i < m->n_dsp; i++) {
    const mote_dsp_t *d = &m->dsp[i];
    json_array_append_new(all, json_pack("{s:i, s:s, s:s, s:i, s:i}", "id", d->id, "type",
                                         d->block->type, "name", d->name, "rows",
                                         (int)d->shape.rows, "cols", (int)d->shape.cols));
  }
  return all;
}

static json_t *summary(const mote_feature_set_t *set) {
  json_t *labels = json_object();
  for (size_t k = 0; k < set->n_labels; k++) {
    json_int_t n = 0;
    for (size_t i = 0; i < set->n; i++) n += set->windows[i].label == (int32_t)k;
    json_object_set_new(labels, set->labels[k], json_integer(n));
  }
  return json_pack("{s:i, s:i, s:i, s:i, s:i, s:o, s:o}", "windows", (int)set->n,
                   "features", (int)set->d, "recordings", (int)set->samples.n,
                   "from_cache", (int)set->from_cache, "computed", (int)set->computed,
                   "labels", labels, "blocks", blocks_json(set->impulse));
}

static void tell(const mote_args_t *args, const mote_feature_set_t *set) {
  const mote_impulse_t *m = set->impulse;
  mote_say(
      args,
      "%zu windows of %u samples (%.6g ms at %.6g Hz, %u ax%s) from %zu recordings\n",
      set->n, m->input.window, m->input.window_ms, m->input.hz, m->input.n_axes,
      m->input.n_axes == 1 ? "is" : "es", set->samples.n);
  for (int i = 0; i < m->n_dsp; i++) {
    const mote_dsp_t *d = &m->dsp[i];
    if (d->shape.rows > 1)
      mote_say(args, "  %-12s %u x %u = %u features\n", d->name, d->shape.rows,
               d->shape.cols, d->features);
    else mote_say(args, "  %-12s %u features\n", d->name, d->features);
  }
  mote_say(args, "  %zu recordings from the cache, %zu computed\n", set->from_cache,
           set->computed);
}

static int run(const mote_args_t *args) {
  mote_project_t p;
  MOTE_TRY(mote_project_open(args, &p));
  mote_feature_options_t opt = {.project = p.dir};
  mote_split_t split;
  int rc = MOTE_OK;
  if (mote_flag(args, "split")) {
    rc = mote_split_parse(mote_flag(args, "split"), &split);
    opt.filter.split = &split;
  }
  mote_feature_set_t *set = NULL;
  if (rc == MOTE_OK) rc = mote_features_resolve(p.ds, p.impulse);
  if (rc == MOTE_OK) rc = mote_features_compute(p.ds, p.impulse, &opt, &set);
  if (rc == MOTE_OK && mote_flag(args, "csv"))
    rc = write_csv(set, mote_flag(args, "csv"));
  if (rc == MOTE_OK && mote_json_wanted(args)) rc = mote_print_json(summary(set));
  else if (rc == MOTE_OK) tell(args, set);
  mote_features_free(set);
  mote_project_close(&p);
  return rc;
}

static const mote_flag_t flags[] = {
    {"csv", 0, "FILE", "Write every window's features to FILE.", 0},
    {"split", 0, "NAME", "Only training, testing or validation samples.", 0},
    {NULL, 0, NULL, NULL, 0},
};

const mote_verb_t mote_verb_features = {
    .name = "features",
    .usage = "",
    .summary = "Cut recordings into windows and compute their features.",
    .details =
        "Features are cached under cache/ by content and design: a second run, or\n"
        "`mote train` after it, computes only what changed.",
    .flags = flags,
    .run = run};
