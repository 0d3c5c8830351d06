/* SPDX-License-Identifier: Apache-2.0
 * SHA-256, HMAC-SHA256, MD5 and CRC-32 over bytes (OpenSSL, zlib). */
#ifndef MOTE_ENGINE_HASH_H
#define MOTE_ENGINE_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct { char hex[65]; } mote_sha_t;

mote_sha_t mote_sha256(const void *p, size_t n);
/* Incremental: NULL on memory failure. */
typedef struct mote_hasher mote_hasher_t;
mote_hasher_t *mote_hasher_new(void);
void mote_hasher_add(mote_hasher_t *h, const void *p, size_t n);
mote_sha_t mote_hasher_end(mote_hasher_t *h); /* also frees it */
void mote_hmac_sha256(const void *key, size_t nk, const void *p, size_t n,
                      uint8_t out[32]);
void mote_md5(const void *p, size_t n, uint8_t out[16]);
uint32_t mote_crc32(uint32_t crc, const void *p, size_t n); /* start with 0 */

#endif
