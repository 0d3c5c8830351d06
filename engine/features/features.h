/* SPDX-License-Identifier: Apache-2.0
 * Data set → windows → feature matrix, on all cores, cached by content and design. */
#ifndef MOTE_FEATURES_H
#define MOTE_FEATURES_H

#include "dataset/dataset.h"
#include "features/signal_augment.h"
#include "impulse/impulse.h"

#define MOTE_NO_LABEL (-1)

typedef struct {
  uint32_t sample; /* index into set->samples */
  uint32_t copy;   /* 0: the recording itself, 1..: augmented copies */
  int64_t start;   /* first sample of the window, at the impulse's rate */
  int32_t label;   /* index into set->labels, or MOTE_NO_LABEL */
  float target;    /* the label read as a number (regression), else 0 */
} mote_window_t;

typedef struct {
  mote_arena_t *arena;
  const mote_impulse_t *impulse; /* borrowed */
  mote_samples_t samples;
  const char **labels; size_t n_labels; /* sorted */
  mote_window_t *windows; size_t n;     /* by sample, then copy, then start */
  size_t d;                             /* impulse->features */
  float *x;                             /* [n][d], raw (not normalised) */
  size_t from_cache, computed;          /* recordings */
} mote_feature_set_t;

typedef struct {
  mote_filter_t filter;     /* which samples */
  const char *project;      /* for the cache; NULL: no cache */
  const char *const *labels;
  size_t n_labels;                      /* fixed label order (a trained run), or none */
  const mote_signal_augment_t *augment; /* with copies > 0; NULL: none */
  uint64_t seed;            /* of the augmentation */
} mote_feature_options_t;

/* Axes and rate where the design leaves them open: from the enabled samples. */
int mote_features_resolve(mote_dataset_t *ds, mote_impulse_t *m);
/* All windows of the matching samples with their features. `m` must be resolved. */
int mote_features_compute(mote_dataset_t *ds, const mote_impulse_t *m,
                          const mote_feature_options_t *opt, mote_feature_set_t **out);
void mote_features_free(mote_feature_set_t *set);

/* ---- the pieces, also used for live files ---- */

/* The recording at the impulse's rate with the impulse's axes in its order, in `a`; not
 * padded yet. MOTE_ERR_USAGE names the missing axis. */
int mote_features_signal(const mote_impulse_t *m, const mote_recording_t *r,
                         mote_arena_t *a, float **x, uint64_t *n);
/* A signal shorter than the window is padded to it when the design says so: zeros at the
 * end, or (input.pad "floor") centred in noise of the level of its quietest tenth, which
 * digital silence is not: the logarithms of features see the difference. Repeatable. */
int mote_features_pad(const mote_impulse_t *m, mote_arena_t *a, float **x, uint64_t *n);
/* Number of windows of a (padded) signal of n samples. */
uint64_t mote_features_count(const mote_impulse_t *m, uint64_t n);
/* Features of window i of a (padded) signal: out[m->features]; scratch:
 * mote_impulse_scratch(m) bytes. */
int mote_features_window(const mote_impulse_t *m, const float *x, uint64_t i, float *out,
                         void *scratch, void *const *states);
/* Label of [start, start+window) under the design's labelling rule; NULL when none
 * applies. ranges are in samples at the impulse's rate. */
const char *mote_features_label(const mote_impulse_t *m, const mote_range_t *ranges,
                                size_t n_ranges, uint64_t start);

#endif
