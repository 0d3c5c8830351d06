/* SPDX-License-Identifier: Apache-2.0
 * CBOR messages: any bytes give a recording or an error, and what parses survives being
 * written and read again, bit for bit. */
#include <stdlib.h>
#include <string.h>
#include "formats/acq.h"

extern const mote_format_t mote_format_acq_cbor;
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void there_and_back(const mote_recording_t *rec, mote_arena_t *a) {
  mote_buf_t out = {0};
  mote_recordings_t again;
  mote_parse_options_t opt = {.path = "again"};
  if (mote_acq_write_cbor(rec, "key", &out) < 0) abort();
  if (mote_format_acq_cbor.parse(out.p, out.n, &opt, a, &again) < 0) abort();
  size_t bytes = (size_t)rec->n * rec->axes * sizeof(float);
  if (again.item->n != rec->n || memcmp(again.item->values, rec->values, bytes) != 0)
    abort();
  mote_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  const char *keys[] = {"key", "00ff"};
  mote_parse_options_t opt = {
      .path = "in.cbor", .hmac_keys = keys, .n_hmac_keys = 2, .max_bytes = 1 << 20};
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  (void)mote_format_acq_cbor.sniff(p, n, "cbor");
  if (mote_format_acq_cbor.parse(p, n, &opt, a, &recs) >= 0) there_and_back(recs.item, a);
  mote_arena_free(a);
  return 0;
}
