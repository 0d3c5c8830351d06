/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/info_labels.h"

#include <string.h>

#define ITEMS_MAX ((size_t)1 << 20) /* each takes several times its bytes in the file */

typedef struct {
  mote_pull_t r;
  mote_arena_t *a;
  mote_buf_t items; /* mote_label_t */
  mote_buf_t meta;  /* mote_pair_t of the present item */
  int complete, lines;
  int other; /* one item per line: this line's "__key" is not "files" */
} parse_t;

static int add_pair(parse_t *s, const char *key, const char *value) {
  mote_pair_t pair = {mote_arena_str(s->a, key), value};
  if (!pair.key) return MOTE_ERR_NOMEM;
  return mote_buf_add(&s->meta, &pair, sizeof pair);
}

/* {"key": "value", ...}; values that are not text are kept as they are written. */
static int read_map(parse_t *s) {
  int rc;
  char *value;
  MOTE_TRY(mote_pull_object(&s->r));
  while ((rc = mote_pull_key(&s->r)) > 0) {
    char key[MOTE_PULL_KEY_MAX];
    memcpy(key, s->r.key, sizeof key);
    MOTE_TRY(mote_pull_words(&s->r, s->a, &value));
    if (value) MOTE_TRY(add_pair(s, key, value));
  }
  return rc;
}

/* ["a", "b"]: the keys are "0", "1". */
static int read_list(parse_t *s) {
  int rc;
  char *value;
  MOTE_TRY(mote_pull_array(&s->r));
  for (unsigned i = 0; (rc = mote_pull_item(&s->r)) > 0; i++) {
    const char *key = mote_arena_printf(s->a, "%u", i);
    if (!key) return MOTE_ERR_NOMEM;
    MOTE_TRY(mote_pull_words(&s->r, s->a, &value));
    if (value) MOTE_TRY(add_pair(s, key, value));
  }
  return rc;
}

static int read_map_or_list(parse_t *s) {
  int kind = mote_pull_kind(&s->r);
  if (kind < 0) return kind;
  return kind == MOTE_PULL_ARRAY ? read_list(s) : read_map(s);
}

static int read_boxes(parse_t *s) {
  char *text;
  MOTE_TRY(mote_json_raw(&s->r, s->a, &text));
  if (!strcmp(text, "[]") || !strcmp(text, "null")) return MOTE_OK;
  return add_pair(s, "bounding_boxes", text);
}

/* {"type": "label", "label": L} or {"type": "multi-label", "labels": [ranges]} or
 * {"type": "keyvalue-labels", "labels": {...}} or {"type": "unlabeled"}. */
static int read_label(parse_t *s, mote_label_t *item) {
  int rc;
  char *text;
  MOTE_TRY(mote_pull_object(&s->r));
  while ((rc = mote_pull_key(&s->r)) > 0) {
    if (!strcmp(s->r.key, "label")) {
      MOTE_TRY(mote_pull_words(&s->r, s->a, &text));
      item->label = text;
    } else if (!strcmp(s->r.key, "labels")) {
      int kind = mote_pull_kind(&s->r);
      if (kind < 0) return kind;
      MOTE_TRY(kind == MOTE_PULL_ARRAY
                   ? mote_ranges_read(&s->r, s->a, &item->ranges, &item->n_ranges)
                   : read_map(s));
    } else
      MOTE_TRY(mote_pull_skip(&s->r));
  }
  return rc;
}

static int read_category(parse_t *s, mote_label_t *item) {
  static const char *const known[] = {"training", "testing", "validation", "split"};
  char *text;
  MOTE_TRY(mote_pull_text(&s->r, s->a, &text));
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(text, known[i])) item->split = known[i];
  return item->split ? MOTE_OK : add_pair(s, "category", text);
}

/* Ends an item: its metadata leave the buffer they were collected in. */
static int finish_item(parse_t *s, mote_label_t *item) {
  if (s->items.n >= ITEMS_MAX * sizeof *item)
    return mote_pull_fail(&s->r, MOTE_ERR_LIMIT, "more than %zu files", ITEMS_MAX);
  item->n_meta = s->meta.n / sizeof(mote_pair_t);
  item->meta = mote_buf_keep(&s->meta, s->a);
  if (!item->meta) return MOTE_ERR_NOMEM;
  return mote_buf_add(&s->items, item, sizeof *item);
}

