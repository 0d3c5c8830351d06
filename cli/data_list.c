/* SPDX-License-Identifier: Apache-2.0
 * `mote data list` and `mote data stats`. */
#include <stdio.h>
#include <string.h>

#include "data.h"

const char *mote_data_signature(mote_signature_t s) {
  switch (s) {
  case MOTE_SIGNATURE_VALID:
    return "valid";
  case MOTE_SIGNATURE_INVALID:
    return "invalid";
  case MOTE_SIGNATURE_UNCHECKED:
    return "unchecked";
  case MOTE_SIGNATURE_NONE:
    break;
  }
  return "none";
}

const char *mote_data_label(const mote_sample_t *s, mote_arena_t *a) {
  if (!s->n_ranges) return s->label ? s->label : "-";
  size_t labels = 0;
  for (size_t i = 0; i < s->n_ranges; i++) {
    size_t k = 0;
    while (k < i && strcmp(s->ranges[k].label, s->ranges[i].label)) k++;
    labels += k == i;
  }
  const char *text =
      mote_arena_printf(a, "(%zu label%s)", labels, labels == 1 ? "" : "s");
  return text ? text : "";
}

static json_t *ranges_json(const mote_sample_t *s) {
  json_t *j = json_array();
  for (size_t i = 0; i < s->n_ranges; i++)
    (void)json_array_append_new(
        j, json_pack("{s:I, s:I, s:s}", "start", (json_int_t)s->ranges[i].start, "end",
                     (json_int_t)s->ranges[i].end, "label", s->ranges[i].label));
  return j;
}

static json_t *texts_json(const char *const *text, size_t n) {
  json_t *j = json_array();
  for (size_t i = 0; i < n; i++) (void)json_array_append_new(j, json_string(text[i]));
  return j;
}

static json_t *meta_json(const mote_sample_t *s) {
  json_t *j = json_object();
  for (size_t i = 0; i < s->n_meta; i++)
    (void)json_object_set_new(j, s->meta[i].key, json_string(s->meta[i].value));
  return j;
}

json_t *mote_data_json(const mote_sample_t *s) {
  static const char *const kinds[] = {"series", "tabular", "image"};
  json_t *j = json_pack(
      "{s:I, s:s, s:s?, s:s, s:b, s:s, s:f, s:I, s:o, s:o, s:s, s:i, s:s, s:I}", "id",
      (json_int_t)s->id, "name", s->name, "label", s->label, "split",
      mote_split_names[s->split], "enabled", s->enabled, "kind", kinds[s->kind], "hz",
      s->hz, "n", (json_int_t)s->n, "axes", texts_json(s->axis_names, s->axes), "units",
      texts_json(s->axis_units, s->axes), "sha256", s->sha, "item", (int)s->item,
      "source", s->source, "added", (json_int_t)s->added);
  if (!j) return NULL;
  if (s->n != s->n_whole)
    (void)json_object_set_new(
        j, "crop", json_pack("[II]", (json_int_t)s->crop_start, (json_int_t)s->crop_end));
  if (s->n_ranges) (void)json_object_set_new(j, "ranges", ranges_json(s));
  if (s->n_meta) (void)json_object_set_new(j, "meta", meta_json(s));
  if (s->n_notes) (void)json_object_set_new(j, "notes", texts_json(s->notes, s->n_notes));
  if (s->width)
    (void)json_object_set_new(j, "size",
                              json_pack("[ii]", (int)s->width, (int)s->height));
  (void)json_object_set_new(j, "signature",
                            json_string(mote_data_signature(s->signature)));
  return j;
}

static void shape_text(const mote_sample_t *s, char *out, size_t cap) {
  if (s->kind == MOTE_KIND_IMAGE)
    snprintf(out, cap, "%ux%u", s->width, s->height);
  else if (s->hz > 0)
    snprintf(out, cap, "%.2f s", (double)s->n / s->hz);
  else
    snprintf(out, cap, "%llu row%s", (unsigned long long)s->n, s->n == 1 ? "" : "s");
}

