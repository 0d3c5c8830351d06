/* SPDX-License-Identifier: Apache-2.0
 * Running out of memory at any allocation, ours, SQLite's or jansson's, once or for good,
 * leaves a data set that opens and checks clean. */
#include <jansson.h>
#include <sqlite3.h>

#include "base/par.h"
#include "dataset_fixture.h"

static long foreign_fail_at; /* counts down over SQLite's and jansson's allocations */
static int foreign_sticky;

static int foreign_refuses(void) {
  if (foreign_fail_at == 0) return 0;
  if (foreign_fail_at < 0) return 1;
  if (--foreign_fail_at) return 0;
  if (foreign_sticky) foreign_fail_at = -1;
  return 1;
}

static void *json_get(size_t n) { return foreign_refuses() ? NULL : malloc(n); }

static sqlite3_mem_methods plain; /* SQLite's own allocator, wrapped */
static void *sql_get(int n) { return foreign_refuses() ? NULL : plain.xMalloc(n); }
static void *sql_regrow(void *p, int n) {
  return foreign_refuses() ? NULL : plain.xRealloc(p, n);
}

static void inject(int foreign, long n, int sticky) {
  foreign_sticky = sticky;
  foreign_fail_at = foreign ? n : 0;
  mote_alloc_fail_at(foreign ? 0 : n, sticky);
}

/* Ends the injection; 0 when the failure was never reached. Ours can only be asked: the
 * allocation that was to fail is still to come. */
static int reached(int foreign, long n, int sticky) {
  int hit = foreign ? foreign_fail_at <= 0 : 1;
  for (long i = 0; !foreign && hit && i < n; i++) {
    void *p = mote_alloc(1, 1);
    if (!p && (!sticky || i > 0)) hit = 0;
    mote_free(p);
    if (!p) break;
  }
  inject(0, 0, 0);
  foreign_fail_at = 0;
  return hit;
}

typedef int (*operation_t)(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a);

static int op_open(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a) {
  (void)f, (void)ds, (void)a;
  return 0;
}

static int op_add(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a) {
  const char *paths[] = {f->files};
  mote_add_t what = {.paths = paths, .n_paths = 1, .allow_duplicates = 1};
  mote_add_result_t r;
  int rc = mote_dataset_add(ds, &what, a, &r);
  return rc < 0 ? rc : r.refused ? MOTE_ERR_NOMEM : 0;
}

static int op_read(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a) {
  mote_samples_t s;
  mote_recording_t r;
  (void)f;
  MOTE_TRY(mote_dataset_list(ds, NULL, a, &s));
  return s.n ? mote_dataset_read(ds, &s.item[0], a, &r) : 0;
}

static int op_edit(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a) {
  mote_pair_t p = {"k", "v"};
  mote_edit_t e = {.what = MOTE_EDIT_LABEL | MOTE_EDIT_META | MOTE_EDIT_CROP,
                   .label = "q",
                   .crop_start = 1,
                   .crop_end = 9,
                   .meta = &p,
                   .n_meta = 1};
  (void)f, (void)a;
  return mote_dataset_edit(ds, NULL, &e, NULL);
}

static int op_delete(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a) {
  mote_filter_t one = {.name = "idle.1"};
  mote_edit_t e = {.what = MOTE_EDIT_DELETE};
  (void)f, (void)a;
  return mote_dataset_edit(ds, &one, &e, NULL);
}

static int op_resplit(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a) {
  mote_resplit_t how = {.ratio = 0.3, .seed = 1};
  (void)f, (void)a;
  return mote_dataset_resplit(ds, &how);
}

static int op_look(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a) {
  mote_stats_t s;
  mote_sha_t v;
  mote_check_t c;
  (void)f;
  MOTE_TRY(mote_dataset_stats(ds, a, &s));
  MOTE_TRY(mote_dataset_version(ds, &v));
  return mote_dataset_check(ds, NULL, NULL, &c);
}

static int op_export(fixture_t *f, mote_dataset_t *ds, mote_arena_t *a) {
  char out[300];
  (void)a;
  snprintf(out, sizeof out, "%s/out", f->root);
  int rc = mote_dataset_export(ds, NULL, MOTE_EXPORT_CSV, out, NULL);
  (void)mote_path_remove(out);
  return rc;
}

/* Runs the operation on a fresh handle; the arena is the caller's and always there. */
static int run_operation(fixture_t *f, operation_t op, mote_arena_t *a) {
  mote_dataset_t *ds;
  int rc = mote_dataset_open(f->project, MOTE_DATASET_CREATE, &ds);
  if (rc < 0) return rc;
  rc = op(f, ds, a);
  mote_dataset_close(ds);
  return rc;
}

static void torture(fixture_t *f, operation_t op, int foreign, int sticky) {
  for (long n = 1, hit = 1; hit; n += 1 + n / 24) { /* every one at first, then sparser */
    mote_arena_t *a = mote_arena_new();
    inject(foreign, n, sticky);
    int rc = run_operation(f, op, a);
    hit = reached(foreign, n, sticky);
    if (!hit) assert_int_equal(rc, 0);
    mote_arena_free(a);
    assert_clean(f);
  }
}

static void out_of_memory_breaks_nothing(void **state) {
  static const operation_t ops[] = {op_open, op_add,     op_read,   op_edit,
                                    op_look, op_resplit, op_export, op_delete};
  fixture_t *f = *state;
  mote_threads_set(1);
  for (int i = 3; i < 6; i++) { /* fewer files: the loops are many */
    char path[300];
    snprintf(path, sizeof path, "%s/wave.%d.csv", f->files, i);
    assert_int_equal(mote_path_remove(path), 0);
  }
  for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
    for (int kind = 0; kind < 4; kind++) torture(f, ops[i], kind & 1, kind >> 1);
  mote_threads_set(0);
}

int main(void) {
  mote_quiet_set(1);
  json_set_alloc_funcs(json_get, free);
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain);
  sqlite3_mem_methods wrapped = plain;
  wrapped.xMalloc = sql_get;
  wrapped.xRealloc = sql_regrow;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &wrapped);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(out_of_memory_breaks_nothing, setup, teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
