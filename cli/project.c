/* SPDX-License-Identifier: Apache-2.0 */
#include "project.h"

#include "base/file.h"

int mote_project_open(const mote_args_t *args, mote_project_t *out) {
  return mote_project_open_at(mote_project_dir(args), out);
}

int mote_project_open_at(const char *dir, mote_project_t *out) {
  char path[MOTE_PATH_MAX];
  *out = (mote_project_t){.dir = dir};
  MOTE_TRY(mote_path_join(path, out->dir, "impulse.json"));
  if (!mote_file_exists(path))
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: no impulse.json, so not a mote project; `mote new "
                     "DIR` makes one, -C DIR works on another",
                     out->dir);
  MOTE_TRY(mote_impulse_load(path, &out->impulse));
  int rc = mote_dataset_open(out->dir, MOTE_DATASET_CREATE, &out->ds);
  if (rc < 0) mote_impulse_free(out->impulse);
  return rc;
}

void mote_project_close(mote_project_t *p) {
  mote_dataset_close(p->ds);
  mote_impulse_free(p->impulse);
}

int mote_run_wanted(const mote_args_t *args, int *run) {
  double n = 0;
  MOTE_TRY(mote_flag_number(args, "run", 1, 1e6, &n));
  *run = (int)n;
  return MOTE_OK;
}
