/* SPDX-License-Identifier: Apache-2.0
 * Samples at rest: data/index.sqlite and the content-addressed originals in data/objects.
 *
 * Promises. An original is stored byte by byte under its SHA-256 and never altered;
 * relabel, move, crop and rename touch the index only. An add is acknowledged after its
 * commit: the originals are synced first, the row last, so a kill at any instant loses
 * nothing that was acknowledged and shows no half sample; left-over files are swept at
 * the next open. Two processes may use one project: writers wait for each other, then
 * fail by name. A handle belongs to one thread, except mote_dataset_read, which any
 * thread may call. */
#ifndef MOTE_DATASET_H
#define MOTE_DATASET_H

#include "base/hash.h"
#include "dataset/split.h"
#include "formats/recording.h"

typedef struct mote_dataset mote_dataset_t;

enum {
  MOTE_DATASET_CREATE = 1, /* make data/ when it is missing (else MOTE_ERR_NOTFOUND) */
  MOTE_DATASET_READONLY = 2
};
/* `project` is the project folder. MOTE_ERR_USAGE when it holds no impulse.json. */
int mote_dataset_open(const char *project, unsigned flags, mote_dataset_t **out);
void mote_dataset_close(mote_dataset_t *ds);

/* ---- what is in it ---- */

/* One sample without its values. Strings live in the arena given to mote_dataset_list. */
typedef struct {
  int64_t id; /* never reused */
  const char *name;
  const char *label; /* NULL: unlabelled, or multi-label (n_ranges > 0) */
  mote_split_t split;
  int enabled;
  mote_kind_t kind;
  double hz; /* 0: tabular rows and images */
  uint32_t axes, width, height;
  uint64_t n;                            /* rows after the crop */
  uint64_t n_whole;                      /* rows of the original */
  uint64_t crop_start, crop_end;         /* [start, end) in rows of the original */
  const char **axis_names, **axis_units; /* [axes] */
  const mote_range_t *ranges;
  size_t n_ranges; /* in rows after the crop */
  const mote_pair_t *meta;
  size_t n_meta; /* sorted by key */
  const char **notes;
  size_t n_notes;
  mote_signature_t signature;
  const char *sha;    /* of the original; of the list of originals when merged */
  uint32_t item;      /* index of the recording within its original */
  const char *parse;  /* JSON: how the original is decoded */
  const char *source; /* path as it was given to `add` */
  int64_t added;      /* seconds since 1970 */
} mote_sample_t;

typedef struct {
  mote_sample_t *item;
  size_t n;
} mote_samples_t;

enum { MOTE_ANY_STATE, MOTE_ONLY_ENABLED, MOTE_ONLY_DISABLED };

/* All members may be zero: every sample. Members are joined by "and". */
typedef struct {
  const int64_t *ids;
  size_t n_ids;
  const mote_split_t *split; /* NULL: any */
  const char *label; /* "" = unlabelled; a multi-label sample matches each of its */
  const char *name;  /* glob: "idle*" */
  const mote_pair_t *meta;
  size_t n_meta; /* key has this value */
  int state;
} mote_filter_t;

/* Samples in order of id. */
int mote_dataset_list(mote_dataset_t *ds, const mote_filter_t *f, mote_arena_t *a,
                      mote_samples_t *out);
/* The decoded recording after the crop; everything in `a`. Uses cache/decoded, or decodes
 * the original (its SHA-256 is verified) and refills the cache. Safe from several
 * threads. */
int mote_dataset_read(mote_dataset_t *ds, const mote_sample_t *s, mote_arena_t *a,
                      mote_recording_t *out);
/* The bytes of part `i` of the original and its file name; MOTE_ERR_NOTFOUND past the
 * end. */
int mote_dataset_original(mote_dataset_t *ds, int64_t id, int i, mote_arena_t *a,
                          mote_buf_t *bytes, const char **name);

/* Samples and seconds per split and label, labels sorted; label "" = unlabelled.
 * Multi-label samples count their ranges' seconds under each label. Disabled samples are
 * left out. */
typedef struct {
  const char *label;
  size_t n[MOTE_SPLITS];
  double seconds[MOTE_SPLITS];
} mote_label_stats_t;
typedef struct {
  mote_label_stats_t *label;
  size_t n_labels;
  size_t n[MOTE_SPLITS], disabled;
  double seconds[MOTE_SPLITS];
} mote_stats_t;
int mote_dataset_stats(mote_dataset_t *ds, mote_arena_t *a, mote_stats_t *out);

/* Hash of everything that decides features and training (contents, labels, splits, crops,
 * ranges, metadata, parse options; disabled samples left out): same hash, same data set.
 */
int mote_dataset_version(mote_dataset_t *ds, mote_sha_t *out);

/* ---- changing it ---- */

typedef enum {
  MOTE_EDIT_LABEL = 1, /* label; NULL = unlabelled. A multi-label sample becomes single */
  MOTE_EDIT_SPLIT = 2,
  MOTE_EDIT_ENABLED = 4,
  MOTE_EDIT_CROP = 8, /* crop_start, crop_end; 0, 0 = the whole original */
  MOTE_EDIT_NAME = 16,
  MOTE_EDIT_META = 32,  /* value NULL removes the key */
  MOTE_EDIT_DELETE = 64 /* originals nobody uses any more are removed */
} mote_edit_what_t;

typedef struct {
  unsigned what;
  const char *label, *name;
  mote_split_t split;
  int enabled;
  uint64_t crop_start, crop_end;
  const mote_pair_t *meta;
  size_t n_meta;
} mote_edit_t;

/* One transaction over all samples that match; *changed may be NULL. */
int mote_dataset_edit(mote_dataset_t *ds, const mote_filter_t *f, const mote_edit_t *edit,
                      size_t *changed);

/* New split of all samples. Exactly one of ratio and by_key is used. */
typedef struct {
  double ratio;      /* share of testing, 0 < ratio < 1, when by_key is NULL */
  const char *group; /* metadata key kept together, or NULL */
  uint64_t seed;
  const char *by_key; /* metadata key whose values decide */
  const char *const *testing;
  size_t n_testing; /* these values go to testing */
  const char *const *validation;
  size_t n_validation; /* these to validation */
} mote_resplit_t;
int mote_dataset_resplit(mote_dataset_t *ds, const mote_resplit_t *how);

typedef enum { MOTE_EXPORT_ORIGINAL, MOTE_EXPORT_WAV, MOTE_EXPORT_CSV } mote_export_t;
/* Writes split folders with one file per sample and an info.labels that `mote add` and
 * the Edge Impulse uploader read back. `dir` must be new or empty. */
int mote_dataset_export(mote_dataset_t *ds, const mote_filter_t *f, mote_export_t as,
                        const char *dir, size_t *written);

/* Hashes every original again. Repairs what can be repaired: sweeps orphans, drops broken
 * cache entries. Broken originals are reported through `say` and counted, never deleted.
 */
typedef struct {
  size_t objects, samples, orphans, damaged, missing, cache_dropped;
} mote_check_t;
int mote_dataset_check(mote_dataset_t *ds, void (*say)(void *ctx, const char *line),
                       void *ctx, mote_check_t *out);

#endif
