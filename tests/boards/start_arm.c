/* SPDX-License-Identifier: Apache-2.0
 * Cortex-M start-up: vectors, FPU and MVE on, .data and .bss, main; faults end the run.
 */
#include <stdint.h>
#include <string.h>

#include "semihost.h"

extern uint8_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];
void board_main(void);
void reset(void);

__attribute__((naked, noinline)) uintptr_t semihost(uintptr_t call,
                                                    const void *argument) {
  (void)call, (void)argument;
  __asm__ volatile("bkpt 0xAB\n bx lr");
}

static void fault(void) {
  uintptr_t a[2] = {0x20023u /* ADP_Stopped_RunTimeErrorUnknown */, 99};
  (void)semihost(SYS_WRITE0, "fault\n");
  (void)semihost(SYS_EXIT_EXTENDED, a);
  for (;;) {
  }
}

void reset(void) {
  *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20; /* CPACR: coprocessors 10 and 11 */
  __asm__ volatile("dsb\n isb");
  memcpy(data_start, data_load, (size_t)(data_end - data_start));
  memset(bss_start, 0, (size_t)(bss_end - bss_start));
  board_main();
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top,            (const void *)reset, (const void *)fault, (const void *)fault,
    (const void *)fault, (const void *)fault, (const void *)fault};