static void print_line(const mote_data_t *d, const mote_sample_t *s) {
  char shape[40], rate[24] = "";
  shape_text(s, shape, sizeof shape);
  if (s->hz > 0) snprintf(rate, sizeof rate, "%g Hz", s->hz);
  mote_say(d->args, "%6lld  %-10s  %-16s  %10s  %10s  %2u ax  %s%s%s\n", (long long)s->id,
           mote_split_names[s->split], mote_data_label(s, d->a), shape, rate, s->axes,
           s->name, s->n != s->n_whole ? "  (cropped)" : "",
           s->enabled ? "" : "  (disabled)");
}

static int list(const mote_data_t *d) {
  mote_filter_t f;
  mote_samples_t all;
  MOTE_TRY(mote_data_filter(d, d->first, 0, &f));
  MOTE_TRY(mote_dataset_list(d->ds, &f, d->a, &all));
  if (mote_json_wanted(d->args)) {
    json_t *rows = json_array();
    for (size_t i = 0; i < all.n; i++)
      (void)json_array_append_new(rows, mote_data_json(&all.item[i]));
    return mote_print_json(json_pack("{s:o}", "samples", rows));
  }
  for (size_t i = 0; i < all.n; i++) print_line(d, &all.item[i]);
  if (!all.n) mote_say(d->args, "no samples; `mote add PATH...` brings some in\n");
  return MOTE_OK;
}

const mote_data_part_t mote_data_list = {"list", "[ID...]", "The samples, one line each.",
                                         list};

/* ---- stats ---- */

static json_t *splits_json(const size_t *n, const double *seconds) {
  json_t *j = json_object();
  for (int i = 0; i < MOTE_SPLITS; i++)
    (void)json_object_set_new(
        j, mote_split_names[i],
        json_pack("{s:I, s:f}", "samples", (json_int_t)n[i], "seconds", seconds[i]));
  return j;
}

static int stats_json(const mote_stats_t *s, const char *version) {
  json_t *labels = json_object();
  for (size_t i = 0; i < s->n_labels; i++)
    (void)json_object_set_new(labels, s->label[i].label,
                              splits_json(s->label[i].n, s->label[i].seconds));
  return mote_print_json(json_pack("{s:s, s:I, s:o, s:o}", "version", version, "disabled",
                                   (json_int_t)s->disabled, "splits",
                                   splits_json(s->n, s->seconds), "labels", labels));
}

static void stats_line(const mote_args_t *args, const char *label, const size_t *n,
                       const double *seconds) {
  mote_say(args, "%-24s", label);
  for (int i = 0; i < MOTE_SPLITS; i++) mote_say(args, " %7zu %9.1f s", n[i], seconds[i]);
  mote_say(args, "\n");
}

static int stats(const mote_data_t *d) {
  mote_stats_t s;
  mote_sha_t version;
  MOTE_TRY(mote_dataset_stats(d->ds, d->a, &s));
  MOTE_TRY(mote_dataset_version(d->ds, &version));
  if (mote_json_wanted(d->args)) return stats_json(&s, version.hex);
  mote_say(d->args, "%-24s", "label");
  for (int i = 0; i < MOTE_SPLITS; i++) mote_say(d->args, " %19s", mote_split_names[i]);
  mote_say(d->args, "\n");
  for (size_t i = 0; i < s.n_labels; i++)
    stats_line(d->args, *s.label[i].label ? s.label[i].label : "-", s.label[i].n,
               s.label[i].seconds);
  stats_line(d->args, "all samples", s.n, s.seconds);
  if (s.disabled) mote_say(d->args, "%zu disabled samples are not counted\n", s.disabled);
  mote_say(d->args, "version %.16s\n", version.hex);
  for (size_t i = 0; i < s.n_labels; i++)
    if (s.label[i].n[MOTE_SPLIT_TRAINING] && !s.label[i].n[MOTE_SPLIT_TESTING] &&
        *s.label[i].label)
      mote_say(d->args, "\"%s\" has no testing samples; `mote data split` draws some\n",
               s.label[i].label);
  return MOTE_OK;
}

const mote_data_part_t mote_data_stats = {
    "stats", "", "Samples and seconds per label and split.", stats};
