/* SPDX-License-Identifier: Apache-2.0 */
#include "recordings.h"

extern const mote_format_t mote_format_image;
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  mote_parse_options_t opt = {.path = "dir/x.image", .max_bytes = 1 << 24};
  mote_format_image.sniff(p, n, "");
  check_parse(&mote_format_image, p, n, &opt);
  return 0;
}
