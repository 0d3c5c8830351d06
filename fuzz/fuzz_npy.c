/* SPDX-License-Identifier: Apache-2.0
 * Any bytes: refused with a reason, or every element can be read. */
#include <stdlib.h>

#include "base/mem.h"
#include "formats/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  mote_npy_t a;
  if (mote_npy_parse(p, n, "x.npy", &a) < 0) {
    if (!*mote_errmsg()) abort();
    return 0;
  }
  if (a.count * (size_t)a.bytes > n) abort();
  float *v = mote_alloc(a.count + 1, sizeof *v);
  if (v) mote_npy_floats(&a, 0, a.count, v);
  mote_free(v);
  return 0;
}
