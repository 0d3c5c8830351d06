/* SPDX-License-Identifier: Apache-2.0
 * `mote data show`: everything about a sample, and a sketch of its waveform. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "data.h"

#define SKETCH_ROWS 3 /* lines of text per axis, 4 dots each */
#define SKETCH_AXES 6

typedef struct {
  float lo, hi;
} span_t;

/* Lowest and highest value of every column of dots. */
static void column_spans(const mote_recording_t *r, uint32_t axis, span_t *col,
                         size_t n) {
  for (size_t c = 0; c < n; c++) {
    uint64_t from = r->n * c / n, to = r->n * (c + 1) / n;
    if (to <= from) to = from + 1;
    col[c].lo = col[c].hi = r->values[from * r->axes + axis];
    for (uint64_t i = from; i < to; i++) {
      float v = r->values[i * r->axes + axis];
      col[c].lo = fminf(col[c].lo, v);
      col[c].hi = fmaxf(col[c].hi, v);
    }
  }
}

static span_t whole_span(const span_t *col, size_t n) {
  span_t s = col[0];
  for (size_t c = 1; c < n; c++) {
    s.lo = fminf(s.lo, col[c].lo);
    s.hi = fmaxf(s.hi, col[c].hi);
  }
  return s;
}

/* Dot row of a value: 0 at the top. */
static int dot(float v, span_t s, int rows) {
  if (!(s.hi > s.lo)) return rows / 2;
  return (int)lrintf((float)(rows - 1) * (s.hi - v) / (s.hi - s.lo));
}

/* Braille: bits of the left column are 0 1 2 6, of the right one 3 4 5 7, top to bottom.
 */
static void print_braille(const mote_args_t *args, const span_t *col, size_t width,
                          span_t s, int line) {
  static const uint8_t bits[2][4] = {{0, 1, 2, 6}, {3, 4, 5, 7}};
  for (size_t x = 0; x < width; x++) {
    unsigned cell = 0;
    for (int half = 0; half < 2; half++) {
      const span_t *c = &col[2 * x + (size_t)half];
      int top = dot(c->hi, s, 4 * SKETCH_ROWS), bottom = dot(c->lo, s, 4 * SKETCH_ROWS);
      for (int y = 0; y < 4; y++)
        if (4 * line + y >= top && 4 * line + y <= bottom) cell |= 1u << bits[half][y];
    }
    unsigned code = 0x2800 + cell; /* three bytes of UTF-8 */
    mote_say(args, "%c%c%c", 0xe0 | (int)(code >> 12), 0x80 | (int)(code >> 6 & 63),
             0x80 | (int)(code & 63));
  }
}

static void print_ascii(const mote_args_t *args, const span_t *col, size_t width,
                        span_t s, int line) {
  for (size_t x = 0; x < width; x++) {
    int top = dot(col[x].hi, s, SKETCH_ROWS), bottom = dot(col[x].lo, s, SKETCH_ROWS);
    mote_say(args, "%c", line < top || line > bottom ? ' ' : top == bottom ? '-' : '|');
  }
}

static int speaks_utf8(void) {
  const char *lang = getenv("LC_ALL");
  if (!lang || !*lang) lang = getenv("LC_CTYPE");
  if (!lang || !*lang) lang = getenv("LANG");
  return lang && (strcasestr(lang, "utf-8") || strcasestr(lang, "utf8"));
}

int mote_data_sketch(const mote_args_t *args, const mote_recording_t *r, size_t width) {
  int utf8 = speaks_utf8();
  size_t n = utf8 ? 2 * width : width;
  span_t *col = mote_alloc(n, sizeof *col);
  if (!col) return MOTE_ERR_NOMEM;
  for (uint32_t axis = 0; axis < r->axes && axis < SKETCH_AXES; axis++) {
    column_spans(r, axis, col, n);
    span_t s = whole_span(col, n);
    mote_say(args, "%s  %g to %g %s\n", r->axis_names[axis], (double)s.lo, (double)s.hi,
             r->axis_units[axis]);
    for (int line = 0; line < SKETCH_ROWS; line++) {
      mote_say(args, "  ");
      if (utf8)
        print_braille(args, col, width, s, line);
      else
        print_ascii(args, col, width, s, line);
      mote_say(args, "\n");
    }
  }
  if (r->axes > SKETCH_AXES) mote_say(args, "and %u more axes\n", r->axes - SKETCH_AXES);
  mote_free(col);
  return MOTE_OK;
}

