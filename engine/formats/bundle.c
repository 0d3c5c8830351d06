/* SPDX-License-Identifier: Apache-2.0
 * Two passes: the first reads the label files only and sorts what they say by path, the
 * second goes through all other files and looks each one up. */
#include "formats/bundle.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "base/file.h"
#include "formats/info_labels.h"

/* A bundle has one or a handful; each costs memory and a comparison per file. */
#define LABEL_FILES_MAX 1000
#define LABEL_BYTES_MAX ((size_t)32 << 20)

typedef struct {
  const char *path; /* inside the bundle */
  size_t order;     /* as it was read: sorting keeps it */
  const mote_label_t *label;
} entry_t;

typedef struct {
  const char *root; /* the archive or folder */
  const mote_archive_limits_t *limits;
  size_t max_bytes;
  mote_bundle_fn fn;
  void *ctx;
  mote_arena_t *a;
  mote_buf_t index;  /* entry_t, sorted by path */
  mote_buf_t listed; /* const char *: folders with an info.labels, "" or "x/y/" */
  uint8_t *seen;     /* per entry of the index */
  size_t label_files, label_bytes;
  mote_buf_t bytes;
  int refused;
} bundle_t;

static const entry_t *entries(const bundle_t *b) { return (const entry_t *)b->index.p; }
static size_t n_entries(const bundle_t *b) { return b->index.n / sizeof(entry_t); }

/* ---- first pass: label files ---- */

static int add_label(bundle_t *b, const char *dir, const mote_label_t *label) {
  const char *path = label->path;
  while (path[0] == '.' && path[1] == '/') path += 2;
  entry_t e = {mote_arena_printf(b->a, "%s%s", dir, path), n_entries(b), label};
  if (!e.path) return MOTE_ERR_NOMEM;
  return mote_buf_add(&b->index, &e, sizeof e);
}

