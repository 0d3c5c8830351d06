/* SPDX-License-Identifier: Apache-2.0
 * .onnx import: any bytes are refused, or become a graph that runs inside its memory.
 */
#include "graph_run.h"
#include "model/from_onnx.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  mote_graph_t *g;
  if (mote_graph_from_onnx(p, n, &g) < 0) return 0;
  graph_run(g);
  mote_graph_free(g);
  return 0;
}