static size_t terminal_width(void) {
  struct winsize w;
  int known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20;
  return known ? (w.ws_col > 160 ? 156 : (size_t)w.ws_col - 4) : 72;
}

static void print_lists(const mote_args_t *args, const mote_sample_t *s) {
  for (size_t i = 0; i < s->n_ranges && i < 20; i++)
    mote_say(args, "  %8llu to %8llu  %s\n", (unsigned long long)s->ranges[i].start,
             (unsigned long long)s->ranges[i].end, s->ranges[i].label);
  if (s->n_ranges > 20) mote_say(args, "  and %zu more ranges\n", s->n_ranges - 20);
  for (size_t i = 0; i < s->n_meta; i++)
    mote_say(args, "  %s = %s\n", s->meta[i].key, s->meta[i].value);
  for (size_t i = 0; i < s->n_notes; i++) mote_say(args, "  note: %s\n", s->notes[i]);
}

static void print_sample(const mote_data_t *d, const mote_sample_t *s) {
  const mote_args_t *args = d->args;
  mote_say(args, "sample %lld \"%s\"%s\n", (long long)s->id, s->name,
           s->enabled ? "" : "  (disabled)");
  mote_say(args, "  label %s, %s, signature %s\n", mote_data_label(s, d->a),
           mote_split_names[s->split], mote_data_signature(s->signature));
  if (s->kind == MOTE_KIND_IMAGE)
    mote_say(args, "  image %u x %u, %u channels\n", s->width, s->height, s->axes);
  else if (s->hz > 0)
    mote_say(args, "  %llu rows x %u axes at %g Hz, %.3f s\n", (unsigned long long)s->n,
             s->axes, s->hz, (double)s->n / s->hz);
  else
    mote_say(args, "  %llu rows x %u columns\n", (unsigned long long)s->n, s->axes);
  if (s->n != s->n_whole)
    mote_say(args, "  cropped to rows %llu to %llu of %llu\n",
             (unsigned long long)s->crop_start, (unsigned long long)s->crop_end,
             (unsigned long long)s->n_whole);
  mote_say(args, "  from %s, sha256 %s\n", s->source, s->sha);
  print_lists(args, s);
}

static int sketch(const mote_data_t *d, const mote_sample_t *s) {
  mote_recording_t r;
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  int rc = mote_dataset_read(d->ds, s, a, &r);
  if (rc == MOTE_OK) rc = mote_data_sketch(d->args, &r, terminal_width());
  mote_arena_free(a);
  return rc;
}

static int show(const mote_data_t *d) {
  mote_filter_t f;
  mote_samples_t all;
  MOTE_TRY(mote_data_filter(d, d->first, 1, &f));
  MOTE_TRY(mote_dataset_list(d->ds, &f, d->a, &all));
  if (!all.n)
    return mote_fail(MOTE_ERR_NOTFOUND, "no sample matches; see `mote data list`");
  if (mote_json_wanted(d->args)) {
    json_t *rows = json_array();
    for (size_t i = 0; i < all.n; i++)
      (void)json_array_append_new(rows, mote_data_json(&all.item[i]));
    return mote_print_json(json_pack("{s:o}", "samples", rows));
  }
  int draw = mote_flag(d->args, "sketch") || isatty(STDOUT_FILENO);
  for (size_t i = 0; i < all.n; i++) {
    print_sample(d, &all.item[i]);
    if (draw && all.item[i].kind == MOTE_KIND_SERIES) MOTE_TRY(sketch(d, &all.item[i]));
  }
  return MOTE_OK;
}

const mote_data_part_t mote_data_show = {"show", "ID...",
                                         "All that is known of a sample.", show};
