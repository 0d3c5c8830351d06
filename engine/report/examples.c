/* SPDX-License-Identifier: Apache-2.0
 * "examples": a few recordings of every label, as envelopes that fit the screen. */
#include <stdlib.h>
#include <string.h>

#include "report/gather.h"

#define EXAMPLES_MAX 24
#define COLS_MAX     400

static json_t *axis_json(const mote_recording_t *r, uint32_t axis) {
  size_t cols = r->n < COLS_MAX ? (size_t)r->n : COLS_MAX;
  json_t *lo = json_array(), *hi = json_array();
  for (size_t c = 0; c < cols; c++) {
    uint64_t from = r->n * c / cols, to = r->n * (c + 1) / cols;
    float least = r->values[from * r->axes + axis], most = least;
    for (uint64_t i = from; i < to; i++) {
      float v = r->values[i * r->axes + axis];
      if (v < least) least = v;
      if (v > most) most = v;
    }
    (void)mote_gather_real(lo, (double)least);
    if (r->n > COLS_MAX) (void)mote_gather_real(hi, (double)most);
  }
  json_t *o = json_pack("{s:s, s:s, s:o}", "name", r->axis_names[axis], "unit",
                        r->axis_units[axis], "low", lo);
  if (json_array_size(hi)) json_object_set(o, "high", hi);
  json_decref(hi);
  return o;
}

static json_t *ranges_json(const mote_recording_t *r) {
  json_t *list = json_array();
  for (size_t i = 0; i < r->n_ranges && i < 200; i++)
    json_array_append_new(list, json_pack("{s:f, s:f, s:s}", "from",
                                          (double)r->ranges[i].start / (double)r->n, "to",
                                          (double)r->ranges[i].end / (double)r->n,
                                          "label", r->ranges[i].label));
  return list;
}

static int add_one(mote_gather_t *g, const mote_sample_t *s, json_t *list) {
  mote_recording_t r;
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  int rc = mote_dataset_read(g->ds, s, a, &r);
  if (rc == MOTE_OK && r.n > 1) {
    json_t *axes = json_array();
    for (uint32_t i = 0; i < r.axes && i < MOTE_REPORT_AXES; i++)
      json_array_append_new(axes, axis_json(&r, i));
    json_t *o =
        json_pack("{s:s, s:s, s:I, s:s, s:f, s:f, s:i, s:o, s:o}", "label",
                  s->label ? s->label : "", "name", s->name, "id", (json_int_t)s->id,
                  "split", mote_split_names[s->split], "hz", s->hz, "seconds",
                  s->hz > 0 ? (double)r.n / s->hz : 0.0, "axes_in_all", (int)r.axes,
                  "axes", axes, "ranges", ranges_json(&r));
    json_t *picture = mote_gather_spectrogram(&r);
    if (o && picture)
      json_object_set_new(o, "spectrogram", picture);
    else
      json_decref(picture);
    rc = o && !json_array_append_new(list, o) ? MOTE_OK : MOTE_ERR_NOMEM;
  }
  mote_arena_free(a);
  return rc < 0 ? mote_context(rc, "sample \"%s\"", s->name) : rc;
}

static const char *label_of(const mote_sample_t *s) { return s->label ? s->label : ""; }

static int by_label(const void *x, const void *y) {
  const mote_sample_t *a = *(const mote_sample_t *const *)x,
                      *b = *(const mote_sample_t *const *)y;
  int c = strcmp(label_of(a), label_of(b));
  return c ? c : (a->id > b->id) - (a->id < b->id);
}

/* The recordings that can be drawn, by label; *labels of them are different. */
static const mote_sample_t **drawable(mote_gather_t *g, size_t *n, size_t *labels) {
  const mote_sample_t **v = mote_arena_take(g->arena, g->samples.n + 1, sizeof *v);
  *n = *labels = 0;
  for (size_t i = 0; v && i < g->samples.n; i++)
    if (g->samples.item[i].kind == MOTE_KIND_SERIES && g->samples.item[i].n > 1)
      v[(*n)++] = &g->samples.item[i];
  if (v) qsort(v, *n, sizeof *v, by_label);
  for (size_t i = 0; v && i < *n; i++)
    *labels += !i || strcmp(label_of(v[i]), label_of(v[i - 1]));
  return v;
}

/* Evenly spread over a label's recordings: neighbours are often takes of one scene. */
int mote_gather_examples(mote_gather_t *g) {
  size_t n, labels, done = 0;
  const mote_sample_t **v = drawable(g, &n, &labels);
  if (!v) return MOTE_ERR_NOMEM;
  json_t *list = json_array();
  MOTE_TRY(mote_gather_set(g->out, "examples", list));
  size_t each = labels * 3 <= EXAMPLES_MAX / 2 ? 3 : labels * 2 <= EXAMPLES_MAX ? 2 : 1;
  for (size_t i = 0, end; i < n && done < EXAMPLES_MAX; i = end) {
    for (end = i; end < n && !strcmp(label_of(v[end]), label_of(v[i]));) end++;
    size_t take = end - i < each ? end - i : each;
    for (size_t k = 0; k < take && done < EXAMPLES_MAX; k++, done++)
      MOTE_TRY(add_one(g, v[i + (end - i) * (2 * k + 1) / (2 * take)], list));
  }
  return MOTE_OK;
}
