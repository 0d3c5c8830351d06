/* SPDX-License-Identifier: Apache-2.0
 * Runs the steps of test_fast --cases (cases.h) over pseudo-random values and prints a
 * hash per step. Bare metal or hosted: see board.c. */
#include "base/strict.h"

#include <stdint.h>
#include <string.h>

void board_print(const char *text);

typedef struct {
  const char *fn;
  void (*run)(void);
  uint32_t out_bytes, scratch_bytes;
} case_t;

enum { VALUES = 40000 };
static int32_t in[2][VALUES / 4], out[VALUES / 4], scratch[VALUES / 4];

#include "cases.h"

static void fill(int32_t *to, uint32_t *seed) {
  uint8_t *b = (uint8_t *)to;
  for (uint32_t i = 0; i < VALUES; i++) {
    *seed = *seed * 1664525u + 1013904223u;
    b[i] = (uint8_t)(*seed >> 24);
  }
}

static void print_hash(const char *name, uint32_t h) {
  char text[16] = "        \n";
  for (int i = 0; i < 8; i++) text[i] = "0123456789abcdef"[h >> (28 - 4 * i) & 15];
  board_print(name);
  board_print(" ");
  board_print(text);
}

int main(void) {
  uint32_t seed = 1;
  fill(in[0], &seed), fill(in[1], &seed);
  for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint32_t h = 2166136261u;
    if (cases[i].out_bytes > VALUES || cases[i].scratch_bytes > VALUES) {
      board_print("too large\n");
      return 1;
    }
    memset(out, 0, cases[i].out_bytes + 64);
    cases[i].run();
    for (uint32_t k = 0; k < cases[i].out_bytes + 64; k++)
      h = (h ^ ((const uint8_t *)out)[k]) * 16777619u;
    print_hash(cases[i].fn, h);
  }
  return 0;
}
