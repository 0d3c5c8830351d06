/* SPDX-License-Identifier: Apache-2.0
 * Any bytes as a case of `mote dsp`: parameters of every block from an untrusted file. */
#include <stdint.h>

#include "base/mem.h"
#include "features/dsp_case.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  if (n > 20000) return 0;
  json_t *root = json_loadb((const char *)p, n, 0, NULL);
  mote_case_out_t out;
  if (root && mote_dsp_case_run(root, &out) == MOTE_OK) mote_free(out.p);
  json_decref(root);
  return 0;
}
