/* SPDX-License-Identifier: Apache-2.0
 * Counts per label and split, and the hash that names a state of the data set. */
#include <stdlib.h>
#include <string.h>

#include "dataset/query.h"

static double seconds(const mote_sample_t *s, uint64_t rows) {
  return s->hz > 0 ? (double)rows / s->hz : 0;
}

static int label_row(mote_arena_t *a, mote_stats_t *out, size_t *cap, const char *label,
                     mote_label_stats_t **row) {
  for (size_t i = 0; i < out->n_labels; i++)
    if (!strcmp(out->label[i].label, label)) {
      *row = &out->label[i];
      return MOTE_OK;
    }
  if (out->n_labels == *cap) {
    *cap = *cap ? 2 * *cap : 16;
    mote_label_stats_t *more = mote_arena_take(a, *cap, sizeof *more);
    if (!more) return MOTE_ERR_NOMEM;
    if (out->n_labels) memcpy(more, out->label, out->n_labels * sizeof *more);
    out->label = more;
  }
  *row = &out->label[out->n_labels++];
  (*row)->label = label;
  return MOTE_OK;
}

static int seen_before(const mote_sample_t *s, size_t i) {
  for (size_t k = 0; k < i; k++)
    if (!strcmp(s->ranges[k].label, s->ranges[i].label)) return 1;
  return 0;
}

static int count(mote_arena_t *a, const mote_sample_t *s, mote_stats_t *out,
                 size_t *cap) {
  mote_label_stats_t *row;
  if (!s->enabled) {
    out->disabled++;
    return MOTE_OK;
  }
  out->n[s->split]++;
  out->seconds[s->split] += seconds(s, s->n);
  if (!s->n_ranges) {
    MOTE_TRY(label_row(a, out, cap, s->label ? s->label : "", &row));
    row->n[s->split]++;
    row->seconds[s->split] += seconds(s, s->n);
  }
  for (size_t i = 0; i < s->n_ranges; i++) {
    MOTE_TRY(label_row(a, out, cap, s->ranges[i].label, &row));
    row->n[s->split] += !seen_before(s, i);
    row->seconds[s->split] += seconds(s, s->ranges[i].end - s->ranges[i].start);
  }
  return MOTE_OK;
}

static int by_label(const void *a, const void *b) {
  return strcmp(((const mote_label_stats_t *)a)->label,
                ((const mote_label_stats_t *)b)->label);
}

int mote_dataset_stats(mote_dataset_t *ds, mote_arena_t *a, mote_stats_t *out) {
  mote_samples_t all;
  size_t cap = 0;
  *out = (mote_stats_t){0};
  MOTE_TRY(mote_dataset_list(ds, NULL, a, &all));
  for (size_t i = 0; i < all.n; i++) MOTE_TRY(count(a, &all.item[i], out, &cap));
  if (out->n_labels) qsort(out->label, out->n_labels, sizeof *out->label, by_label);
  return MOTE_OK;
}

/* ---- version ---- */

static void put(mote_hasher_t *h, const char *text) {
  if (text)
    mote_hasher_add(h, text, strlen(text) + 1); /* the NUL separates */
  else
    mote_hasher_add(h, "\1", 2);
}

static int put_sample(mote_hasher_t *h, mote_buf_t *line, const mote_sample_t *s) {
  line->n = 0;
  MOTE_TRY(mote_buf_printf(line, "%u %d %llu %llu %a %zu %zu", s->item, (int)s->split,
                           (unsigned long long)s->crop_start,
                           (unsigned long long)s->crop_end, s->hz, s->n_ranges,
                           s->n_meta));
  put(h, s->sha);
  put(h, s->parse);
  put(h, s->label);
  put(h, (const char *)line->p);
  for (size_t i = 0; i < s->n_ranges; i++) {
    line->n = 0;
    MOTE_TRY(mote_buf_printf(line, "%llu %llu", (unsigned long long)s->ranges[i].start,
                             (unsigned long long)s->ranges[i].end));
    put(h, (const char *)line->p);
    put(h, s->ranges[i].label);
  }
  for (size_t i = 0; i < s->n_meta; i++) {
    put(h, s->meta[i].key);
    put(h, s->meta[i].value);
  }
  return MOTE_OK;
}

int mote_dataset_version(mote_dataset_t *ds, mote_sha_t *out) {
  mote_samples_t all;
  mote_filter_t enabled = {.state = MOTE_ONLY_ENABLED};
  mote_buf_t line = {0};
  mote_arena_t *a = mote_arena_new();
  mote_hasher_t *h = a ? mote_hasher_new() : NULL;
  int rc = h ? mote_dataset_list(ds, &enabled, a, &all) : MOTE_ERR_NOMEM;
  for (size_t i = 0; rc == MOTE_OK && i < all.n; i++)
    rc = put_sample(h, &line, &all.item[i]);
  if (h) *out = mote_hasher_end(h);
  mote_buf_free(&line);
  mote_arena_free(a);
  return rc;
}
