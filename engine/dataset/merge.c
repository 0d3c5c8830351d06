/* SPDX-License-Identifier: Apache-2.0
 * One folder per recording, one file per sensor: all axes on one clock. The fastest file
 * gives the rate, the others are interpolated linearly; the common stretch of time is
 * kept. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "dataset/decode.h"

#define SAME_RATE 0.001 /* relative: clocks of one device differ by less */
#define ROW_SLACK                                                                        \
  0.001 /* rows: times since 1970 are exact to a quarter of a microsecond */
#define LONG_SLACK 0.05 /* a file longer than the common stretch by more is told */

typedef struct {
  double start, end, hz; /* of the common stretch, seconds */
} stretch_t;

static double seconds(const mote_recording_t *r) { return (double)(r->n - 1) / r->hz; }

static int find_clock(const mote_recording_t *rec, const char *const *files, size_t n,
                      stretch_t *c) {
  *c = (stretch_t){.start = -INFINITY, .end = INFINITY};
  for (size_t i = 0; i < n; i++) {
    if (!(rec[i].hz > 0))
      return mote_fail(MOTE_ERR_FORMAT, "%s: has no sampling rate; give --hz", files[i]);
    c->hz = fmax(c->hz, rec[i].hz);
  }
  for (size_t i = 0; i < n; i++) {
    c->start = fmax(c->start, rec[i].start);
    c->end = fmin(c->end, rec[i].start + seconds(&rec[i]));
  }
  if (c->end >= c->start) return MOTE_OK;
  return mote_fail(
      MOTE_ERR_FORMAT,
      "%s: does not overlap in time with the other files of its folder; add them "
      "without --merge-folders",
      files[0]);
}

/* One file's axes into their columns of `out`. */
static void place(const mote_recording_t *r, const stretch_t *c, mote_recording_t *out,
                  uint32_t column) {
  double first = (c->start - r->start) * r->hz, step = r->hz / c->hz;
  if (fabs(step - 1) < SAME_RATE) { /* same rate: samples are taken, not computed */
    step = 1;
    first = floor(first + 0.5);
  }
  for (uint64_t i = 0; i < out->n; i++) {
    double at = fmin(fmax(first + (double)i * step, 0), (double)(r->n - 1));
    uint64_t k = (uint64_t)at, next = k + 1 < r->n ? k + 1 : k;
    float w = (float)(at - (double)k);
    const float *a = r->values + k * r->axes, *b = r->values + next * r->axes;
    float *to = out->values + i * out->axes + column;
    for (uint32_t x = 0; x < r->axes; x++)
      to[x] = w > 0 ? a[x] + (b[x] - a[x]) * w : a[x];
  }
}

static int name_taken(const mote_recording_t *rec, size_t n, size_t me,
                      const char *name) {
  for (size_t i = 0; i < n; i++)
    for (uint32_t x = 0; i != me && x < rec[i].axes; x++)
      if (!strcmp(rec[i].axis_names[x], name)) return 1;
  return 0;
}

/* "x" of accelerometer.csv is "accelerometer.x" when another file has an "x" as well. */
static int name_axes(const mote_recording_t *rec, const char *const *files, size_t n,
                     mote_arena_t *a, mote_recording_t *out) {
  out->axis_names = mote_arena_take(a, out->axes, sizeof *out->axis_names);
  out->axis_units = mote_arena_take(a, out->axes, sizeof *out->axis_units);
  if (!out->axis_names || !out->axis_units) return MOTE_ERR_NOMEM;
  uint32_t column = 0;
  for (size_t i = 0; i < n; i++)
    for (uint32_t x = 0; x < rec[i].axes; x++, column++) {
      const char *name = rec[i].axis_names[x], *stem = NULL;
      if (name_taken(rec, n, i, name) && (stem = mote_path_stem(a, files[i])))
        name = mote_arena_printf(a, "%s.%s", stem, name);
      if (!name) return MOTE_ERR_NOMEM;
      out->axis_names[column] = name;
      out->axis_units[column] = rec[i].axis_units[x];
    }
  return MOTE_OK;
}

static int add_note(mote_recording_t *out, const char *text) {
  if (!text) return MOTE_ERR_NOMEM;
  out->notes[out->n_notes++] = text;
  return MOTE_OK;
}

