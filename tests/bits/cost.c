/* SPDX-License-Identifier: Apache-2.0
 * Calls `mark` before and after each plan of test_dsp_bits --second; the emulator counts
 * the instructions between (tools/qemu_icount.c). */
#include "base/strict.h"

#include <stdint.h>

void board_print(const char *text);
void mark(void);

typedef struct {
  const char *name;
  int (*run)(const float *x, float *out, void *scratch, void *state);
  uint32_t in, out, scratch, state;
} design_t;

#include "plans.h"

static float x[16000], out[8000];
static uint64_t scratch[1024];

__attribute__((noinline)) void mark(void) { __asm__ volatile("nop"); }

int main(void) {
  uint32_t seed = 1;
  for (uint32_t i = 0; i < sizeof x / sizeof *x; i++) {
    seed = seed * 1664525u + 1013904223u;
    x[i] = (float)((int32_t)seed >> 18);
  }
  for (uint32_t d = 0; d < sizeof designs / sizeof *designs; d++) {
    mark();
    if (designs[d].run(x, out, scratch, 0) != 0) board_print("error\n");
    mark();
  }
  return 0;
}
