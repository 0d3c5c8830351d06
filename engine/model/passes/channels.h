/* SPDX-License-Identifier: Apache-2.0
 * What each channel (slice of the last axis) of an int8 tensor can hold, whatever the
 * inputs are. */
#ifndef MOTE_MODEL_CHANNELS_H
#define MOTE_MODEL_CHANNELS_H

#include "model/passes/lowered.h"
#include "nn/conv2d.h"
#include "nn/dense.h"
#include "nn/depthwise_conv2d.h"

typedef struct {
  int32_t lo, hi;
} mote_range_t;

/* A weighted node in the terms of its kernel. */
typedef enum {
  MOTE_WEIGHTED_NOT,
  MOTE_WEIGHTED_CONV,
  MOTE_WEIGHTED_DEPTHWISE,
  MOTE_WEIGHTED_DENSE
} mote_weighted_kind_t;
typedef struct {
  mote_weighted_kind_t kind;
  mote_window_t win;  /* dense: one tap over in_c columns */
  int32_t multiplier; /* depthwise */
  const mote_filter_s8_t *filter;
  int border; /* some taps hang over the input */
} mote_weighted_t;

typedef struct {
  mote_lowered_t low;
  mote_arena_t *arena;
  int32_t *count;            /* [n_tensors] channels; 0: not int8, or a state */
  mote_range_t **range;      /* [n_tensors][count] */
  mote_weighted_t *weighted; /* [n_nodes] */
} mote_channels_t;

int mote_channels_new(const mote_graph_t *g, mote_channels_t *out);
void mote_channels_free(mote_channels_t *c);

/* Does a slice of the node's output depend on the same slices of its inputs alone? */
int mote_channels_is_each(const mote_channels_t *c, int32_t node);
/* Takes the channels with keep[tensor][channel] == 0 out of the graph. Returns how many
 * outputs of weighted nodes went. */
int mote_channels_cut(mote_graph_t *g, const mote_channels_t *c, uint8_t *const *keep);

/* Weight of (output channel, tap, input column); depthwise: column 0 alone. */
static inline int32_t mote_weight_at(const mote_weighted_t *w, int32_t o, int32_t tap,
                                     int32_t column) {
  int32_t taps = w->win.k_h * w->win.k_w, c = w->win.in_c;
  if (w->kind == MOTE_WEIGHTED_DEPTHWISE)
    return w->filter->weights.p[tap * w->win.out_c + o];
  return w->filter->weights.p[(o * taps + tap) * c + column];
}

#endif
