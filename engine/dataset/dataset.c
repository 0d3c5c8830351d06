/* SPDX-License-Identifier: Apache-2.0
 * Opening and closing. */
#include <stdio.h>
#include <string.h>

#include "dataset/disk.h"
#include "dataset/index.h"
#include "dataset/project.h"

static int make_data_folder(const char *data) {
  char objects[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(objects, data, "objects"));
  if (mote_dir_exists(objects)) return MOTE_OK;
  MOTE_TRY(mote_dir_make(objects));
  return mote_disk_sync(data);
}

static int open_parts(mote_dataset_t *ds) {
  char data[MOTE_PATH_MAX], path[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(data, ds->project, "data"));
  MOTE_TRY(mote_path_join(path, data, "index.sqlite"));
  if (!(ds->flags & MOTE_DATASET_CREATE) && !mote_file_exists(path))
    return mote_fail(MOTE_ERR_NOTFOUND,
                     "%s: no data yet; bring recordings in with `mote add PATH...`",
                     ds->project);
  if (ds->flags & MOTE_DATASET_CREATE) MOTE_TRY(make_data_folder(data));
  int writable = !(ds->flags & MOTE_DATASET_READONLY);
  MOTE_TRY(mote_store_open(&ds->store, data, writable));
  MOTE_TRY(mote_index_open(ds, path));
  if (!writable) return MOTE_OK;
  /* Left-overs of a killed writer. Not being able to sweep is no reason not to open. */
  (void)mote_store_sweep(&ds->store, mote_index_used, ds);
  return MOTE_OK;
}

int mote_dataset_open(const char *project, unsigned flags, mote_dataset_t **out) {
  *out = NULL;
  MOTE_TRY(mote_project_check(project));
  mote_dataset_t *ds = mote_alloc(1, sizeof *ds);
  if (!ds) return MOTE_ERR_NOMEM;
  ds->store.lock_fd = -1;
  ds->flags = flags;
  int fits = (size_t)snprintf(ds->project, sizeof ds->project, "%s", project) <
             sizeof ds->project;
  int rc =
      fits ? open_parts(ds) : mote_fail(MOTE_ERR_LIMIT, "%s: path too long", project);
  if (rc == MOTE_OK)
    *out = ds;
  else
    mote_dataset_close(ds);
  return rc;
}

void mote_dataset_close(mote_dataset_t *ds) {
  if (!ds) return;
  sqlite3_close(ds->db);
  mote_store_close(&ds->store);
  mote_free(ds);
}
