/* SPDX-License-Identifier: Apache-2.0
 * For the files of this folder: what the figures are gathered from. */
#ifndef MOTE_REPORT_GATHER_H
#define MOTE_REPORT_GATHER_H

#include "evaluate/test.h"
#include "report/report.h"

#define MOTE_REPORT_AXES 6 /* drawn of a recording */

typedef struct {
  const mote_report_options_t *opt;
  mote_arena_t *arena;
  mote_dataset_t *ds;
  mote_trained_t *trained;       /* NULL: no run */
  mote_impulse_t *own;           /* the project's design when there is no run */
  const mote_impulse_t *impulse; /* of the run, else of the project */
  mote_test_t *test;             /* NULL: no run, or nothing to test on */
  mote_samples_t samples;        /* all that are enabled */
  json_t *out;
} mote_gather_t;

/* Each sets its member(s) of g->out. */
int mote_gather_data(mote_gather_t *g);
int mote_gather_examples(mote_gather_t *g);
int mote_gather_scatter(mote_gather_t *g);
int mote_gather_scores(
    mote_gather_t *g); /* what `mote test` has, and the scores behind it */

/* Adds a line to "next". */
int mote_gather_next(mote_gather_t *g, const char *text);
/* Sets a member, taking the reference; MOTE_ERR_NOMEM when there is none to take. */
int mote_gather_set(json_t *o, const char *key, json_t *v);
/* One or several values at the end of a list; not finite ones become null. */
int mote_gather_real(json_t *list, double v);

/* Levels 0..255 of a spectrogram, lowest frequency first, as {"rows", "cols", "hz",
 * "db_low", "db_high", "levels": base64}; the power of all axes is added. NULL when it is
 * too short. */
json_t *mote_gather_spectrogram(const mote_recording_t *r);

#endif
