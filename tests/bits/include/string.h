/* SPDX-License-Identifier: Apache-2.0
 * All that the runtime uses of <string.h>, for toolchains without a C library. */
#ifndef MOTE_BITS_STRING_H
#define MOTE_BITS_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);

#endif
