/* SPDX-License-Identifier: Apache-2.0
 * The parts of `mote data`: one file per part, one row in data.def. */
#ifndef MOTE_CLI_DATA_H
#define MOTE_CLI_DATA_H

#include "dataset/dataset.h"
#include "verb.h"

typedef struct {
  const mote_args_t *args;
  mote_dataset_t *ds;
  mote_arena_t *a;
  size_t first; /* positional arguments of the part begin here */
} mote_data_t;

typedef struct {
  const char *name;  /* "relabel" */
  const char *usage; /* "LABEL ID..." */
  const char *help;  /* one sentence */
  int (*run)(const mote_data_t *d);
} mote_data_part_t;

/* Filter from the flags and from positional ids ("7", "3-9") from `first` on. `required`:
 * refuse to mean everything unless --all says so. */
int mote_data_filter(const mote_data_t *d, size_t first, int required, mote_filter_t *f);
/* Applies the edit to what the filter names; prints "<done> 3 samples". */
int mote_data_edit(const mote_data_t *d, size_t first, const mote_edit_t *edit,
                   const char *done);

json_t *mote_data_json(const mote_sample_t *s);
/* "signed", "bad signature" ... */
const char *mote_data_signature(mote_signature_t s);
/* "walk", "3 labels", "-" */
const char *mote_data_label(const mote_sample_t *s, mote_arena_t *a);
/* A picture of the values in text: `axes` strips, `width` characters wide. */
int mote_data_sketch(const mote_args_t *args, const mote_recording_t *r, size_t width);

#endif
