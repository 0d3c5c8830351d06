/* SPDX-License-Identifier: Apache-2.0
 * From written times to a constant sampling rate.
 *
 * Times are believed as far as they can be: a clock that starts again (mm:ss) is
 * unwrapped, newest-first files are turned round, rows that share a time (delivered in
 * one burst, or stamped by a coarse clock) are spread over the interval since the time
 * before. If the rows then lie within a tenth of an interval of a straight line the file
 * is regular; else it is resampled to a round rate near the median. All of it is told in
 * notes. */
#include "formats/csv_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- units of bare numbers ---- */

static double unit_by_name(const mote_csv_column_t *col) {
  static const struct {
    const char *words;
    double seconds;
  } units[] = {
      {"s sec secs second seconds timestamp_s time_s time_sec t_s", 1},
      {"ms msec millis millisecond milliseconds timestamp_ms time_ms t_ms", 1e-3},
      {"us usec micros microsecond microseconds timestamp_us time_us t_us \xC2\xB5s",
       1e-6},
      {"ns nsec nanos nanosecond nanoseconds timestamp_ns time_ns", 1e-9},
      {"min minute minutes", 60},
      {"h hour hours", 3600}};
  mote_text_t name = {col->name, strlen(col->name)},
              unit = {col->unit, strlen(col->unit)};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (mote_text_in(unit, units[i].words) || mote_text_in(name, units[i].words))
      return units[i].seconds;
  return 0;
}

/* Seconds since 1970 lie in 1e9..1e10 from 2001 to 2286. */
static double unit_by_epoch(double first) {
  double v = fabs(first);
  for (int i = 0; i < 4; i++, v /= 1000)
    if (v >= 1e9 && v < 1e10) return i == 0 ? 1 : i == 1 ? 1e-3 : i == 2 ? 1e-6 : 1e-9;
  return 0;
}

/* The unit that comes nearest to the rate the user named. */
static double unit_by_rate(double step, double hz) {
  double best = 1;
  for (double u = 1; u > 1e-10; u /= 1000)
    if (fabs(log(step * u * hz)) < fabs(log(step * best * hz))) best = u;
  return best;
}

/* ---- statistics ---- */

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Median of the positive intervals; of 32768 spread over the file when there are more. */
static int median_step(const mote_csv_table_t *t, double *out) {
  size_t stride = t->rows / 32768 + 1, n = 0;
  double *d = mote_arena_take(t->scratch, t->rows / stride + 1, sizeof *d);
  if (!d) return MOTE_ERR_NOMEM;
  for (size_t i = 1; i < t->rows; i += stride)
    if (t->t[i] > t->t[i - 1]) d[n++] = t->t[i] - t->t[i - 1];
  if (!n) return *out = 0, MOTE_OK;
  qsort(d, n, sizeof *d, by_value);
  *out = n % 2 ? d[n / 2] : (d[n / 2 - 1] + d[n / 2]) / 2;
  return MOTE_OK;
}

/* ---- to seconds ---- */

static int scale_numbers(mote_csv_table_t *t) {
  double step, unit = unit_by_name(&t->column[t->time]);
  const char *name = mote_csv_column_name(t, t->time);
  MOTE_TRY(median_step(t, &step));
  if (!unit) unit = unit_by_epoch(t->origin.fraction);
  if (!unit && t->opt->hz > 0 && step > 0) unit = unit_by_rate(step, t->opt->hz);
  if (!unit) {
    unit = step >= 1 ? 1e-3 : 1;
    MOTE_TRY(mote_note(t->a, &t->notes, "%s has no unit: taken as %s", name,
                       unit == 1 ? "seconds" : "milliseconds"));
  }
  for (size_t i = 0; i < t->rows; i++) t->t[i] *= unit;
  t->resolution *= unit;
  t->origin.fraction *= unit;
  return MOTE_OK;
}

/* mm:ss.f and hh:mm:ss start again at the full hour or at midnight. */
static void unwrap(mote_csv_table_t *t) {
  double period = t->origin.kind == MOTE_TIME_CLOCK ? 86400 : 3600, turns = 0;
  for (size_t i = 1; i < t->rows; i++) {
    if (t->t[i] + turns < t->t[i - 1] - period / 2) turns += period;
    t->t[i] += turns;
  }
}

static void reverse(mote_csv_table_t *t) {
  double last = t->t[t->rows - 1];
  for (size_t i = 0, j = t->rows - 1; i < j; i++, j--) {
    double x = t->t[i];
    t->t[i] = t->t[j], t->t[j] = x;
    for (size_t s = 0; s < t->slots; s++) {
      float v = t->v[i * t->slots + s];
      t->v[i * t->slots + s] = t->v[j * t->slots + s];
      t->v[j * t->slots + s] = v;
    }
    if (t->label == MOTE_CSV_NONE) continue;
    uint32_t l = t->label_of[i];
    t->label_of[i] = t->label_of[j], t->label_of[j] = l;
  }
  for (size_t i = 0; i < t->rows; i++) t->t[i] -= last;
  t->origin.fraction += last;
}

