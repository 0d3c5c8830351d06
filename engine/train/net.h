/* SPDX-License-Identifier: Apache-2.0
 * Inside the trainer: what a layer is. One layer kind = one file in train/layers/ with
 * plain functions over raw pointers + a row in train/layers.def. */
#ifndef MOTE_TRAIN_NET_H
#define MOTE_TRAIN_NET_H

#include "base/rng.h"
#include "train/isa/isa.h"
#include "train/train.h"

#define MOTE_LAYER_IN_MAX 8
#define MOTE_LAYER_NAME 64

typedef mote_input_shape_t mote_shape_t;
static inline size_t mote_shape_count(mote_shape_t s) { return (size_t)s.h * s.w * s.c; }

typedef struct mote_layer mote_layer_t;

/* What a layer works on: a slice of `n` samples of the batch. Everything a layer writes
 * belongs to this slice, so slices can run on any thread in any order. */
typedef struct {
  const mote_kernels_t *k;
  uint32_t n;
  uint64_t first;          /* index of the slice's first sample in the batch */
  const float *x[MOTE_LAYER_IN_MAX]; /* [n][input] */
  float *y;                /* [n][output] */
  const float *dy;         /* [n][output] */
  float *dx[MOTE_LAYER_IN_MAX]; /* [n][input], to be overwritten; NULL: not wanted */
  const float *w;          /* kernel [..][channels], then bias [channels] */
  const float *prepared;   /* what `prepare` made of the weights */
  float *dw;               /* this slice's share of the gradient, to be overwritten */
  float *state;            /* running statistics */
  float *saved;            /* [n][saved]: forward leaves it for backward */
  float *scratch;          /* [scratch] of this thread, garbage at entry */
  float *part;             /* [part] sums of this slice, for merge */
  float *shared;           /* [shared] of the whole batch, written by merge */
  uint32_t key;            /* random key of this layer in this step */
  int training;
} mote_io_t;

/* For merge: the parts of all slices, to be summed in slice order. */
typedef struct {
  const float *parts;  /* [n_slices][part] */
  uint32_t n_slices;
  uint32_t batch, slice; /* samples in the batch, in a slice (the last may have fewer) */
  const float *w;
  float *shared, *state;
} mote_merge_t;

typedef struct mote_emit mote_emit_t; /* train/net_graph.c */

enum {
  MOTE_LAYER_IN_PLACE = 1,  /* y may be x, dx may be dy; backward reads y, not x */
  MOTE_LAYER_NEEDS_Y = 2,   /* backward reads its own y: nobody may overwrite it */
  MOTE_LAYER_ABSORBS = 4,   /* clamps its own output when only a relu reads it */
  MOTE_LAYER_ACTIVATES = 8, /* takes "activation" and "batch_norm" in JSON */
  MOTE_LAYER_SEQUENCE = 16, /* 1-D: wants {1, t, c} */
  MOTE_LAYER_MAP = 32,      /* 2-D: wants {h, w, c} */
  MOTE_LAYER_ALIAS = 64,    /* y is x under another shape */
  MOTE_LAYER_HIDDEN = 128   /* made by the parser, not offered to users */
};

typedef struct {
  const char *type, *help;
  const char *op; /* the operator it becomes, when that is named otherwise */
  const mote_param_t *params;
  size_t n_params, cfg_bytes;
  size_t own_bytes; /* layer->own: geometry worked out by plan */
  int min_in, max_in;
  unsigned flags;
  /* Shorthand kinds: an array of plain layers in place of this one (new reference). */
  json_t *(*expand)(json_t *layer);
  /* Output shape and sizes from layer->in_shape and cfg; fails with mote_layer_fail. */
  int (*plan)(mote_layer_t *l);
  void (*init)(const mote_layer_t *l, float *w, float *state, mote_rng_t *rng);
  void (*prepare)(const mote_layer_t *l, const float *w, float *prepared);
  void (*forward)(const mote_layer_t *l, const mote_io_t *io);
  void (*backward)(const mote_layer_t *l, const mote_io_t *io);
  /* Layers that need the whole batch: collect per slice, merge once, then forward. */
  void (*collect)(const mote_layer_t *l, const mote_io_t *io);
  void (*merge)(const mote_layer_t *l, const mote_merge_t *m);
  void (*collect_back)(const mote_layer_t *l, const mote_io_t *io);
  void (*merge_back)(const mote_layer_t *l, const mote_merge_t *m);
  /* Adds its nodes to the inference graph (train/emit.h). */
  int (*emit)(const mote_layer_t *l, mote_emit_t *e, const float *w, const float *state);
} mote_layer_kind_t;

struct mote_layer {
  const mote_layer_kind_t *kind;
  char name[MOTE_LAYER_NAME];
  const char *where; /* "learn block 1: layers[3] (conv2d)" */
  int32_t index, n_in, in[MOTE_LAYER_IN_MAX]; /* layer 0 is the input */
  int32_t users; /* layers that read this one */
  int32_t trained; /* this layer or one before it has weights */
  int32_t frozen;  /* batch norm: running statistics also in training */
  int32_t absorbed; /* a relu that the layer before does (its lo, hi); y is x */
  float lo, hi;
  mote_shape_t in_shape[MOTE_LAYER_IN_MAX], out;
  void *cfg, *own;
  /* Set by plan: */
  size_t n_kernel, n_bias; /* weights: kernel (decays, is quantised), then the rest */
  size_t channels;         /* last dimension of the kernel */
  size_t n_state, prepared, scratch, part, shared;
  size_t saved; /* floats per sample */
  int64_t macs; /* per sample */
  size_t w_at, state_at; /* offsets into the net's arrays */
};

struct mote_net {
  mote_arena_t *arena;
  json_t *plain; /* the list after expansion: what clone, fold and checkpoints go by */
  mote_net_spec_t spec;
  mote_layer_t *layers;
  int32_t n_layers;
  float *weights, *state;
  size_t n_weights, n_state;
  int64_t macs;
  int32_t
      fake_weights; /* forward sees kernels rounded to their int8 grid (train/qat.c) */
};

extern const mote_layer_kind_t *const mote_layer_table[]; /* NULL-terminated */
const mote_layer_kind_t *mote_layer_find(const char *type);
/* MOTE_ERR_USAGE with "<where>: <text>". */
int mote_layer_fail(const mote_layer_t *l, const char *fmt, ...) MOTE_PRINTF(2, 3);
/* Uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010); biases stay 0. */
void mote_init_glorot(float *w, size_t n, size_t fan_in, size_t fan_out, mote_rng_t *rng);

/* The user's list -> plain layers with "name", "from", "at" (train/expand.c). */
int mote_layers_expand(json_t *layers, const mote_net_spec_t *spec, json_t **out);
/* Builds a net from a plain list; weights are initialised. */
int mote_net_build(json_t *plain, const mote_net_spec_t *spec, mote_net_t **out);
static inline const mote_layer_t *mote_net_last(const mote_net_t *n) {
  return &n->layers[n->n_layers - 1];
}

#endif
