/* SPDX-License-Identifier: Apache-2.0
 * What a board gives the harness. The file of samples is samples.bin in the present
 * folder, through semihosting on emulated boards. */
#ifndef MOTE_BOARDS_PORT_H
#define MOTE_BOARDS_PORT_H

#include <stddef.h>
#include <stdint.h>

void port_print(const char *text);
size_t port_read(void *to, size_t bytes); /* 0 at the end of the samples */
/* The end of the stack that may be painted, NULL where there is none. */
uint8_t *port_stack_low(void);
int harness(void); /* 0: ran through */

#endif
