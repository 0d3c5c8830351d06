/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOTE_MODEL_TO_ONNX_H
#define MOTE_MODEL_TO_ONNX_H

#include "model/graph.h"

/* A graph as an .onnx file of operator set 17. Inputs and outputs keep their layout
 * (images: channels last); int8 tensors are pairs of QuantizeLinear and DequantizeLinear
 * around float operators. What .onnx cannot say is refused with the node's name. */
int mote_graph_to_onnx(const mote_graph_t *g, mote_buf_t *out);

#endif
