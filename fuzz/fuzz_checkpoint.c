/* SPDX-License-Identifier: Apache-2.0
 * Bytes as a checkpoint of a small net with running statistics. */
#include <stdlib.h>

#include "train/train.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static mote_net_t *small_net(void) {
  mote_net_spec_t spec = {.in = {1, 1, 3}, .outputs = 2};
  mote_net_t *net = NULL;
  json_t *list = json_pack("[{s:s, s:i, s:b}, {s:s}]", "type", "dense", "units", 3,
                           "batch_norm", 1, "type", "dense");
  if (mote_net_from_json(list, &spec, &net) < 0) abort();
  json_decref(list);
  return net;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mote_net_t *net = small_net();
  (void)mote_net_load(net, data, size);
  mote_net_free(net);
  return 0;
}
