/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOTE_MODEL_TO_TFLITE_H
#define MOTE_MODEL_TO_TFLITE_H

#include "model/graph.h"

/* Graph -> .tflite (float32 or int8); read back it computes the same bits. Explicit
 * padding of a convolution becomes a PAD of its own. Operators without a counterpart
 * there (the anomaly scores, the normaliser) are refused by name. */
int mote_graph_to_tflite(const mote_graph_t *g, mote_buf_t *out);

#endif
