/* SPDX-License-Identifier: Apache-2.0
 * RISC-V 32 start-up in machine mode; faults end the run. */
#include <stdint.h>
#include <string.h>

#include "semihost.h"

extern uint8_t bss_start[], bss_end[];
void board_main(void);
void begin(void);
void fault(void);

__attribute__((noinline)) uintptr_t semihost(uintptr_t call, const void *argument) {
  register uintptr_t a0 __asm__("a0") = call;
  register const void *a1 __asm__("a1") = argument;
  /* The debugger knows the call by these three instructions, uncompressed. */
  __asm__ volatile(
      ".option push\n .option norvc\n .balign 16\n slli x0, x0, 0x1f\n ebreak\n"
      " srai x0, x0, 7\n .option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
}

__attribute__((aligned(4))) void fault(void) {
  uintptr_t a[2] = {0x20023u, 99};
  (void)semihost(SYS_WRITE0, "fault\n");
  (void)semihost(SYS_EXIT_EXTENDED, a);
  for (;;) {
  }
}

void begin(void) {
  memset(bss_start, 0, (size_t)(bss_end - bss_start));
  board_main();
}

__asm__(
    ".section .vectors, \"ax\"\n .globl reset\nreset:\n .option push\n .option norelax\n"
    " la gp, __global_pointer$\n .option pop\n la sp, stack_top\n la t0, fault\n"
    " .option arch, +zicsr\n csrw mtvec, t0\n call begin\n .text\n");
