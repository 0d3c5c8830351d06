/* SPDX-License-Identifier: Apache-2.0
 * The project folder: impulse.json from a template, and runs/<n>, which appear whole or
 * not at all. */
#ifndef MOTE_DATASET_PROJECT_H
#define MOTE_DATASET_PROJECT_H

#include <jansson.h>
#include "base/file.h"

typedef struct {
  const char *name;    /* "motion" */
  const char *summary; /* one line */
  const char *json;    /* impulse.json; "name" is filled in by mote_project_create */
} mote_template_t;
extern const mote_template_t *const mote_templates[]; /* NULL-terminated */
const mote_template_t *mote_template_find(const char *name);

/* Makes the folder; MOTE_ERR_EXISTS when it exists and is not empty. */
int mote_project_create(const char *dir, const mote_template_t *t);
/* MOTE_ERR_USAGE with a remedy when `dir` holds no impulse.json. */
int mote_project_check(const char *dir);

/* A run under construction lives in runs/.new-<pid>-XXXXXX (path in `tmp`); commit syncs
 * its files, renames it to the next free runs/<n> and returns n; abort removes it. */
int mote_run_new(const char *project, char tmp[MOTE_PATH_MAX]);
int mote_run_commit(const char *project, const char *tmp);
void mote_run_abort(const char *tmp);
/* Highest n in runs/, 0 when there is none; `path` may be NULL. */
int mote_run_latest(const char *project, char *path);
/* runs/<n>; MOTE_ERR_NOTFOUND when it does not exist. */
int mote_run_path(const char *project, int n, char path[MOTE_PATH_MAX]);

#endif
