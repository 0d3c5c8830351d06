/* SPDX-License-Identifier: Apache-2.0
 * A new split of all samples: by the values of a metadata key, or by share and group. */
#include <stdio.h>
#include <string.h>

#include "dataset/query.h"

static const char *meta_of(const mote_sample_t *s, const char *key) {
  for (size_t i = 0; i < s->n_meta; i++)
    if (!strcmp(s->meta[i].key, key)) return s->meta[i].value;
  return NULL;
}

static int is_in(const char *value, const char *const *list, size_t n) {
  for (size_t i = 0; value && i < n; i++)
    if (!strcmp(value, list[i])) return 1;
  return 0;
}

/* ---- by key ---- */

/* The values that exist, for the message. */
static int no_value(const mote_samples_t *all, const mote_resplit_t *how,
                    const char *value) {
  char known[400] = "";
  size_t used = 0;
  for (size_t i = 0; i < all->n; i++) {
    const char *v = meta_of(&all->item[i], how->by_key);
    if (!v || used + strlen(v) + 3 > sizeof known) continue;
    int seen = 0;
    for (size_t k = 0; k < i && !seen; k++) {
      const char *w = meta_of(&all->item[k], how->by_key);
      seen = w && !strcmp(v, w);
    }
    if (!seen)
      used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
                               used ? ", " : "", v);
  }
  if (!used)
    return mote_fail(MOTE_ERR_USAGE,
                     "no sample has the metadata key \"%s\"; see `mote data "
                     "show ID`",
                     how->by_key);
  return mote_fail(MOTE_ERR_USAGE, "no sample has %s = \"%s\" (there are: %s)",
                   how->by_key, value, known);
}

static int check_values(const mote_samples_t *all, const mote_resplit_t *how,
                        const char *const *list, size_t n) {
  for (size_t v = 0; v < n; v++) {
    size_t i = 0;
    while (i < all->n && !is_in(meta_of(&all->item[i], how->by_key), &list[v], 1)) i++;
    if (i == all->n) return no_value(all, how, list[v]);
  }
  return MOTE_OK;
}

static int split_by_key(const mote_samples_t *all, const mote_resplit_t *how) {
  if (!how->n_testing && !how->n_validation)
    return mote_fail(MOTE_ERR_USAGE, "split by %s: say which values are for testing",
                     how->by_key);
  MOTE_TRY(check_values(all, how, how->testing, how->n_testing));
  MOTE_TRY(check_values(all, how, how->validation, how->n_validation));
  for (size_t i = 0; i < all->n; i++) {
    mote_sample_t *s = &all->item[i];
    const char *v = meta_of(s, how->by_key);
    s->split = is_in(v, how->testing, how->n_testing)         ? MOTE_SPLIT_TESTING
               : is_in(v, how->validation, how->n_validation) ? MOTE_SPLIT_VALIDATION
                                                              : MOTE_SPLIT_TRAINING;
  }
  return MOTE_OK;
}

/* ---- by share ---- */

/* A multi-label sample counts under the label it carries longest. */
static const char *main_label(const mote_sample_t *s) {
  const char *best = s->label;
  uint64_t most = 0;
  for (size_t i = 0; i < s->n_ranges; i++) {
    uint64_t total = 0;
    for (size_t k = 0; k < s->n_ranges; k++)
      if (!strcmp(s->ranges[k].label, s->ranges[i].label))
        total += s->ranges[k].end - s->ranges[k].start;
    if (total > most) {
      most = total;
      best = s->ranges[i].label;
    }
  }
  return best;
}

/* Without a value of its own: copies of one recording stay together. */
static const char *group_of(const mote_sample_t *s, const char *key, mote_arena_t *a) {
  const char *v = key ? meta_of(s, key) : NULL;
  return v && *v ? v : mote_arena_printf(a, "%s.%u", s->sha, s->item);
}

static int split_by_share(const mote_samples_t *all, const mote_resplit_t *how,
                          mote_arena_t *a) {
  mote_split_item_t *items = mote_arena_take(a, all->n + 1, sizeof *items);
  uint8_t *in = mote_arena_take(a, all->n + 1, 1);
  if (!items || !in) return MOTE_ERR_NOMEM;
  size_t grouped = 0;
  for (size_t i = 0; i < all->n; i++) {
    const mote_sample_t *s = &all->item[i];
    items[i] = (mote_split_item_t){main_label(s), group_of(s, how->group, a)};
    if (!items[i].group) return MOTE_ERR_NOMEM;
    grouped += how->group && meta_of(s, how->group);
  }
  if (how->group && all->n && !grouped)
    return mote_fail(MOTE_ERR_USAGE,
                     "no sample has the metadata key \"%s\"; see `mote data "
                     "show ID`",
                     how->group);
  MOTE_TRY(mote_split_grouped(items, all->n, how->ratio, how->seed, in));
  for (size_t i = 0; i < all->n; i++)
    all->item[i].split = in[i] ? MOTE_SPLIT_TESTING : MOTE_SPLIT_TRAINING;
  return MOTE_OK;
}

static int write_splits(mote_dataset_t *ds, const mote_samples_t *all) {
  sqlite3_stmt *st;
  MOTE_TRY(mote_sql_prepare(ds, "UPDATE sample SET split=? WHERE id=?", &st));
  int rc = MOTE_OK;
  for (size_t i = 0; rc == MOTE_OK && i < all->n; i++) {
    sqlite3_bind_int(st, 1, (int)all->item[i].split);
    sqlite3_bind_int64(st, 2, all->item[i].id);
    rc = mote_sql_run(ds, st);
  }
  sqlite3_finalize(st);
  return rc;
}

static int resplit_locked(mote_dataset_t *ds, const mote_resplit_t *how,
                          mote_arena_t *a) {
  mote_samples_t all;
  MOTE_TRY(mote_dataset_list(ds, NULL, a, &all));
  if (how->by_key)
    MOTE_TRY(split_by_key(&all, how));
  else
    MOTE_TRY(split_by_share(&all, how, a));
  return write_splits(ds, &all);
}

int mote_dataset_resplit(mote_dataset_t *ds, const mote_resplit_t *how) {
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  int rc = mote_sql_begin(ds);
  if (rc == MOTE_OK) rc = mote_sql_finish(ds, resplit_locked(ds, how, a));
  mote_arena_free(a);
  return rc;
}
