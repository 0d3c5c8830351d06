/* SPDX-License-Identifier: Apache-2.0
 * The least that a program needs on an emulated Cortex-M (semihosting) or RISC-V `virt`
 * board (UART), in WebAssembly (bits/wasm.cjs), or on a host. -DBOARD_LIBC: mem* come
 * from the C library. */
#include <stddef.h>
#include <stdint.h>

void board_print(const char *text);
int main(void);

#if (defined(__arm__) || defined(__riscv) || defined(__wasm__)) && !defined(BOARD_LIBC)
#include <string.h>

void *memcpy(void *to, const void *from, size_t n) { return memmove(to, from, n); }

void *memmove(void *to, const void *from, size_t n) {
  volatile uint8_t *a = to; /* volatile: not to be turned into a call of itself */
  const uint8_t *b = from;
  if ((uintptr_t)to <= (uintptr_t)from)
    for (size_t i = 0; i < n; i++) a[i] = b[i];
  else
    while (n--) a[n] = b[n];
  return to;
}

void *memset(void *to, int value, size_t n) {
  volatile uint8_t *a = to;
  for (size_t i = 0; i < n; i++) a[i] = (uint8_t)value;
  return to;
}
#endif

#if defined(__arm__)

static void semihost(uint32_t operation, const void *argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void board_print(const char *text) { semihost(4, text); }

void board_reset(void);
void board_reset(void) {
  *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20; /* floating point on */
  __asm__ volatile("dsb\n isb" ::: "memory");
  main();
  semihost(0x18, (const void *)0x20026);
  for (;;) {}
}

extern uint8_t board_stack_top[];
__attribute__((section(".vectors"), used)) static const void *const vectors[2] = {
    board_stack_top, (const void *)board_reset};

#elif defined(__riscv)

void board_print(const char *text) {
  while (*text) *(volatile uint8_t *)0x10000000u = (uint8_t)*text++;
}

void board_reset(void);
void board_reset(void) {
  main();
  *(volatile uint32_t *)0x100000u = 0x5555; /* power off */
  for (;;) {}
}

__attribute__((section(".vectors"), naked, used)) void board_start(void);
void board_start(void) {
#ifdef __riscv_vector
  __asm__ volatile("li t0, 0x200\n csrs mstatus, t0"); /* the vector unit is on */
#endif
  __asm__ volatile("la sp, board_stack_top\n j board_reset");
}

#elif defined(__wasm__)

__attribute__((export_name("run"))) void board_reset(void);
void board_reset(void) { main(); }

#else
#include <stdio.h>
void board_print(const char *text) { fputs(text, stdout); }
#endif
