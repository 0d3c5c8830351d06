/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOTE_MODEL_FROM_TFLITE_H
#define MOTE_MODEL_FROM_TFLITE_H

#include "model/graph.h"

/* A .tflite model -> graph: one node per operator, in order. What is not covered is
 * refused with the operator's name and place. Quantised models stay as they are, bit for
 * bit. */
int mote_graph_from_tflite(const uint8_t *p, size_t n, mote_graph_t **out);

#endif
