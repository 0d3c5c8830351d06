/* SPDX-License-Identifier: Apache-2.0
 * The model container: any bytes are refused, or become a graph that lowers, runs inside
 * its memory, and is written back. */
#include "graph_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  mote_graph_t *g;
  mote_buf_t out = {0};
  if (mote_graph_read(p, n, &g) < 0) return 0;
  graph_run(g);
  if (mote_graph_write(g, &out) < 0) abort();
  mote_buf_free(&out);
  mote_graph_free(g);
  return 0;
}
