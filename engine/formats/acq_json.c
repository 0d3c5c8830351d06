/* SPDX-License-Identifier: Apache-2.0
 * Acquisition messages in JSON. */
#include "formats/acq.h"

static int sniff(const uint8_t *p, size_t n, const char *ext) {
  size_t i = n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF ? 3 : 0;
  (void)ext;
  while (i < n && (p[i] == ' ' || p[i] == '\n' || p[i] == '\r' || p[i] == '\t')) i++;
  return i < n && p[i] == '{' &&
         (mote_acq_mentions(p, n, "payload", 0) ||
          mote_acq_mentions(p, n, "protected", 0));
}

static int parse(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                 mote_arena_t *a, mote_recordings_t *out) {
  mote_pull_t r;
  mote_json_open(&r, p, n, opt->path ? opt->path : "message");
  return mote_acq_read(&r, 0, opt, a, out);
}

const mote_format_t mote_format_acq_json = {"acq_json", "json", sniff, parse};
