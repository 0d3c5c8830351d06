/* SPDX-License-Identifier: Apache-2.0
 * Files into the data set: parse on all cores, store, commit in batches, acknowledge in
 * the order given. A bad file is reported with its remedy and the rest of the batch goes
 * in. */
#ifndef MOTE_DATASET_ADD_H
#define MOTE_DATASET_ADD_H

#include "dataset/dataset.h"

typedef enum {
  MOTE_LABEL_AUTO, /* what list, label files or the data say; else the file name up to its
                      first '.' when most files share theirs with a neighbour; else the
                      folder when there are several; else the file name */
  MOTE_LABEL_FILE, /* file name up to its first '.', as Edge Impulse does */
  MOTE_LABEL_FOLDER, /* name of the folder that holds the file */
  MOTE_LABEL_NONE
} mote_label_rule_t;

typedef struct {
  const char *const *paths;
  size_t n_paths;    /* files, folders, archives, exports */
  const char *label; /* for every sample; NULL: by rule */
  mote_label_rule_t label_rule;
  const char *split; /* "training" "testing" "validation" "auto"; NULL: what list,
                        export or folder names say, else auto */
  const char *list;  /* manifest CSV; paths[0] is the root of its relative paths */
  /* Key: path, label, split or row, or a new name; value: the column of the list that
   * plays this part. Without a list: label = NAME names the label column of CSV files. */
  const mote_pair_t *columns;
  size_t n_columns;
  const mote_pair_t *where;
  size_t n_where; /* rows of the list to take */
  const mote_pair_t *meta;
  size_t n_meta;
  const char *const *hmac_keys;
  size_t n_hmac_keys;
  double hz;
  int rows;          /* each row of a CSV without time is a sample */
  int merge_folders; /* the files of a leaf folder are axes of one recording */
  int allow_duplicates;
  /* Called in order, after the commit (sample->id set) or on refusal (code < 0, text).
   * One call per sample, or per refused file. */
  void (*event)(void *ctx, int code, const char *path, const mote_sample_t *sample,
                const char *text);
  void *ctx;
} mote_add_t;

typedef struct {
  const char *text;
  size_t files;
} mote_add_note_t;

typedef struct {
  size_t files, added, refused, duplicates, skipped; /* added: samples, the others: files.
                        Duplicates are part of refused; skipped: README and the like, met
                        in a folder */
  mote_label_rule_t rule; /* FILE or FOLDER where AUTO had to look at names, else AUTO */
  double seconds;         /* of signal */
  mote_add_note_t *notes;
  size_t n_notes; /* most frequent first; in the arena */
} mote_add_result_t;

/* 0 when the batch ran, even if files were refused; negative when it could not go on
 * (nothing found, disk full, interrupted): what was acknowledged stays. */
int mote_dataset_add(mote_dataset_t *ds, const mote_add_t *what, mote_arena_t *a,
                     mote_add_result_t *out);

#endif
