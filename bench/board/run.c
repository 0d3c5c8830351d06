/* SPDX-License-Identifier: Apache-2.0
 * Runs an exported network over its golden inputs on an emulated board, between calls of
 * `mark`, whose instructions the emulator counts (tools/qemu_icount.c). Prints whether
 * the outputs are exact, and the bytes of stack. With -DLAYERS every call is marked. */
#include "base/strict.h"

#include <string.h>

#include "model.h"

void board_print(const char *text);
void mark(void);
extern uint8_t board_stack_top[];

#include "golden.h" /* golden_in[], golden_out[], GOLDEN_N */

enum { STACK = 0x4000, PAINT = 0xA5 };
static model_t model;

__attribute__((noinline)) void mark(void) { __asm__ volatile("nop"); }

static void print_number(uint32_t n) {
  char text[12], *p = text + sizeof text - 1;
  *p = 0;
  do *--p = (char)('0' + n % 10);
  while (n /= 10);
  board_print(p);
}

static __attribute__((noinline)) void paint(void) {
  volatile uint8_t here = 0;
  for (volatile uint8_t *p = board_stack_top - STACK; p < &here - 64; p++) *p = PAINT;
}

static uint32_t stack_used(void) {
  const volatile uint8_t *p = board_stack_top - STACK;
  while (*p == PAINT) p++;
  return (uint32_t)(board_stack_top - p);
}

int main(void) {
  size_t in = sizeof golden_in / GOLDEN_N, out = sizeof golden_out / GOLDEN_N;
  int exact = 1;
  model_init(&model);
  paint();
  for (uint32_t i = 0; i < GOLDEN_N; i++) {
    memcpy(model_input(&model), golden_in + i * in, in);
    mark();
    model_run(&model);
    mark();
    for (size_t k = 0; k < out; k++)
      exact &= model_output(&model)[k] == golden_out[i * out + k];
  }
  board_print(exact ? "\nEXACT stack " : "\nDIFFERS stack ");
  print_number(stack_used());
  board_print("\n");
  return 0;
}
