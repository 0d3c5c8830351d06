/* SPDX-License-Identifier: Apache-2.0
 * Values of a sample: from the cache, or from the originals and then into the cache. */
#include <string.h>

#include "dataset/cache.h"
#include "dataset/decode.h"
#include "dataset/index.h"

typedef struct {
  mote_dataset_t *ds;
  const mote_sample_t *s;
  mote_arena_t *a;
} reader_t;

static int no_sample(int64_t id) {
  return mote_fail(MOTE_ERR_NOTFOUND, "sample %lld: there is none; see `mote data list`",
                   (long long)id);
}

/* Part `ord`: 1 found, 0 none. */
static int read_part(mote_dataset_t *ds, int64_t id, int ord, mote_arena_t *a,
                     const char **sha, const char **name) {
  sqlite3_stmt *st;
  int failed = 0;
  MOTE_TRY(
      mote_sql_prepare(ds, "SELECT sha,name FROM part WHERE sample=? AND ord=?", &st));
  sqlite3_bind_int64(st, 1, id);
  sqlite3_bind_int(st, 2, ord);
  int rc = mote_sql_step(ds, st);
  if (rc == 1) {
    *sha = mote_sql_str(st, 0, a, &failed);
    *name = mote_sql_str(st, 1, a, &failed);
  }
  sqlite3_finalize(st);
  return failed ? MOTE_ERR_NOMEM : rc;
}

int mote_dataset_original(mote_dataset_t *ds, int64_t id, int i, mote_arena_t *a,
                          mote_buf_t *bytes, const char **name) {
  const char *sha;
  int rc = read_part(ds, id, i, a, &sha, name);
  if (rc < 0) return rc;
  return rc ? mote_store_read(&ds->store, sha, bytes) : no_sample(id);
}

#define PARTS_MAX 256

static int decode_parts(reader_t *r, mote_arena_t *scratch, mote_buf_t *bytes,
                        mote_recordings_t *recs) {
  mote_part_t *part = mote_arena_take(scratch, PARTS_MAX, sizeof *part);
  mote_decode_t how;
  int n = 0;
  if (!part) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_decode_read(r->s->parse, scratch, &how));
  for (; n < PARTS_MAX; n++) {
    const char *sha;
    int rc = read_part(r->ds, r->s->id, n, scratch, &sha, &part[n].name);
    if (rc < 0) return rc;
    if (rc == 0) break;
    MOTE_TRY(mote_store_read(&r->ds->store, sha, &bytes[n]));
    part[n].p = bytes[n].p;
    part[n].n = bytes[n].n;
  }
  if (n == 0) return no_sample(r->s->id);
  return mote_decode_parts(part, (size_t)n, &how, NULL, 0, scratch, recs);
}

static int pick_values(reader_t *r, const mote_recordings_t *recs, uint64_t count,
                       float **values) {
  const mote_sample_t *s = r->s;
  const mote_recording_t *rec = s->item < recs->n ? &recs->item[s->item] : NULL;
  if (!rec || rec->n != s->n_whole || rec->axes != s->axes)
    return mote_fail(
        MOTE_ERR_CORRUPT,
        "sample %lld \"%s\": this mote decodes the original differently from the "
        "one that added it; delete the sample and add it again",
        (long long)s->id, s->name);
  *values = mote_arena_take(r->a, (size_t)count, sizeof **values);
  if (!*values) return MOTE_ERR_NOMEM;
  memcpy(*values, rec->values, (size_t)count * sizeof **values);
  return MOTE_OK;
}

static int decode(reader_t *r, const char *key, uint64_t count, float **values) {
  mote_recordings_t recs;
  mote_arena_t *scratch = mote_arena_new();
  mote_buf_t *bytes = mote_alloc(PARTS_MAX, sizeof *bytes);
  int rc = scratch && bytes ? decode_parts(r, scratch, bytes, &recs) : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) rc = pick_values(r, &recs, count, values);
  if (rc == MOTE_OK) mote_cache_put(r->ds->project, key, &recs);
  for (int i = 0; bytes && i < PARTS_MAX; i++) mote_buf_free(&bytes[i]);
  mote_free(bytes);
  mote_arena_free(scratch);
  return rc;
}

static void describe(const mote_sample_t *s, float *values, mote_recording_t *out) {
  *out = (mote_recording_t){.name = s->name,
                            .label = s->label,
                            .split = mote_split_names[s->split],
                            .kind = s->kind,
                            .hz = s->hz,
                            .axes = s->axes,
                            .n = s->n,
                            .width = s->width,
                            .height = s->height,
                            .axis_names = s->axis_names,
                            .axis_units = s->axis_units,
                            .values = values + s->crop_start * s->axes,
                            .ranges = s->ranges,
                            .n_ranges = s->n_ranges,
                            .meta = s->meta,
                            .n_meta = s->n_meta,
                            .signature = s->signature,
                            .notes = s->notes,
                            .n_notes = s->n_notes};
}

int mote_dataset_read(mote_dataset_t *ds, const mote_sample_t *s, mote_arena_t *a,
                      mote_recording_t *out) {
  reader_t r = {.ds = ds, .s = s, .a = a};
  float *values = NULL;
  uint64_t count = s->n_whole * s->axes;
  mote_sha_t key = mote_decode_key(s->sha, s->parse);
  int hit = mote_cache_get(ds->project, key.hex, s->item, count, a, &values);
  if (hit < 0) return hit;
  if (!hit) {
    int rc = decode(&r, key.hex, count, &values);
    if (rc < 0) return mote_context(rc, "sample %lld", (long long)s->id);
  }
  describe(s, values, out);
  return MOTE_OK;
}
