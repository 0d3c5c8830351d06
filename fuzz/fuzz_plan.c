/* SPDX-License-Identifier: Apache-2.0
 * Model files of any format: any bytes are refused with a reason, or planned for one of
 * the instruction sets and run inside the plan, between pages that nobody may touch. */
#include "plan_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n) {
  static plan_memory_t memory[2];
  static plan_counts_t count;
  for (int i = 0; i < 2; i++)
    if (!memory[i].room) memory[i] = plan_memory();
  uint32_t sum = (uint32_t)n;
  for (size_t i = 0; i < n; i++) sum = sum * 31 + p[i];
  plan_bytes(memory, p, n, sum, &count);
  return 0;
}