static int newest_first(const mote_csv_table_t *t) {
  for (size_t i = 1; i < t->rows; i++)
    if (t->t[i] > t->t[i - 1]) return 0;
  return t->t[t->rows - 1] < t->t[0];
}

/* ---- strictly increasing ---- */

static int clamp_backwards(mote_csv_table_t *t) {
  size_t n = 0, where = 0;
  double most = 0, top = t->t[0];
  for (size_t i = 1; i < t->rows; i++) {
    if (t->t[i] >= top) {
      top = t->t[i];
      continue;
    }
    if (!n++) where = i;
    most = fmax(most, top - t->t[i]);
    t->t[i] = top;
  }
  if (n > t->rows / 20)
    return mote_fail(
        MOTE_ERR_FORMAT,
        "%s: %s goes back %zu times, first in row %zu (sort the rows, cut the file where "
        "a new recording begins, or take every row as a sample with --rows)",
        t->path, mote_csv_column_name(t, t->time), n, where + 1);
  if (!n) return MOTE_OK;
  return mote_note(
      t->a, &t->notes,
      "time goes back in %zu rows by up to %.6g s, first in row %zu: taken as "
      "the time before",
      n, most, where + 1);
}

static size_t run_end(const mote_csv_table_t *t, size_t i) {
  size_t end = i + 1;
  while (end < t->rows && t->t[end] == t->t[i]) end++;
  return end;
}

/* k rows with one time: spread over the interval since the time before them. */
static int spread_equal(mote_csv_table_t *t, size_t *out) {
  size_t repeats = 0, end = run_end(t, 0);
  if (end == t->rows)
    return mote_fail(
        MOTE_ERR_FORMAT,
        "%s: %s is the same in all rows (remove the column and give the rate)", t->path,
        mote_csv_column_name(t, t->time));
  double before =
      t->t[0] - (t->t[end] - t->t[0]) * (double)end / (double)(run_end(t, end) - end);
  for (size_t i = 0; i < t->rows; i = end) {
    end = run_end(t, i);
    double now = t->t[i], k = (double)(end - i);
    for (size_t j = i; j < end; j++)
      t->t[j] = before + (now - before) * (double)(j - i + 1) / k;
    t->t[end - 1] = now;
    repeats += end - i - 1;
    before = now;
  }
  *out = repeats;
  if (!repeats) return MOTE_OK;
  double zero = t->t[0];
  for (size_t i = 0; i < t->rows; i++) t->t[i] -= zero;
  return mote_note(
      t->a, &t->notes,
      "%zu of %zu rows repeat the time of the row before: spread evenly over "
      "the interval",
      repeats, t->rows);
}

/* ---- rate ---- */

/* Median rate to 1, 2, 2.5, 4, 5, 8 x 10^k when that is within 12 %, else three digits;
 * below 1 Hz the interval is rounded so that hours and minutes stay whole. */
static double round_rate(double hz) {
  static const double round_steps[] = {1,    2,    5,    10,    15,    20,
                                       30,   60,   120,  300,   600,   900,
                                       1800, 3600, 7200, 21600, 43200, 86400};
  if (hz < 0.9) {
    for (size_t i = 0; i < sizeof round_steps / sizeof *round_steps; i++)
      if (fabs(1 / hz / round_steps[i] - 1) < 0.12) return 1 / round_steps[i];
    return hz;
  }
  double decade = pow(10, floor(log10(hz)));
  static const double mantissas[] = {1, 2, 2.5, 4, 5, 8, 10};
  double best = 0;
  for (size_t i = 0; i < 7; i++)
    if (fabs(mantissas[i] * decade / hz - 1) < fabs(best / hz - 1))
      best = mantissas[i] * decade;
  if (fabs(best / hz - 1) <= 0.12) return best;
  return round(hz / decade * 100) / 100 * decade;
}

/* A regular rate is only rounded by clock errors (0.5 %): 9.96 Hz was meant as 10. */
static double near_rate(double hz) {
  double near = hz >= 10 ? round(hz) : hz >= 1 ? round(hz * 2) / 2 : 1 / round(1 / hz);
  return fabs(near / hz - 1) <= 0.005 ? near : hz;
}

typedef struct {
  double mean, least, most, residual;
  size_t gap_row;
} spacing_t;