static int add_labels(bundle_t *b, const char *path, const uint8_t *p, size_t n) {
  mote_labels_t labels;
  b->label_bytes += n;
  if (++b->label_files > LABEL_FILES_MAX || b->label_bytes > LABEL_BYTES_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%s: too many or too large label files", b->root);
  char *dir = mote_arena_str(b->a, path);
  char *file = mote_arena_printf(b->a, "%s: %s", b->root, path);
  if (!dir || !file) return MOTE_ERR_NOMEM;
  dir[mote_path_name(dir) - dir] = 0;
  MOTE_TRY(mote_labels_parse(p, n, file, b->a, &labels));
  if (labels.complete) MOTE_TRY(mote_buf_add(&b->listed, &dir, sizeof dir));
  for (size_t i = 0; i < labels.n; i++) MOTE_TRY(add_label(b, dir, &labels.item[i]));
  return MOTE_OK;
}

static int want_labels(void *ctx, const char *name) {
  (void)ctx;
  return mote_labels_name(name);
}

static int labels_from_archive(void *ctx, const mote_archive_entry_t *e) {
  if (e->status < 0 || !mote_labels_name(e->name)) return MOTE_OK; /* second pass tells */
  return add_labels(ctx, e->name, e->bytes, e->n);
}

static const char *inside(const bundle_t *b, const char *path) {
  path += strlen(b->root);
  return path + strspn(path, "/");
}

static int labels_from_folder(void *ctx, const char *path) {
  bundle_t *b = ctx;
  if (!mote_labels_name(path)) return MOTE_OK;
  MOTE_TRY(mote_file_read(path, b->max_bytes, &b->bytes));
  return add_labels(b, inside(b, path), b->bytes.p, b->bytes.n);
}

static int by_path(const void *a, const void *b) {
  const entry_t *x = a, *y = b;
  int d = strcmp(x->path, y->path);
  return d ? d : x->order < y->order ? -1 : 1;
}

static int sort_labels(bundle_t *b) {
  if (n_entries(b)) qsort(b->index.p, n_entries(b), sizeof(entry_t), by_path);
  b->seen = mote_arena_take(b->a, n_entries(b) + 1, 1);
  return b->seen ? MOTE_OK : MOTE_ERR_NOMEM;
}

/* ---- second pass: items ---- */

/* The first entry whose path is not below `path`. */
static size_t lower_bound(const bundle_t *b, const char *path) {
  size_t lo = 0, hi = n_entries(b);
  while (lo < hi) {
    size_t mid = lo + (hi - lo) / 2;
    if (strcmp(entries(b)[mid].path, path) < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

static int must_be_listed(const bundle_t *b, const char *path) {
  const char *const *dir = (const char *const *)(void *)b->listed.p;
  for (size_t i = 0; i < b->listed.n / sizeof *dir; i++)
    if (!strncmp(path, dir[i], strlen(dir[i]))) return 1;
  return 0;
}

/* "training" for "x/train/y.wav"; only whole folder names count. */
static const char *split_of_path(const char *path) {
  static const struct {
    const char *folder, *split;
  } rows[] = {
      {"training", "training"},     {"train", "training"},   {"testing", "testing"},
      {"test", "testing"},          {"valid", "validation"}, {"val", "validation"},
      {"validation", "validation"},
  };
  for (const char *end; (end = strchr(path, '/')) != NULL; path = end + 1)
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
      if (strlen(rows[i].folder) == (size_t)(end - path) &&
          !strncasecmp(path, rows[i].folder, (size_t)(end - path)))
        return rows[i].split;
  return NULL;
}

/* What several label files say of one path: the first word counts, meta data add up. */
static int merge(bundle_t *b, size_t from, size_t to, mote_bundle_item_t *item) {
  size_t n = 0;
  for (size_t i = from; i < to; i++) n += entries(b)[i].label->n_meta;
  mote_pair_t *meta = mote_alloc(n, sizeof *meta);
  if (!meta) return MOTE_ERR_NOMEM;
  item->meta = meta;
  for (size_t i = from; i < to; i++) {
    const mote_label_t *label = entries(b)[i].label;
    if (!item->name) item->name = label->name;
    if (!item->split) item->split = label->split;
    if (!item->label) item->label = label->label;
    if (!item->n_ranges) {
      item->ranges = label->ranges;
      item->n_ranges = label->n_ranges;
    }
    if (label->n_meta)
      memcpy(meta + item->n_meta, label->meta, label->n_meta * sizeof *meta);
    item->n_meta += label->n_meta;
  }
  return MOTE_OK;
}

static int give(bundle_t *b, const mote_bundle_item_t *item) {
  if (item->status < 0 && b->refused < INT_MAX) b->refused++;
  int rc = b->fn(b->ctx, item);
  return rc < 0 ? rc : MOTE_OK;
}

/* bytes NULL: the file was refused with `status`. */
static int take(bundle_t *b, const char *path, const uint8_t *p, size_t n, int status) {
  size_t from = lower_bound(b, path), to = from;
  for (; to < n_entries(b) && !strcmp(entries(b)[to].path, path); to++) b->seen[to] = 1;
  int listed = must_be_listed(b, path);
  if (status >= 0 && (mote_labels_name(path) || (listed && from == to))) return MOTE_OK;
  mote_bundle_item_t item = {.path = path, .bytes = p, .n = n, .status = status};
  MOTE_TRY(merge(b, from, to, &item));
  item.labelled = listed || item.label || item.n_ranges;
  if (!item.split) item.split = split_of_path(path);
  if (item.split && !strcmp(item.split, "split"))
    item.split = p ? mote_split_by_content(p, n) : NULL;
  int rc = give(b, &item);
  mote_free((void *)item.meta);
  return rc;
}

static int item_from_archive(void *ctx, const mote_archive_entry_t *e) {
  return take(ctx, e->name, e->bytes, e->n, e->status);
}

/* Inside an info.labels folder only the listed files are read at all. */
static int item_from_folder(void *ctx, const char *path) {
  bundle_t *b = ctx;
  const char *name = inside(b, path);
  size_t at = lower_bound(b, name);
  int known = at < n_entries(b) && !strcmp(entries(b)[at].path, name);
  if (mote_labels_name(name) || (!known && must_be_listed(b, name))) return MOTE_OK;
  int rc = mote_file_read(path, b->max_bytes, &b->bytes);
  if (rc == MOTE_ERR_NOMEM) return rc;
  return take(b, name, rc < 0 ? NULL : b->bytes.p, rc < 0 ? 0 : b->bytes.n, rc);
}

static int give_missing(bundle_t *b) {
  for (size_t i = 0; i < n_entries(b); i++) {
    const entry_t *e = &entries(b)[i];
    if (b->seen[i] || (i > 0 && !strcmp(e->path, e[-1].path))) continue;
    mote_bundle_item_t item = {.path = e->path, .name = e->label->name, .labelled = 1};
    item.status = mote_fail(MOTE_ERR_NOTFOUND, "%s: '%.200s' is listed but not there",
                            b->root, e->path);
    MOTE_TRY(give(b, &item));
  }
  return b->refused;
}

static int read_all(bundle_t *b) {
  if (mote_dir_exists(b->root)) {
    MOTE_TRY(mote_walk(b->root, labels_from_folder, b));
    MOTE_TRY(sort_labels(b));
    MOTE_TRY(mote_walk(b->root, item_from_folder, b));
  } else {
    MOTE_TRY(mote_archive_some(b->root, b->limits, want_labels, labels_from_archive, b));
    MOTE_TRY(sort_labels(b));
    MOTE_TRY(mote_archive_each(b->root, b->limits, item_from_archive, b));
  }
  return give_missing(b);
}

int mote_bundle_read(const char *path, const mote_archive_limits_t *limits,
                     mote_bundle_fn fn, void *ctx) {
  bundle_t b = {.root = path, .limits = limits, .fn = fn, .ctx = ctx};
  b.max_bytes = limits && limits->max_entry_bytes ? limits->max_entry_bytes
                                                  : MOTE_ARCHIVE_ENTRY_BYTES;
  b.a = mote_arena_new();
  int rc = b.a ? read_all(&b) : MOTE_ERR_NOMEM;
  mote_buf_free(&b.index);
  mote_buf_free(&b.listed);
  mote_buf_free(&b.bytes);
  mote_arena_free(b.a);
  return rc;
}

#define FOUND (-1000) /* ends the walk; no status of ours */

static int find_labels(void *ctx, const char *path) {
  (void)ctx;
  return mote_labels_name(path) ? FOUND : MOTE_OK;
}

int mote_bundle_is(const char *path) {
  if (mote_dir_exists(path)) return mote_walk(path, find_labels, NULL) == FOUND;
  uint8_t head[512];
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return 0;
  ssize_t n = read(fd, head, sizeof head);
  close(fd);
  return n > 0 && mote_archive_sniff(head, (size_t)n);
}

/* ---- over parsed recordings ---- */

static int add_meta(const mote_bundle_item_t *item, mote_arena_t *a,
                    mote_recording_t *rec) {
  if (item->n_meta == 0) return MOTE_OK;
  mote_pair_t *meta = mote_arena_take(a, rec->n_meta + item->n_meta, sizeof *meta);
  if (!meta) return MOTE_ERR_NOMEM;
  if (rec->n_meta) memcpy(meta, rec->meta, rec->n_meta * sizeof *meta);
  for (size_t i = 0; i < item->n_meta; i++) {
    mote_pair_t *pair = &meta[rec->n_meta + i];
    pair->key = mote_arena_str(a, item->meta[i].key);
    pair->value = mote_arena_str(a, item->meta[i].value);
    if (!pair->key || !pair->value) return MOTE_ERR_NOMEM;
  }
  rec->meta = meta;
  rec->n_meta += item->n_meta;
  return MOTE_OK;
}

static int put(mote_arena_t *a, const char *s, const char **out) {
  if (s && !(*out = mote_arena_str(a, s))) return MOTE_ERR_NOMEM;
  return MOTE_OK;
}

static int apply_ranges(const mote_bundle_item_t *item, mote_arena_t *a,
                        mote_recording_t *rec) {
  mote_range_t *own = mote_arena_take(a, item->n_ranges, sizeof *own);
  if (!own) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < item->n_ranges; i++) {
    own[i] = item->ranges[i];
    MOTE_TRY(put(a, item->ranges[i].label, &own[i].label));
  }
  rec->label = NULL;
  return mote_ranges_cover(own, item->n_ranges, rec->n, item->path, a, &rec->ranges,
                           &rec->n_ranges);
}

int mote_bundle_apply(const mote_bundle_item_t *item, mote_arena_t *a,
                      mote_recordings_t *recs) {
  if (item->n_ranges && recs->n > 1)
    return mote_fail(MOTE_ERR_FORMAT, "%s: label ranges for a file of %zu recordings",
                     item->path, recs->n);
  for (size_t i = 0; i < recs->n; i++) {
    mote_recording_t *rec = &recs->item[i];
    MOTE_TRY(put(a, item->split, &rec->split));
    MOTE_TRY(put(a, item->label, &rec->label));
    MOTE_TRY(put(a, item->name, &rec->name));
    if (item->name && recs->n > 1) {
      rec->name = mote_arena_printf(a, "%s.%zu", item->name, i);
      if (!rec->name) return MOTE_ERR_NOMEM;
    }
    MOTE_TRY(add_meta(item, a, rec));
    if (item->n_ranges) MOTE_TRY(apply_ranges(item, a, rec));
  }
  return MOTE_OK;
}
