/* SPDX-License-Identifier: Apache-2.0
 * A design, read and resolved against three axes at 100 Hz. Big windows are left out:
 * they are legal and only slow. */
#include "impulse/impulse.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  static const char *const axes[] = {"x", "y", "z"};
  json_t *doc = json_loadb((const char *)p, n, 0, NULL);
  mote_impulse_t *m;
  if (doc && mote_impulse_parse(doc, "impulse.json", &m) == MOTE_OK) {
    if (m->input.window_ms * (m->input.hz > 100 ? m->input.hz : 100) < 1e7)
      (void)mote_impulse_resolve(m, axes, 3, 100);
    mote_impulse_free(m);
  }
  json_decref(doc);
  return 0;
}
