/* SPDX-License-Identifier: Apache-2.0
 * The project a verb works on: -C DIR, its impulse.json and its data set. */
#ifndef MOTE_CLI_PROJECT_H
#define MOTE_CLI_PROJECT_H

#include "dataset/dataset.h"
#include "impulse/impulse.h"
#include "verb.h"

typedef struct {
  const char *dir;
  mote_impulse_t *impulse;
  mote_dataset_t *ds;
} mote_project_t;

/* Nothing stays open on failure. */
int mote_project_open(const mote_args_t *args, mote_project_t *out);
int mote_project_open_at(const char *dir, mote_project_t *out);
void mote_project_close(mote_project_t *p);
/* --run N, or 0 for the latest. */
int mote_run_wanted(const mote_args_t *args, int *run);

#endif
