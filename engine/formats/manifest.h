/* SPDX-License-Identifier: Apache-2.0
 * A list of recordings as CSV: one row per file, with its label, its side of the split
 * and whatever else is known of it (`mote add --list FILE.csv`). */
#ifndef MOTE_FORMATS_MANIFEST_H
#define MOTE_FORMATS_MANIFEST_H

#include "formats/recording.h"

typedef struct {
  /* As written, relative to the folder the caller chooses; NULL when the list names rows
   * of one table (column "row") instead of files. */
  const char *path;
  uint64_t row;      /* 1, 2 ... of column "row"; 0 = the whole file */
  const char *label; /* NULL: none */
  const char *split; /* "training", "testing", "validation", or NULL */
  const mote_pair_t *pairs;
  size_t n_pairs; /* the other columns that are not empty */
  size_t line;
} mote_manifest_row_t;

typedef struct {
  mote_manifest_row_t *rows;
  size_t n;
  size_t left_out;    /* rows that a `where` excluded */
  const char **notes; /* for the user */
  size_t n_notes;
} mote_manifest_t;

typedef struct {
  const char *path; /* of the list, for messages */
  /* key: path, label, split or row (anything else renames metadata); value: the column of
   * the file that holds it. */
  const mote_pair_t *renames;
  size_t n_renames;
  /* Keep rows whose column `key` is `value`: any of one column, all of the columns. */
  const mote_pair_t *wheres;
  size_t n_wheres;
} mote_manifest_options_t;

/* Columns "path", "label", "split", "row" by name, case ignored, or by renames. Words of
 * split: train, training; test, testing; val, valid, validation; any other leaves the
 * split open, stays among the pairs and makes a note. Refused: no path or row column, an
 * empty path, unknown columns in renames and wheres. */
int mote_manifest_parse(const uint8_t *p, size_t n, const mote_manifest_options_t *opt,
                        mote_arena_t *a, mote_manifest_t *out);
/* "training" for "train" and so on; NULL for a word that is no side of a split. */
const char *mote_split_word(const char *word);

#endif
