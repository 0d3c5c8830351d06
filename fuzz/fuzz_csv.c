/* SPDX-License-Identifier: Apache-2.0
 * Each table is read as a series, with a rate, and as rows. */
#include "recordings.h"

extern const mote_format_t mote_format_csv;
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  mote_parse_options_t opt = {.path = "x.csv", .max_bytes = 1 << 24};
  mote_format_csv.sniff(p, n, "txt");
  check_parse(&mote_format_csv, p, n, &opt);
  opt.hz = 100;
  opt.path = "x.tsv";
  check_parse(&mote_format_csv, p, n, &opt);
  opt.rows_are_samples = 1;
  opt.label_column = "b";
  check_parse(&mote_format_csv, p, n, &opt);
  return 0;
}
