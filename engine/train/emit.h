/* SPDX-License-Identifier: Apache-2.0
 * Helpers with which layers add themselves to the inference graph (train/net_graph.c). */
#ifndef MOTE_TRAIN_EMIT_H
#define MOTE_TRAIN_EMIT_H

#include "model/attrs.h"
#include "train/net.h"

struct mote_emit {
  mote_graph_t *g;
  const mote_net_t *net;
  int32_t *tensor; /* [n_layers]: graph tensor of each layer's output, -1 not there yet */
};

/* Tensor of the layer's k-th input; `rank4`: as [1][h][w][c], reshaped when it is not. */
int mote_emit_in(mote_emit_t *e, const mote_layer_t *l, int k, int rank4);
/* New float constant "<layer>/<suffix>" (data copied). */
int mote_emit_const(mote_emit_t *e, const mote_layer_t *l, const char *suffix,
                    mote_dims_t dims, const float *data);
/* The weights [n_kernel] seen as [rows][channels], transposed to [channels][rows]. */
int mote_emit_kernel(mote_emit_t *e, const mote_layer_t *l, mote_dims_t dims,
                     const float *w);
int mote_emit_bias(mote_emit_t *e, const mote_layer_t *l, const float *w);
/* MOTE_ACT_*: the relu that alone reads this layer, which then is part of the node. */
int32_t mote_emit_activation(const mote_emit_t *e, const mote_layer_t *l);
/* The layer's node; its output tensor bears the layer's name (or the fused relu's).
 * Inputs that are -1 are left out at the end. `fused`: from mote_emit_activation. */
typedef struct { const char *op; int32_t in[MOTE_LAYER_IN_MAX], n_in; const void *attr;
                 int32_t fused; } mote_emit_node_t;
int mote_emit_node(mote_emit_t *e, const mote_layer_t *l, const mote_emit_node_t *n);
/* y is x (dropout, an absorbed relu). */
int mote_emit_same(mote_emit_t *e, const mote_layer_t *l);
/* A reshape to the layer's output shape. */
int mote_emit_reshape(mote_emit_t *e, const mote_layer_t *l);

static inline mote_dims_t mote_dims4(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return (mote_dims_t){4, {(int32_t)a, (int32_t)b, (int32_t)c, (int32_t)d}};
}

#endif
