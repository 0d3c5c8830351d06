/* SPDX-License-Identifier: Apache-2.0
 * A project with made-up recordings, for the tests of the data set. */
#ifndef MOTE_TESTS_DATASET_FIXTURE_H
#define MOTE_TESTS_DATASET_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/progress.h"
#include "dataset/add.h"
#include "dataset/project.h"

typedef struct {
  char root[200], project[220], files[220];
  mote_dataset_t *ds;
  mote_arena_t *a;
} fixture_t;

static inline void write_text(const char *dir, const char *name, const char *text) {
  char path[MOTE_PATH_MAX], parent[MOTE_PATH_MAX];
  assert_int_equal(mote_path_join(path, dir, name), 0);
  snprintf(parent, sizeof parent, "%s", path);
  *strrchr(parent, '/') = 0;
  assert_int_equal(mote_dir_make(parent), 0);
  assert_int_equal(mote_file_write(path, text, strlen(text)), 0);
}

/* 100 Hz, two axes: x counts up from `first`, y is its half. */
static inline void write_csv(const char *dir, const char *name, int first, int rows) {
  mote_buf_t b = {0};
  assert_int_equal(mote_buf_printf(&b, "timestamp,x,y\n"), 0);
  for (int i = 0; i < rows; i++)
    assert_int_equal(
        mote_buf_printf(&b, "%d,%d,%g\n", 10 * i, first + i, (first + i) * 0.5), 0);
  write_text(dir, name, (const char *)b.p);
  mote_buf_free(&b);
}

static inline int setup(void **state) {
  /* Memory if there is some: the torture syncs thousands of times. */
  const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");
  fixture_t *f = calloc(1, sizeof *f);
  snprintf(f->root, sizeof f->root, "%s/mote-dataset-XXXXXX", tmp ? tmp : "/tmp");
  if (!f || !mkdtemp(f->root)) return -1;
  snprintf(f->project, sizeof f->project, "%s/project", f->root);
  snprintf(f->files, sizeof f->files, "%s/files", f->root);
  assert_int_equal(mote_project_create(f->project, mote_template_find("motion")), 0);
  assert_int_equal(mote_dataset_open(f->project, MOTE_DATASET_CREATE, &f->ds), 0);
  f->a = mote_arena_new();
  for (int i = 0; i < 6; i++) {
    char name[40];
    snprintf(name, sizeof name, "%s.%d.csv", i < 3 ? "idle" : "wave", i);
    write_csv(f->files, name, 1000 * i, 50);
  }
  *state = f;
  return 0;
}

static inline int teardown(void **state) {
  fixture_t *f = *state;
  mote_dataset_close(f->ds);
  mote_arena_free(f->a);
  mote_path_remove(f->root);
  free(f);
  return 0;
}

static inline int add_path(fixture_t *f, const char *path, mote_add_t *what,
                           mote_add_result_t *r) {
  const char *paths[] = {path};
  what->paths = paths;
  what->n_paths = 1;
  return mote_dataset_add(f->ds, what, f->a, r);
}

static inline void add_files(fixture_t *f) {
  mote_add_t what = {.split = "training"};
  mote_add_result_t r;
  assert_int_equal(add_path(f, f->files, &what, &r), 0);
  assert_int_equal(r.added, 6);
  assert_int_equal(r.refused, 0);
}

static inline mote_samples_t list(fixture_t *f, const mote_filter_t *filter) {
  mote_samples_t s;
  assert_int_equal(mote_dataset_list(f->ds, filter, f->a, &s), 0);
  return s;
}

static inline int count_one(void *ctx, const char *path) {
  (void)path;
  ++*(size_t *)ctx;
  return 0;
}
static inline size_t count_files(const char *dir) {
  size_t n = 0;
  if (mote_dir_exists(dir)) (void)mote_walk(dir, count_one, &n);
  return n;
}

static inline size_t objects(fixture_t *f) {
  char path[MOTE_PATH_MAX];
  (void)mote_path_join(path, f->project, "data/objects");
  return count_files(path);
}

static inline void assert_clean(fixture_t *f) {
  mote_check_t c;
  assert_int_equal(mote_dataset_check(f->ds, NULL, NULL, &c), 0);
  assert_int_equal(c.damaged + c.missing + c.orphans, 0);
}

#endif
