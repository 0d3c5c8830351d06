/* SPDX-License-Identifier: Apache-2.0
 * The impulse: what impulse.json says, checked and resolved against a signal. Window →
 * DSP blocks → learners. Everything here is a plain value in one arena. */
#ifndef MOTE_IMPULSE_H
#define MOTE_IMPULSE_H

#include <jansson.h>
#include "features/block.h"
#include "model/graph.h"

#define MOTE_BLOCKS_MAX   8
#define MOTE_LEARNERS_MAX 8

typedef enum {
  MOTE_LABELING_MAJORITY, MOTE_LABELING_END, MOTE_LABELING_ANYWHERE,
  MOTE_LABELING_ANYWHERE_PERCENT
} mote_labeling_t;

typedef struct {
  const char **axes;
  uint32_t n_axes; /* names in order; after mote_impulse_resolve never 0 */
  double hz;                          /* likewise never 0 */
  double window_ms, stride_ms;        /* negative: "auto", until mote_impulse_window */
  uint32_t window, stride;            /* samples per axis (resolved) */
  int zero_pad;                       /* shorter recordings give one padded window */
  int pad_floor;                      /* padded with noise as soft as the recording's
                                         quietest parts, instead of zeros at the end */
  int audio;                          /* one axis of int16 counts: devices feed int16_t */
  mote_labeling_t labeling;
  const char **labeling_labels; size_t n_labeling_labels;
  double labeling_percent;
} mote_input_t;

typedef struct {
  int id;
  const char *name;
  const mote_block_t *block;
  void *cfg;                       /* block->cfg_bytes */
  uint32_t *axes; uint32_t n_axes; /* indices into input.axes */
  int normalize;
  /* resolved: */
  mote_signal_t signal;
  mote_block_shape_t shape;
  void *plan;                      /* prepared; tables in the impulse's arena */
  uint32_t features;               /* shape.rows * shape.cols */
} mote_dsp_t;

typedef struct {
  int id;
  const char *name, *type;             /* "classifier" "regression" "kmeans" "gmm" */
  int inputs[MOTE_BLOCKS_MAX],
      n_inputs; /* indices into dsp[], concatenated in this order */
  json_t *spec; /* the whole JSON object: params, layers, train ... */
  uint32_t rows, cols;                 /* shape seen by the network; rows 1 when flat */
} mote_learner_t;

typedef struct {
  mote_arena_t *arena;
  json_t *json;          /* the document itself */
  const char *name;
  mote_input_t input;
  mote_dsp_t dsp[MOTE_BLOCKS_MAX]; int n_dsp;
  mote_learner_t learn[MOTE_LEARNERS_MAX]; int n_learn;
  double validation_fraction;
  const char *validation_group; /* metadata key, "" = by recording */
  uint32_t features;     /* all blocks' features, concatenated in dsp order */
} mote_impulse_t;

/* Parses and checks the document (borrowed reference); names of fields in every message.
 */
int mote_impulse_parse(json_t *doc, const char *where, mote_impulse_t **out);
int mote_impulse_load(const char *path, mote_impulse_t **out);
void mote_impulse_free(mote_impulse_t *m);
/* "window_ms": "auto" fits the recordings: one window per recording when most last no
 * longer than 5 s, else 1 s; at least 1 s; "stride_ms": "auto" is half a window.
 * `length_s` sorted ascending. The figures go into the document too, so that a run is
 * frozen with them. */
int mote_impulse_window(mote_impulse_t *m, const double *length_s, size_t n);
/* Fixes axes and rate from the data where the design leaves them open, then shapes and
 * prepares every block. Must run before features are computed. */
int mote_impulse_resolve(mote_impulse_t *m, const char *const *axes, uint32_t n_axes,
                         double hz);
/* One window [window][n_axes of input] -> m->features raw (not normalised) values.
 * prev: the sample before the window per axis, or NULL at the start of a recording.
 * scratch: mote_impulse_scratch(m) bytes, 16-byte aligned; states: one per dsp or NULL.
 */
int mote_impulse_features(const mote_impulse_t *m, const float *x, const float *prev,
                          float *out, void *scratch, void *const *states);
size_t mote_impulse_scratch(const mote_impulse_t *m);

/* A trained impulse, as frozen in runs/<n>/: the design (resolved axes and rate written
 * into impulse.json) and per learner a graph from raw features to the answer. The graph
 * begins with op "normalise" (the folded feature normaliser); anomaly scores are graphs
 * too (ops "kmeans", "gmm"), so executor, planner and emitter need no special case.
 * Files: impulse.json, <learner name>.f32.mote, <learner name>.i8.mote, metrics.json. */
typedef struct {
  mote_impulse_t *impulse;
  struct {
    mote_graph_t *f32, *i8; /* i8 NULL when int8 was not made */
    const char **labels;
    size_t n_labels;        /* classifier: output names in order; from meta */
    double threshold;       /* anomaly: score above is an anomaly; from graph meta */
    int prefer_f32; /* int8 cost more than 1 point: the float variant is advised */
  } learn[MOTE_LEARNERS_MAX];
} mote_trained_t;

int mote_trained_load(const char *run_dir, mote_trained_t **out);
void mote_trained_free(mote_trained_t *t);

#endif
