/* SPDX-License-Identifier: Apache-2.0
 * CRC-32 (ISO-HDLC, the one of zip and Ethernet): reflected 0xEDB88320, 64 bytes of
 * table. */
#ifndef MOTE_BASE_CRC_H
#define MOTE_BASE_CRC_H

#include <stddef.h>
#include <stdint.h>

/* Continues `crc` (start with 0) over n bytes; "123456789" gives 0xCBF43926. */
uint32_t mote_crc32_of(uint32_t crc, const void *p, size_t n);

#endif
