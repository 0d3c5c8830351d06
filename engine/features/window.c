/* SPDX-License-Identifier: Apache-2.0
 * From a recording to windows: rate, axes, slicing, zero padding and labels. */
#include <string.h>

#include "features/features.h"
#include "features/resample.h"

static int axis_in(const mote_recording_t *r, const char *name) {
  for (uint32_t i = 0; i < r->axes; i++)
    if (r->axis_names && !strcmp(r->axis_names[i], name)) return (int)i;
  return -1;
}

/* A single unnamed or differently named axis is still the only one there is. */
static int find_axis(const mote_impulse_t *m, const mote_recording_t *r, uint32_t k) {
  int at = axis_in(r, m->input.axes[k]);
  if (at < 0 && m->input.n_axes == 1 && r->axes == 1) at = 0;
  if (at < 0)
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: has no axis \"%s\", which the impulse needs; name the axes in "
                     "impulse.json (input.axes) or leave the sample out",
                     r->name, m->input.axes[k]);
  return at;
}

int mote_features_signal(const mote_impulse_t *m, const mote_recording_t *r,
                         mote_arena_t *a, float **x, uint64_t *n) {
  uint32_t axes = m->input.n_axes;
  float *picked = mote_arena_take(a, (size_t)r->n * axes + 1, sizeof *picked);
  if (!picked) return MOTE_ERR_NOMEM;
  for (uint32_t k = 0; k < axes; k++) {
    int from = find_axis(m, r, k);
    if (from < 0) return from;
    for (uint64_t i = 0; i < r->n; i++)
      picked[i * axes + k] = r->values[i * r->axes + (uint32_t)from];
  }
  *x = picked;
  *n = r->n;
  if (r->hz <= 0 || r->hz == m->input.hz) return MOTE_OK;
  size_t n_out = 0;
  MOTE_TRY(mote_resample(picked, (size_t)r->n, axes, r->hz, m->input.hz, a, x, &n_out));
  *n = n_out;
  return MOTE_OK;
}

uint64_t mote_features_count(const mote_impulse_t *m, uint64_t n) {
  uint64_t w = m->input.window;
  return n >= w ? (n - w) / m->input.stride + 1 : 0;
}

int mote_features_window(const mote_impulse_t *m, const float *x, uint64_t i, float *out,
                         void *scratch, void *const *states) {
  uint32_t axes = m->input.n_axes;
  uint64_t start = i * m->input.stride;
  const float *in = x + start * axes, *prev = start ? in - axes : NULL;
  return mote_impulse_features(m, in, prev, out, scratch, states);
}

static uint64_t overlap(const mote_range_t *r, uint64_t lo, uint64_t hi) {
  uint64_t a = r->start > lo ? r->start : lo, b = r->end < hi ? r->end : hi;
  return b > a ? b - a : 0;
}

/* Samples in [lo, hi) that carry `label`. */
static uint64_t covered(const mote_range_t *r, size_t n, const char *label, uint64_t lo,
                        uint64_t hi) {
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++)
    if (!strcmp(r[i].label, label)) sum += overlap(&r[i], lo, hi);
  return sum;
}

static int wanted(const mote_impulse_t *m, const char *label) {
  for (size_t i = 0; i < m->input.n_labeling_labels; i++)
    if (!strcmp(m->input.labeling_labels[i], label)) return 1;
  return 0;
}

static const char *at_end(const mote_range_t *r, size_t n, uint64_t last) {
  for (size_t i = 0; i < n; i++)
    if (r[i].start <= last && last < r[i].end) return r[i].label;
  return NULL;
}

/* The most frequent label of the window; the first met wins a tie. A window that it
 * covers by less than labeling.percent is mixed and has no label. `only_wanted`: of the
 * labels the rule names. */
static const char *most_covered(const mote_impulse_t *m, const mote_range_t *r, size_t n,
                                uint64_t lo, int only_wanted) {
  const char *best = NULL;
  uint64_t most = 0, hi = lo + m->input.window;
  for (size_t i = 0; i < n; i++) {
    if (!overlap(&r[i], lo, hi) || (only_wanted && !wanted(m, r[i].label))) continue;
    uint64_t c = covered(r, n, r[i].label, lo, hi);
    if (c > most) most = c, best = r[i].label;
  }
  double percent = 100.0 * (double)most / (double)m->input.window;
  int any = m->input.labeling == MOTE_LABELING_ANYWHERE;
  return any || percent >= m->input.labeling_percent ? best : NULL;
}

const char *mote_features_label(const mote_impulse_t *m, const mote_range_t *ranges,
                                size_t n_ranges, uint64_t start) {
  uint64_t last = start + m->input.window - 1;
  switch (m->input.labeling) {
  case MOTE_LABELING_END: return at_end(ranges, n_ranges, last);
  case MOTE_LABELING_MAJORITY: return most_covered(m, ranges, n_ranges, start, 0);
  default: break;
  }
  const char *found = most_covered(m, ranges, n_ranges, start, 1);
  return found ? found : at_end(ranges, n_ranges, last);
}