static spacing_t measure(const mote_csv_table_t *t) {
  spacing_t s = {t->t[t->rows - 1] / (double)(t->rows - 1), INFINITY, 0, 0, 0};
  for (size_t i = 1; i < t->rows; i++) {
    double d = t->t[i] - t->t[i - 1];
    if (d > s.most) s.most = d, s.gap_row = i;
    s.least = fmin(s.least, d);
    s.residual = fmax(s.residual, fabs(t->t[i] - (double)i * s.mean));
  }
  return s;
}

/* The rate itself when the clock is exact; the rounded one, said so, when it wanders. */
static int regular(mote_csv_table_t *t, const spacing_t *s, double *hz) {
  double exact = 1 / s->mean;
  double whole = round(exact), slack = 1e-6 * s->mean;
  if (fabs(whole - exact) < 1e-6 * exact) exact = whole;
  *hz = exact;
  if (s->most - s->least <= slack || fabs(near_rate(exact) - exact) < 1e-9 * exact)
    return MOTE_OK;
  *hz = near_rate(exact);
  if (*hz == exact) return MOTE_OK;
  return mote_note(t->a, &t->notes,
                   "intervals of %.6g to %.6g s, %.6g Hz in the mean: taken as %.6g Hz",
                   s->least, s->most, exact, *hz);
}

/* The interval that was meant: the median when most intervals are like it (a clock with
 * lost rows), else the mean without the gaps (rows that arrive in bursts). */
static double typical_step(const mote_csv_table_t *t, double median, size_t repeats) {
  size_t alike = 0, n = 0;
  double sum = 0;
  for (size_t i = 1; i < t->rows; i++) {
    double d = t->t[i] - t->t[i - 1];
    alike += fabs(d - median) <= 0.05 * median;
    if (d <= 10 * median) sum += d, n++;
  }
  int bursts = repeats > t->rows / 10 || alike < t->rows / 2;
  return bursts && n ? sum / (double)n : median;
}

static int irregular(mote_csv_table_t *t, const spacing_t *s, size_t repeats,
                     double *hz) {
  double median, span = t->t[t->rows - 1];
  MOTE_TRY(median_step(t, &median));
  double natural = round_rate(1 / typical_step(t, median, repeats));
  *hz = t->opt->hz > 0 ? t->opt->hz : natural;
  if (!(span * natural <= 10.0 * (double)t->rows + 1000))
    return mote_fail(
        MOTE_ERR_FORMAT,
        "%s: %zu rows over %.6g s with a median interval of %.6g s: most of it "
        "is missing (the longest gap, %.6g s, is behind row %zu: cut there)",
        t->path, t->rows, span, median, s->most, s->gap_row);
  double unit = median < 1 ? 1e3 : 1;
  MOTE_TRY(
      mote_note(t->a, &t->notes,
                "irregular intervals (%.5g to %.5g %s, median %.5g %s): resampled to "
                "%.6g Hz by straight lines",
                s->least * unit, s->most * unit, unit == 1 ? "s" : "ms", median * unit,
                unit == 1 ? "s" : "ms", *hz));
  if (s->most <= 10 * median) return MOTE_OK;
  return mote_note(t->a, &t->notes,
                   "the longest gap, %.6g s behind row %zu, is a straight line", s->most,
                   s->gap_row);
}

static int rate_without_time(const mote_csv_table_t *t, double *hz) {
  *hz = t->opt->hz;
  if (*hz > 0 && isfinite(*hz)) return MOTE_OK;
  return mote_fail(
      MOTE_ERR_USAGE,
      "%s: no time column, so the sampling rate is unknown (give it with --hz, "
      "or take every row as a sample with --rows)",
      t->path);
}

int mote_csv_clock(mote_csv_table_t *t, double *hz, int *resample) {
  size_t repeats = 0;
  *resample = 0;
  if (t->time == MOTE_CSV_NONE) return rate_without_time(t, hz);
  if (t->origin.kind == MOTE_TIME_CLOCK || t->origin.kind == MOTE_TIME_MINUTES) unwrap(t);
  if (newest_first(t)) {
    reverse(t);
    MOTE_TRY(mote_note(t->a, &t->notes, "the newest row is first: order turned round"));
  }
  if (t->origin.kind == MOTE_TIME_NUMBER) MOTE_TRY(scale_numbers(t));
  MOTE_TRY(clamp_backwards(t));
  MOTE_TRY(spread_equal(t, &repeats));
  spacing_t s = measure(t);
  if (!(s.mean > 1e-9 && s.mean < 1e9) || !isfinite(s.residual))
    return mote_fail(MOTE_ERR_NUMERIC, "%s: %s spans no sensible time", t->path,
                     mote_csv_column_name(t, t->time));
  double slack = fmax(0.1 * s.mean, fmin(1.01 * t->resolution, 0.25 * s.mean));
  if (s.residual <= slack) return regular(t, &s, hz);
  *resample = 1;
  return irregular(t, &s, repeats, hz);
}
