/* SPDX-License-Identifier: Apache-2.0
 * Pen strokes as the magic wand example of TensorFlow Lite Micro records them:
 * {"strokes": [{"index": 0, "label": "3", "strokePoints": [{"x": 0.1, "y": -0.2},
 * ...]}]}. One recording per stroke, axes x and y. The file has no time; the wand's
 * firmware keeps every second sample of its 119 Hz gyroscope. */
#include <math.h>
#include <string.h>
#include "base/file.h"
#include "formats/acq.h"

#define WAND_HZ 59.5

typedef struct {
  mote_pull_t r;
  const mote_parse_options_t *opt;
  mote_arena_t *a;
  mote_buf_t values;  /* x, y of the present stroke */
  mote_buf_t strokes; /* mote_recording_t */
  size_t bytes;       /* of samples so far */
} parse_t;

static int read_point(parse_t *s) {
  mote_pull_t *r = &s->r;
  double xy[2] = {NAN, NAN};
  int rc;
  MOTE_TRY(mote_pull_object(r));
  while ((rc = mote_pull_key(r)) > 0)
    MOTE_TRY(!strcmp(r->key, "x")   ? mote_pull_number(r, &xy[0])
             : !strcmp(r->key, "y") ? mote_pull_number(r, &xy[1])
                                    : mote_pull_skip(r));
  MOTE_TRY(rc);
  float f[2] = {(float)xy[0], (float)xy[1]};
  if (!isfinite(f[0]) || !isfinite(f[1]))
    return mote_pull_fail(r, MOTE_ERR_NUMERIC, "a stroke point needs finite x and y");
  s->bytes += sizeof f;
  if (s->bytes > (s->opt->max_bytes ? s->opt->max_bytes : MOTE_RECORDING_LIMIT))
    return mote_pull_fail(r, MOTE_ERR_LIMIT, "too many stroke points");
  return mote_buf_add(&s->values, f, sizeof f);
}

static int read_points(parse_t *s) {
  int rc;
  if (s->values.n)
    return mote_pull_fail(&s->r, MOTE_ERR_FORMAT, "strokePoints given twice");
  MOTE_TRY(mote_pull_array(&s->r));
  while ((rc = mote_pull_item(&s->r)) > 0) MOTE_TRY(read_point(s));
  return rc;
}

static int finish_stroke(parse_t *s, const char *label) {
  static const char *const names[] = {"x", "y"}, *const units[] = {"", ""};
  size_t k = s->strokes.n / sizeof(mote_recording_t);
  mote_recording_t rec = {.label = label, .hz = s->opt->hz > 0 ? s->opt->hz : WAND_HZ};
  if (s->values.n == 0)
    return mote_pull_fail(&s->r, MOTE_ERR_FORMAT, "stroke %zu has no points", k);
  const char *stem = mote_path_stem(s->a, s->opt->path ? s->opt->path : "strokes");
  rec.name = stem ? mote_arena_printf(s->a, "%s.%zu", stem, k) : NULL;
  rec.axes = 2;
  rec.n = s->values.n / (2 * sizeof(float));
  rec.axis_names = mote_arena_take(s->a, 4, sizeof *names);
  rec.notes = mote_arena_take(s->a, 1, sizeof *rec.notes);
  rec.values = mote_buf_keep(&s->values, s->a);
  if (!rec.name || !rec.axis_names || !rec.notes || !rec.values) return MOTE_ERR_NOMEM;
  rec.axis_units = rec.axis_names + 2;
  memcpy(rec.axis_names, names, sizeof names);
  memcpy(rec.axis_units, units, sizeof units);
  if (!(s->opt->hz > 0))
    rec.notes[rec.n_notes++] = "no rate in the file: 59.5 Hz, the magic wand's, assumed";
  return mote_buf_add(&s->strokes, &rec, sizeof rec);
}

static int read_stroke(parse_t *s) {
  mote_pull_t *r = &s->r;
  char *label = NULL;
  int rc;
  MOTE_TRY(mote_pull_object(r));
  while ((rc = mote_pull_key(r)) > 0)
    MOTE_TRY(!strcmp(r->key, "strokePoints") ? read_points(s)
             : !strcmp(r->key, "label")      ? mote_pull_words(r, s->a, &label)
                                             : mote_pull_skip(r));
  MOTE_TRY(rc);
  return finish_stroke(s, label);
}

static int read_strokes(parse_t *s) {
  int rc;
  MOTE_TRY(mote_pull_array(&s->r));
  while ((rc = mote_pull_item(&s->r)) > 0) MOTE_TRY(read_stroke(s));
  return rc;
}

static int read_file(parse_t *s) {
  int rc;
  MOTE_TRY(mote_pull_object(&s->r));
  while ((rc = mote_pull_key(&s->r)) > 0)
    MOTE_TRY(!strcmp(s->r.key, "strokes") ? read_strokes(s) : mote_pull_skip(&s->r));
  MOTE_TRY(rc);
  MOTE_TRY(mote_json_end(&s->r));
  if (s->strokes.n) return MOTE_OK;
  return mote_fail(MOTE_ERR_FORMAT, "%s: no strokes in it", s->r.file);
}

static int sniff(const uint8_t *p, size_t n, const char *ext) {
  (void)ext;
  return n > 0 && (p[0] == '{' || p[0] <= ' ' || p[0] == 0xEF) &&
         mote_acq_mentions(p, n, "strokes", 0) &&
         mote_acq_mentions(p, n, "strokePoints", 0);
}

static int parse(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                 mote_arena_t *a, mote_recordings_t *out) {
  parse_t s = {.opt = opt, .a = a};
  memset(out, 0, sizeof *out);
  mote_json_open(&s.r, p, n, opt->path ? opt->path : "strokes");
  int rc = read_file(&s);
  if (rc >= 0) {
    out->n = s.strokes.n / sizeof(mote_recording_t);
    out->item = mote_buf_keep(&s.strokes, a);
    if (!out->item) rc = MOTE_ERR_NOMEM;
  }
  mote_buf_free(&s.values);
  mote_buf_free(&s.strokes);
  return rc;
}

const mote_format_t mote_format_strokes = {"strokes", "json", sniff, parse};
