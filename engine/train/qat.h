/* SPDX-License-Identifier: Apache-2.0
 * Quantisation-aware fine-tuning. Weights pass through an int8 grid (symmetric, per
 * output channel), activations through theirs (asymmetric, per tensor) in the forward
 * pass; gradients go straight through where the value is inside the range. What comes out
 * is a float network that loses little when quantised: export it with mote_net_to_graph
 * and quantise with the same ranges.  Scheme: Jacob et al., arXiv 1712.05877. */
#ifndef MOTE_TRAIN_QAT_H
#define MOTE_TRAIN_QAT_H

#include "train/train.h"

/* Range of an activation tensor of the graph, by its name there ("conv1", "input", ...).
 * The int8 grid must represent zero exactly: ranges are widened to contain it. */
typedef struct { const char *tensor; float lo, hi; } mote_qat_range_t;

typedef struct {
  const mote_qat_range_t *ranges; /* from the quantiser's report; what it does not
                                     name is measured on the training data */
  size_t n_ranges;
} mote_qat_t;

/* Fine-tunes in place. Batch norms are folded first where a convolution or dense layer
 * stands before them (the net has fewer layers afterwards), other batch norms are frozen.
 * Use a tenth of the learning rate and a few epochs. `qat` may be NULL: all ranges are
 * measured. */
int mote_train_qat(mote_net_t *net, const mote_train_data_t *train,
                   const mote_train_data_t *valid, const mote_train_config_t *cfg,
                   const mote_train_hooks_t *hooks, const mote_qat_t *qat,
                   mote_train_result_t *out);
/* Batch norm folding alone: predictions stay the same up to rounding. */
int mote_net_fold(mote_net_t *net);

#endif
