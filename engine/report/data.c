/* SPDX-License-Identifier: Apache-2.0
 * "data": how much there is of what, and what was done to it on the way in. */
#include <string.h>

#include "report/gather.h"

static json_t *per_split(const size_t *n, const double *seconds) {
  json_t *o = json_object();
  for (int s = 0; s < MOTE_SPLITS; s++)
    json_object_set_new(
        o, mote_split_names[s],
        json_pack("{s:I, s:f}", "samples", (json_int_t)n[s], "seconds", seconds[s]));
  return o;
}

static json_t *labels_of(const mote_stats_t *s) {
  json_t *list = json_array();
  for (size_t i = 0; i < s->n_labels; i++) {
    const mote_label_stats_t *l = &s->label[i];
    json_array_append_new(list, json_pack("{s:s, s:o}", "label", l->label, "splits",
                                          per_split(l->n, l->seconds)));
  }
  return list;
}

/* Counts `text` in a list of {"text", "samples"}. */
static void count_text(json_t *list, const char *text) {
  size_t i;
  json_t *row;
  json_array_foreach(list, i, row) {
    if (strcmp(json_string_value(json_object_get(row, "text")), text)) continue;
    json_t *n = json_object_get(row, "samples");
    json_integer_set(n, json_integer_value(n) + 1);
    return;
  }
  if (json_array_size(list) < 40)
    json_array_append_new(list, json_pack("{s:s, s:i}", "text", text, "samples", 1));
}

static const char *rate_text(const mote_sample_t *s, mote_arena_t *a) {
  if (s->kind == MOTE_KIND_IMAGE) return "images";
  if (!(s->hz > 0)) return "rows without a clock";
  return mote_arena_printf(a, "%.6g Hz", s->hz);
}

static const char *axes_text(const mote_sample_t *s, mote_arena_t *a) {
  mote_buf_t b = {0};
  int rc = MOTE_OK;
  for (uint32_t i = 0; i < s->axes && i < 12 && rc == MOTE_OK; i++)
    rc = mote_buf_printf(&b, "%s%s%s%s%s", i ? ", " : "", s->axis_names[i],
                         *s->axis_units[i] ? " (" : "", s->axis_units[i],
                         *s->axis_units[i] ? ")" : "");
  if (rc == MOTE_OK && s->axes > 12)
    rc = mote_buf_printf(&b, " and %u more", s->axes - 12);
  if (rc == MOTE_OK) return mote_buf_keep(&b, a);
  mote_buf_free(&b);
  return NULL;
}

static const char *signature_text(mote_signature_t s) {
  static const char *const text[] = {"unsigned", "signed, verified", "signature invalid",
                                     "signed, no key to check it with"};
  return text[s];
}

int mote_gather_data(mote_gather_t *g) {
  mote_stats_t s;
  MOTE_TRY(mote_dataset_stats(g->ds, g->arena, &s));
  json_t *rates = json_array(), *axes = json_array(), *notes = json_array(),
         *signs = json_array();
  int rc = MOTE_OK;
  for (size_t i = 0; i < g->samples.n && rc == MOTE_OK; i++) {
    const mote_sample_t *one = &g->samples.item[i];
    const char *rate = rate_text(one, g->arena), *names = axes_text(one, g->arena);
    if (!rate || !names) rc = MOTE_ERR_NOMEM;
    if (rc < 0) break;
    count_text(rates, rate);
    count_text(axes, names);
    count_text(signs, signature_text(one->signature));
    for (size_t k = 0; k < one->n_notes; k++) count_text(notes, one->notes[k]);
  }
  json_t *o =
      json_pack("{s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "total", per_split(s.n, s.seconds),
                "labels", labels_of(&s), "disabled", (json_int_t)s.disabled, "rates",
                rates, "axes", axes, "notes", notes, "signatures", signs);
  if (rc == MOTE_OK)
    rc = mote_gather_set(g->out, "data", o);
  else
    json_decref(o);
  if (rc == MOTE_OK && !g->samples.n)
    rc = mote_gather_next(
        g, "There are no samples yet: mote add PATH brings recordings in.");
  return rc;
}
