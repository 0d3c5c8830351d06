/* SPDX-License-Identifier: Apache-2.0
 * UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef MOTE_ENGINE_UTF8_H
#define MOTE_ENGINE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes (1 to 4) of the character at p, of which n are readable; 0 when it is not UTF-8.
 */
size_t mote_utf8_len(const uint8_t *p, size_t n);
/* Offset of the first byte that is not UTF-8; n when all is well. */
size_t mote_utf8_check(const uint8_t *p, size_t n);
/* Writes a code point below 0x110000 into out[4]; returns its bytes. */
size_t mote_utf8_put(uint32_t code, char *out);

#endif
