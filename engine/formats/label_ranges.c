/* SPDX-License-Identifier: Apache-2.0
 * Label ranges of a multi-label series, from how they are written to how we keep them. */
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"
#include "formats/info_labels.h"

static int read_range(mote_pull_t *r, mote_arena_t *a, mote_buf_t *list) {
  mote_range_t range = {0, 0, NULL};
  int rc, parts = 0;
  char *label;
  MOTE_TRY(mote_pull_object(r));
  while ((rc = mote_pull_key(r)) > 0) {
    if (!strcmp(r->key, "startIndex")) {
      MOTE_TRY(mote_pull_count(r, &range.start));
      parts |= 1;
    } else if (!strcmp(r->key, "endIndex")) {
      MOTE_TRY(mote_pull_count(r, &range.end));
      parts |= 2;
    } else if (!strcmp(r->key, "label")) {
      MOTE_TRY(mote_pull_text(r, a, &label));
      range.label = label;
    } else
      MOTE_TRY(mote_pull_skip(r));
  }
  MOTE_TRY(rc);
  if (parts != 3 || !range.label)
    return mote_pull_fail(r, MOTE_ERR_FORMAT,
                          "a label range needs startIndex, endIndex and label");
  if (range.start > range.end)
    return mote_pull_fail(r, MOTE_ERR_FORMAT,
                          "label '%.60s': startIndex %llu > endIndex %llu", range.label,
                          (unsigned long long)range.start, (unsigned long long)range.end);
  range.end++;
  return mote_buf_add(list, &range, sizeof range);
}

static int read_ranges(mote_pull_t *r, mote_arena_t *a, mote_buf_t *list) {
  int rc;
  MOTE_TRY(mote_pull_array(r));
  while ((rc = mote_pull_item(r)) > 0) MOTE_TRY(read_range(r, a, list));
  return rc;
}

int mote_ranges_read(mote_pull_t *r, mote_arena_t *a, const mote_range_t **out,
                     size_t *n) {
  mote_buf_t list = {0};
  int rc = read_ranges(r, a, &list);
  *n = list.n / sizeof(mote_range_t);
  if (rc >= 0 && (*out = mote_buf_keep(&list, a)) == NULL) rc = MOTE_ERR_NOMEM;
  mote_buf_free(&list);
  return rc;
}

/* The cut points of all ranges divide the recording into pieces; each piece has the label
 * of the last range over it. Painting from the last range backwards, `next` leads over
 * pieces that are already painted, so the work is n log n however the ranges overlap. */
typedef struct {
  uint64_t *cut; /* [pieces + 1], rising */
  size_t *next;  /* [pieces + 1]: the first unpainted piece from here on, roughly */
  const char **label;
  size_t pieces;
} paint_t;

static int by_value(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

static int paint_init(paint_t *t, const mote_range_t *in, size_t n_in, uint64_t count,
                      mote_arena_t *a) {
  size_t n = 2 * n_in + 2;
  t->cut = mote_arena_take(a, n, sizeof *t->cut);
  t->next = mote_arena_take(a, n, sizeof *t->next);
  t->label = mote_arena_take(a, n, sizeof *t->label);
  if (!t->cut || !t->next || !t->label) return MOTE_ERR_NOMEM;
  t->cut[0] = 0;
  t->cut[1] = count;
  for (size_t i = 0; i < n_in; i++) {
    t->cut[2 * i + 2] = in[i].start;
    t->cut[2 * i + 3] = in[i].end;
  }
  qsort(t->cut, n, sizeof *t->cut, by_value);
  t->pieces = 0;
  for (size_t i = 1; i < n; i++)
    if (t->cut[i] != t->cut[t->pieces]) t->cut[++t->pieces] = t->cut[i];
  for (size_t i = 0; i <= t->pieces; i++) t->next[i] = i;
  return MOTE_OK;
}

static size_t unpainted(paint_t *t, size_t i) {
  while (t->next[i] != i) i = t->next[i] = t->next[t->next[i]];
  return i;
}

static size_t piece_at(const paint_t *t, uint64_t cut) {
  const uint64_t *p = bsearch(&cut, t->cut, t->pieces + 1, sizeof cut, by_value);
  return (size_t)(p - t->cut);
}

static void paint(paint_t *t, const mote_range_t *in, size_t n_in) {
  for (size_t i = n_in; i-- > 0;) {
    size_t end = piece_at(t, in[i].end);
    for (size_t k = unpainted(t, piece_at(t, in[i].start)); k < end;
         k = unpainted(t, k)) {
      t->label[k] = in[i].label;
      t->next[k] = k + 1;
    }
  }
}

int mote_ranges_cover(const mote_range_t *in, size_t n_in, uint64_t count,
                      const char *file, mote_arena_t *a, const mote_range_t **out,
                      size_t *n) {
  *n = 0;
  *out = NULL;
  if (n_in == 0) return MOTE_OK;
  for (size_t i = 0; i < n_in; i++)
    if (in[i].end > count)
      return mote_fail(MOTE_ERR_FORMAT,
                       "%s: label range %zu ('%.60s') ends at sample %llu, the recording "
                       "has %llu",
                       file, i + 1, in[i].label, (unsigned long long)in[i].end - 1,
                       (unsigned long long)count);
  paint_t t;
  MOTE_TRY(paint_init(&t, in, n_in, count, a));
  paint(&t, in, n_in);
  mote_range_t *list = mote_arena_take(a, t.pieces, sizeof *list);
  if (!list) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < t.pieces; i++) {
    const char *label = t.label[i] ? t.label[i] : "";
    if (*n && !strcmp(list[*n - 1].label, label))
      list[*n - 1].end = t.cut[i + 1];
    else
      list[(*n)++] = (mote_range_t){t.cut[i], t.cut[i + 1], label};
  }
  *out = list;
  return MOTE_OK;
}

const char *mote_split_by_content(const void *p, size_t n) {
  uint8_t md5[16];
  mote_md5(p, n, md5);
  for (int i = 0; i < 32; i++) {
    int digit = i & 1 ? md5[i / 2] & 15 : md5[i / 2] >> 4;
    if (digit != 15) return digit < 12 ? "training" : "testing";
  }
  return "training";
}
