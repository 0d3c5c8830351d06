/* SPDX-License-Identifier: Apache-2.0
 * Recordings that travel together: an archive (an Edge Impulse project export, say) or a
 * folder, with or without label files. Gives one inner file at a time together with what
 * the label files (info.labels and its kin, at any depth) say about it. */
#ifndef MOTE_FORMATS_BUNDLE_H
#define MOTE_FORMATS_BUNDLE_H

#include "formats/archive.h"
#include "formats/recording.h"

typedef struct {
  const char *path;     /* inside the bundle: "training/idle.1.json" */
  const uint8_t *bytes; /* valid during the call; NULL when refused */
  size_t n;
  int status;        /* 0, or negative: refused or missing, mote_errmsg() says why */
  const char *name;  /* of the sample; NULL: the file does not say */
  const char *split; /* "training", "testing", "validation", NULL; where no label file
                        says it: from a folder "training", "testing", ... in the path */
  const char *label; /* NULL: not said */
  int labelled;      /* 1: a label file speaks of this file; do not guess a label */
  const mote_range_t *ranges;
  size_t n_ranges; /* as written; mote_bundle_apply covers them */
  const mote_pair_t *meta;
  size_t n_meta;
} mote_bundle_item_t;

/* Negative stops the walk and is returned. */
typedef int (*mote_bundle_fn)(void *ctx, const mote_bundle_item_t *item);

/* 1: an archive, or a folder with a label file (*.labels) anywhere below it. */
int mote_bundle_is(const char *path);
/* Order: as in the archive, or by name in a folder; then what info.labels lists and is
 * not there (status MOTE_ERR_NOTFOUND). Below an info.labels only listed files are items.
 * Files above limits->max_entry_bytes are refused by name. Returns the number of refused
 * and missing items, or a negative status. */
int mote_bundle_read(const char *path, const mote_archive_limits_t *limits,
                     mote_bundle_fn fn, void *ctx);
/* Puts the item's name, split, label, ranges and meta data over parsed recordings (with
 * several in one file the names get .0 .1 ...). New strings are in `a`. */
int mote_bundle_apply(const mote_bundle_item_t *item, mote_arena_t *a,
                      mote_recordings_t *recs);

#endif
