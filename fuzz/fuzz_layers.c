/* SPDX-License-Identifier: Apache-2.0
 * A layer list from impulse.json: build the net; when it is small, predict, export, fold.
 * The first byte chooses the input shape. */
#include <stdlib.h>

#include "train/qat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(mote_net_t *net) {
  static const float x[256];
  float out[16];
  mote_graph_t *g;
  if (mote_net_macs(net) > 1000000) return;
  if (mote_net_predict(net, x, 1, out) < 0) return;
  if (mote_net_to_graph(net, &g) == 0) mote_graph_free(g);
  (void)mote_net_fold(net);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const mote_input_shape_t shapes[] = {
      {1, 1, 20}, {1, 12, 5}, {8, 7, 2}, {6, 1, 9}};
  json_error_t err;
  mote_net_t *net;
  if (size < 2) return 0;
  mote_net_spec_t spec = {.in = shapes[data[0] % 4], .outputs = 4,
                          .task = data[0] & 4 ? MOTE_TASK_REGRESS : MOTE_TASK_CLASSIFY};
  json_t *list = json_loadb((const char *)data + 1, size - 1, 0, &err);
  if (list && mote_net_from_json(list, &spec, &net) == 0) {
    use(net);
    mote_net_free(net);
  }
  json_decref(list);
  return 0;
}
