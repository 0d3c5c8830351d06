/* SPDX-License-Identifier: Apache-2.0 */
#include "port.h"
#include "semihost.h"

extern uint8_t stack_low[];
void board_main(void);

static uintptr_t file;

void port_print(const char *text) { (void)semihost(SYS_WRITE0, text); }

static void open_samples(void) {
  static const char name[] = "samples.bin";
  uintptr_t a[3];
  a[0] = (uintptr_t)name, a[1] = 1 /* "rb" */, a[2] = sizeof name - 1;
  file = semihost(SYS_OPEN, a);
}

size_t port_read(void *to, size_t bytes) {
  uintptr_t a[3];
  if (!file) open_samples();
  a[0] = file, a[1] = (uintptr_t)to, a[2] = bytes;
  return bytes - semihost(SYS_READ, a); /* it returns how many are missing */
}

uint8_t *port_stack_low(void) { return stack_low; }

void board_main(void) {
  uintptr_t a[2];
  a[0] = EXIT_CLEAN;
  a[1] = (uintptr_t)harness();
  (void)semihost(SYS_EXIT_EXTENDED, a);
  for (;;) {
  }
}
