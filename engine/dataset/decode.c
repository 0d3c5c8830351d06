/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset/decode.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

const char *mote_decode_write(const mote_decode_t *d, mote_arena_t *a) {
  json_t *j = json_object();
  int bad = !j;
  if (d->hz > 0) bad |= json_object_set_new(j, "hz", json_real(d->hz)) != 0;
  if (d->label_column)
    bad |= json_object_set_new(j, "label_column", json_string(d->label_column)) != 0;
  if (d->rows) bad |= json_object_set_new(j, "rows", json_true()) != 0;
  if (d->merge) bad |= json_object_set_new(j, "merge", json_true()) != 0;
  char *text = bad ? NULL : json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(j);
  const char *out = text ? mote_arena_str(a, text) : NULL;
  free(text);
  if (!out) mote_fail(MOTE_ERR_NOMEM, "out of memory");
  return out;
}

int mote_decode_read(const char *json, mote_arena_t *a, mote_decode_t *d) {
  *d = (mote_decode_t){0};
  json_t *j = json_loads(json, 0, NULL);
  if (!j)
    return mote_fail(MOTE_ERR_CORRUPT, "index: parse options are damaged: %s", json);
  const char *column = json_string_value(json_object_get(j, "label_column"));
  d->hz = json_number_value(json_object_get(j, "hz"));
  d->label_column = column ? mote_arena_str(a, column) : NULL;
  d->rows = json_is_true(json_object_get(j, "rows"));
  d->merge = json_is_true(json_object_get(j, "merge"));
  json_decref(j);
  return column && !d->label_column ? MOTE_ERR_NOMEM : MOTE_OK;
}

mote_sha_t mote_decode_key(const char *content, const char *parse) {
  mote_hasher_t *h = mote_hasher_new();
  if (!h) return mote_sha256(content, strlen(content)); /* only the cache suffers */
  mote_hasher_add(h, content, strlen(content));
  mote_hasher_add(h, "\n", 1);
  mote_hasher_add(h, parse, strlen(parse));
  return mote_hasher_end(h);
}

static int decode_one(const mote_part_t *part, const mote_decode_t *d,
                      const char *const *keys, size_t n_keys, mote_arena_t *a,
                      mote_recordings_t *out) {
  const mote_format_t *f = mote_format_find(part->p, part->n, part->name);
  if (!f && part->n == 0)
    return mote_fail(MOTE_ERR_FORMAT, "%s: the file is empty", part->name);
  if (!f)
    return mote_fail(MOTE_ERR_FORMAT,
                     "%s: not a format mote reads (see `mote help add` for the list)",
                     part->name);
  mote_parse_options_t opt = {.path = part->name,
                              .hmac_keys = keys,
                              .n_hmac_keys = n_keys,
                              .hz = d->hz,
                              .label_column = d->label_column,
                              .rows_are_samples = d->rows};
  return f->parse(part->p, part->n, &opt, a, out);
}

/* What every later stage relies on, whichever parser it was. */
static int check_recording(const mote_recording_t *r, const char *file) {
  if (r->n == 0 || r->axes == 0 || !r->values)
    return mote_fail(MOTE_ERR_FORMAT, "%s: holds no values", file);
  for (uint64_t i = 0, n = r->n * r->axes; i < n; i++)
    if (!isfinite(r->values[i]))
      return mote_fail(MOTE_ERR_NUMERIC,
                       "%s: row %llu, axis %llu is not a finite number; clean the file",
                       file, (unsigned long long)(i / r->axes + 1),
                       (unsigned long long)(i % r->axes + 1));
  return MOTE_OK;
}

static int decode_folder(const mote_part_t *part, size_t n, const mote_decode_t *d,
                         mote_arena_t *a, mote_recordings_t *out) {
  mote_recording_t *rec = mote_arena_take(a, n + 1, sizeof *rec);
  const char **files = mote_arena_take(a, n, sizeof *files);
  if (!rec || !files) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    mote_recordings_t one;
    MOTE_TRY(decode_one(&part[i], d, NULL, 0, a, &one));
    if (one.n != 1 || one.item[0].kind != MOTE_KIND_SERIES)
      return mote_fail(MOTE_ERR_FORMAT,
                       "%s: is not one time series; --merge-folders needs one per file",
                       part[i].name);
    MOTE_TRY(check_recording(&one.item[0], part[i].name));
    rec[i] = one.item[0];
    files[i] = part[i].name;
  }
  MOTE_TRY(mote_merge(rec, files, n, a, &rec[n]));
  *out = (mote_recordings_t){&rec[n], 1};
  return MOTE_OK;
}

int mote_decode_parts(const mote_part_t *part, size_t n, const mote_decode_t *d,
                      const char *const *hmac_keys, size_t n_keys, mote_arena_t *a,
                      mote_recordings_t *out) {
  *out = (mote_recordings_t){0};
  if (d->merge)
    MOTE_TRY(decode_folder(part, n, d, a, out));
  else
    MOTE_TRY(decode_one(part, d, hmac_keys, n_keys, a, out));
  if (out->n == 0)
    return mote_fail(MOTE_ERR_FORMAT, "%s: holds no recording", part[0].name);
  for (size_t i = 0; i < out->n; i++) {
    if (!out->item[i].name) out->item[i].name = mote_path_stem(a, part[0].name);
    if (!out->item[i].name) return MOTE_ERR_NOMEM;
    MOTE_TRY(check_recording(&out->item[i], part[0].name));
  }
  return MOTE_OK;
}