/* Notes of the files, then what merging did. */
static int write_notes(const mote_recording_t *rec, const char *const *files, size_t n,
                       const stretch_t *c, mote_arena_t *a, mote_recording_t *out) {
  size_t room = 2 * n;
  for (size_t i = 0; i < n; i++) room += rec[i].n_notes;
  out->notes = mote_arena_take(a, room, sizeof *out->notes);
  if (!out->notes) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    const char *file = mote_path_name(files[i]);
    for (size_t k = 0; k < rec[i].n_notes; k++)
      MOTE_TRY(add_note(out, mote_arena_printf(a, "%s: %s", file, rec[i].notes[k])));
    if (fabs(rec[i].hz / c->hz - 1) >= SAME_RATE)
      MOTE_TRY(add_note(out, mote_arena_printf(a, "%s: %g Hz brought to %g Hz", file,
                                               rec[i].hz, c->hz)));
    double left = seconds(&rec[i]) - (c->end - c->start);
    if (left > LONG_SLACK * (c->end - c->start))
      MOTE_TRY(add_note(out, mote_arena_printf(a,
                                               "%s: %.3g s outside the common stretch "
                                               "left out",
                                               file, left)));
  }
  return MOTE_OK;
}

/* Row of the merged recording at which row `i` of the file lies. */
static uint64_t moved(const mote_recording_t *r, const stretch_t *c, uint64_t i,
                      uint64_t n) {
  double at = r->start - c->start + (double)i / r->hz;
  double row = floor(at * c->hz + 0.5);
  return row <= 0 ? 0 : row >= (double)n ? n : (uint64_t)row;
}

/* Labels and ranges come from the first file that has some. */
static int take_labels(const mote_recording_t *rec, size_t n, const stretch_t *c,
                       mote_arena_t *a, mote_recording_t *out) {
  size_t i = 0;
  while (i < n && !rec[i].label && !rec[i].n_ranges) i++;
  out->label = i < n ? rec[i].label : NULL;
  out->ranges = NULL;
  out->n_ranges = 0;
  if (i == n || !rec[i].n_ranges) return MOTE_OK;
  mote_range_t *to = mote_arena_take(a, rec[i].n_ranges, sizeof *to);
  if (!to) return MOTE_ERR_NOMEM;
  for (size_t k = 0; k < rec[i].n_ranges; k++) {
    const mote_range_t *from = &rec[i].ranges[k];
    int last = k + 1 == rec[i].n_ranges;
    uint64_t start = out->n_ranges ? moved(&rec[i], c, from->start, out->n) : 0;
    uint64_t end = last ? out->n : moved(&rec[i], c, from->end, out->n);
    if (start < end) to[out->n_ranges++] = (mote_range_t){start, end, from->label};
  }
  out->ranges = to;
  return MOTE_OK;
}

int mote_merge(const mote_recording_t *rec, const char *const *files, size_t n,
               mote_arena_t *a, mote_recording_t *out) {
  stretch_t c;
  MOTE_TRY(find_clock(rec, files, n, &c));
  *out = rec[0];
  out->axes = 0;
  out->n_notes = 0;
  out->hz = c.hz;
  for (size_t i = 0; i < n; i++) out->axes += rec[i].axes;
  if (out->axes > MOTE_AXES_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%s: %u axes in its folder, the limit is %d",
                     files[0], out->axes, MOTE_AXES_MAX);
  out->n = (uint64_t)floor((c.end - c.start) * c.hz + ROW_SLACK) + 1;
  if (out->n > MOTE_RECORDING_LIMIT / 4 / out->axes)
    return mote_fail(MOTE_ERR_LIMIT, "%s: its folder holds more than %zu bytes of values",
                     files[0], MOTE_RECORDING_LIMIT);
  out->values = mote_arena_take(a, (size_t)out->n * out->axes, sizeof *out->values);
  if (!out->values) return MOTE_ERR_NOMEM;
  uint32_t column = 0;
  for (size_t i = 0; i < n; column += rec[i++].axes) place(&rec[i], &c, out, column);
  MOTE_TRY(name_axes(rec, files, n, a, out));
  MOTE_TRY(write_notes(rec, files, n, &c, a, out));
  out->start = c.start;
  return take_labels(rec, n, &c, a, out);
}
