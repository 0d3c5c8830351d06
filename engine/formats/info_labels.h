/* SPDX-License-Identifier: Apache-2.0
 * The label files that travel beside recordings in Edge Impulse's tools: info.labels
 * (JSON and its one-item-per-line form), structured_labels.labels, label_map.labels and
 * bounding_boxes.labels. Format: the vendor's published specification and open clients.
 */
#ifndef MOTE_FORMATS_INFO_LABELS_H
#define MOTE_FORMATS_INFO_LABELS_H

#include "formats/pull.h"
#include "formats/recording.h"

typedef struct {
  const char *path;  /* as written: relative to the label file */
  const char *name;  /* of the sample; NULL when the file does not say */
  const char *split; /* "training", "testing", "validation"; "split" = by content hash
                        (mote_split_by_content); NULL */
  const char *label; /* NULL: none, or several (ranges) */
  const mote_range_t *ranges;
  size_t n_ranges; /* as written: see mote_ranges_cover */
  const mote_pair_t *meta;
  size_t n_meta; /* boxes: key "bounding_boxes", JSON text */
} mote_label_t;

typedef struct {
  mote_label_t *item;
  size_t n;
  int complete; /* info.labels: a file that is not listed is no sample */
} mote_labels_t;

/* 1 for a path that ends in ".labels". */
int mote_labels_name(const char *path);
/* Any of the four files; `file` is named in errors. All results live in `a`. */
int mote_labels_parse(const uint8_t *p, size_t n, const char *file, mote_arena_t *a,
                      mote_labels_t *out);

/* Reads [{"startIndex":0,"endIndex":9,"label":"x"}, ...] (end inclusive) as it is
 * written. *out is in the arena. */
int mote_ranges_read(mote_pull_t *r, mote_arena_t *a, const mote_range_t **out,
                     size_t *n);
/* Ranges as written -> ranges as mote_recording_t wants them for `count` samples: later
 * entries overwrite earlier ones, equal neighbours are merged, gaps get the label "".
 * A range behind the last sample is an error. */
int mote_ranges_cover(const mote_range_t *in, size_t n_in, uint64_t count,
                      const char *file, mote_arena_t *a, const mote_range_t **out,
                      size_t *n);
/* The 80/20 rule of the ingestion category "split": the first hex digit of the MD5 of the
 * bytes that is not f; 0 to b "training", c to e "testing". */
const char *mote_split_by_content(const void *p, size_t n);

#endif