static int read_file_member(parse_t *s, mote_label_t *item) {
  const char *key = s->r.key;
  int named = !strcmp(key, "name");
  if (named || !strcmp(key, "path")) {
    char *text;
    MOTE_TRY(mote_pull_text(&s->r, s->a, &text));
    *(named ? &item->name : &item->path) = text;
    return MOTE_OK;
  }
  if (!strcmp(key, "category")) return read_category(s, item);
  if (!strcmp(key, "label")) return read_label(s, item);
  if (!strcmp(key, "metadata")) return read_map(s);
  if (!strcmp(key, "boundingBoxes")) return read_boxes(s);
  return mote_pull_skip(&s->r);
}

static int read_file(parse_t *s) {
  mote_label_t item = {0};
  int rc;
  MOTE_TRY(mote_pull_object(&s->r));
  while ((rc = mote_pull_key(&s->r)) > 0) MOTE_TRY(read_file_member(s, &item));
  MOTE_TRY(rc);
  if (!item.path || !item.path[0])
    return mote_pull_fail(&s->r, MOTE_ERR_FORMAT, "file %zu has no path",
                          s->items.n / sizeof item + 1);
  return finish_item(s, &item);
}

static int read_files(parse_t *s) {
  int rc;
  s->complete = 1;
  MOTE_TRY(mote_pull_array(&s->r));
  while ((rc = mote_pull_item(&s->r)) > 0) MOTE_TRY(read_file(s));
  return rc;
}

enum { BOXES = 1, RANGES, MAPS };

/* {"<file>": boxes, ranges or map, ...} */
static int read_by_file(parse_t *s, int what) {
  int rc;
  MOTE_TRY(mote_pull_object(&s->r));
  while ((rc = mote_pull_key(&s->r)) > 0) {
    mote_label_t item = {.path = mote_arena_str(s->a, s->r.key)};
    if (!item.path) return MOTE_ERR_NOMEM;
    MOTE_TRY(what == BOXES ? read_boxes(s)
             : what == RANGES
                 ? mote_ranges_read(&s->r, s->a, &item.ranges, &item.n_ranges)
                 : read_map_or_list(s));
    MOTE_TRY(finish_item(s, &item));
  }
  return rc;
}

static int read_version(parse_t *s) {
  uint64_t version;
  MOTE_TRY(mote_pull_count(&s->r, &version));
  if (version == 1) return MOTE_OK;
  return mote_pull_fail(&s->r, MOTE_ERR_UNSUPPORTED, "version %llu, only 1 is known",
                        (unsigned long long)version);
}

static int read_line_key(parse_t *s) {
  char *text;
  MOTE_TRY(mote_pull_text(&s->r, s->a, &text));
  s->other = strcmp(text, "files") != 0;
  return MOTE_OK;
}

static int read_root_member(parse_t *s) {
  const char *key = s->r.key;
  if (!strcmp(key, "version")) return read_version(s);
  if (!strcmp(key, "files")) return read_files(s);
  if (!strcmp(key, "boundingBoxes")) return read_by_file(s, BOXES);
  if (!strcmp(key, "structuredLabels")) return read_by_file(s, RANGES);
  if (!strcmp(key, "labels")) return read_by_file(s, MAPS);
  if (!strcmp(key, "__ndjson")) s->lines = s->complete = 1;
  if (!strcmp(key, "__key")) return read_line_key(s);
  if (!strcmp(key, "__item") && !s->other) return read_file(s);
  return mote_pull_skip(&s->r);
}

static int read_root(parse_t *s) {
  do {
    int rc;
    s->other = 0;
    MOTE_TRY(mote_pull_object(&s->r));
    while ((rc = mote_pull_key(&s->r)) > 0) MOTE_TRY(read_root_member(s));
    MOTE_TRY(rc);
  } while (s->lines && mote_json_more(&s->r));
  return mote_json_end(&s->r);
}

int mote_labels_name(const char *path) {
  size_t n = strlen(path);
  return n >= 7 && !strcmp(path + n - 7, ".labels");
}

int mote_labels_parse(const uint8_t *p, size_t n, const char *file, mote_arena_t *a,
                      mote_labels_t *out) {
  parse_t s = {.a = a};
  memset(out, 0, sizeof *out);
  mote_json_open(&s.r, p, n, file);
  int rc = read_root(&s);
  if (rc >= 0) {
    out->n = s.items.n / sizeof(mote_label_t);
    out->complete = s.complete;
    out->item = mote_buf_keep(&s.items, a);
    if (!out->item) rc = MOTE_ERR_NOMEM;
  }
  mote_buf_free(&s.items);
  mote_buf_free(&s.meta);
  return rc;
}
