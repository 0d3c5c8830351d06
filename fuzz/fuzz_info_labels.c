/* SPDX-License-Identifier: Apache-2.0
 * Label files: any bytes give labels or an error; ranges that are accepted cover exactly
 * the samples, in order, without equal neighbours. */
#include <stdlib.h>
#include <string.h>
#include "formats/info_labels.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check_cover(const mote_label_t *label, uint64_t count, mote_arena_t *a) {
  const mote_range_t *r;
  size_t n;
  if (mote_ranges_cover(label->ranges, label->n_ranges, count, "x", a, &r, &n) < 0)
    return;
  uint64_t at = 0;
  for (size_t i = 0; i < n; i++) {
    if (r[i].start != at || r[i].end <= at) abort();
    if (i && !strcmp(r[i].label, r[i - 1].label)) abort();
    at = r[i].end;
  }
  if (n && at != count) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  mote_arena_t *a = mote_arena_new();
  mote_labels_t labels;
  if (mote_labels_parse(p, n, "in.labels", a, &labels) >= 0)
    for (size_t i = 0; i < labels.n; i++) {
      check_cover(&labels.item[i], 10, a);
      check_cover(&labels.item[i], UINT64_C(1) << 60, a);
    }
  mote_arena_free(a);
  return 0;
}
