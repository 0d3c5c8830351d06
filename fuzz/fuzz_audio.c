/* SPDX-License-Identifier: Apache-2.0 */
#include "known_leaks.h"
#include "recordings.h"

extern const mote_format_t mote_format_audio;
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  mote_parse_options_t opt = {.path = "dir/x.audio", .max_bytes = 1 << 24};
  mote_format_audio.sniff(p, n, "");
  check_parse(&mote_format_audio, p, n, &opt);
  return 0;
}
