/* SPDX-License-Identifier: Apache-2.0
 * Semihosting calls by Arm's numbers (RISC-V uses the same): open, write, read, exit. */
#ifndef MOTE_BOARDS_SEMIHOST_H
#define MOTE_BOARDS_SEMIHOST_H

#include <stdint.h>

enum { SYS_OPEN = 0x01, SYS_WRITE0 = 0x04, SYS_READ = 0x06, SYS_EXIT_EXTENDED = 0x20 };
#define EXIT_CLEAN 0x20026u /* ADP_Stopped_ApplicationExit */

uintptr_t semihost(uintptr_t call,
                   const void *argument); /* in the board's start-up file */

#endif
