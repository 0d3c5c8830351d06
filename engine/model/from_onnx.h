/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOTE_MODEL_FROM_ONNX_H
#define MOTE_MODEL_FROM_ONNX_H

#include "model/graph.h"

/* An .onnx model -> graph. Inputs and outputs keep the file's layout (images: N C H W);
 * in between images have channels last. Constant subgraphs are folded. int8 models (QDQ
 * or QLinear operators) become int8 graphs; uint8 becomes int8 inside, with the zero
 * point moved by 128; indices are int32. An open batch dimension is 1. What is not
 * covered is refused with the operator's name and place. */
int mote_graph_from_onnx(const uint8_t *p, size_t n, mote_graph_t **out);

#endif
