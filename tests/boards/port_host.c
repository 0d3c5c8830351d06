/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "port.h"

static FILE *samples;

void port_print(const char *text) { fputs(text, stdout); }

size_t port_read(void *to, size_t bytes) {
  if (!samples && !(samples = fopen("samples.bin", "rb"))) return 0;
  return fread(to, 1, bytes, samples);
}

uint8_t *port_stack_low(void) { return NULL; }

int main(void) { return harness(); }
