/* SPDX-License-Identifier: Apache-2.0
 * Acquisition messages in CBOR, with or without binary samples behind them. */
#include "formats/acq.h"

static int sniff(const uint8_t *p, size_t n, const char *ext) {
  (void)ext;
  if (n < 2 || (p[0] >> 5 != 5 && p[0] != 0xD9)) return 0; /* a map, or tag 55799 */
  return mote_acq_mentions(p, n, "payload", 1) || mote_acq_mentions(p, n, "protected", 1);
}

static int parse(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                 mote_arena_t *a, mote_recordings_t *out) {
  mote_pull_t r;
  mote_cbor_open(&r, p, n, opt->path ? opt->path : "message");
  return mote_acq_read(&r, 1, opt, a, out);
}

const mote_format_t mote_format_acq_cbor = {"acq_cbor", "cbor", sniff, parse};
