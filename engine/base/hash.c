/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <zlib.h>

static mote_sha_t to_hex(const uint8_t d[32]) {
  static const char digits[] = "0123456789abcdef";
  mote_sha_t s;
  for (int i = 0; i < 32; i++) {
    s.hex[2 * i] = digits[d[i] >> 4];
    s.hex[2 * i + 1] = digits[d[i] & 15];
  }
  s.hex[64] = 0;
  return s;
}

mote_sha_t mote_sha256(const void *p, size_t n) {
  uint8_t d[32] = {0};
  (void)EVP_Digest(p, n, d, NULL, EVP_sha256(), NULL);
  return to_hex(d);
}

mote_hasher_t *mote_hasher_new(void) {
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  if (ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1) {
    EVP_MD_CTX_free(ctx);
    ctx = NULL;
  }
  return (mote_hasher_t *)ctx;
}

void mote_hasher_add(mote_hasher_t *h, const void *p, size_t n) {
  (void)EVP_DigestUpdate((EVP_MD_CTX *)h, p, n);
}

mote_sha_t mote_hasher_end(mote_hasher_t *h) {
  uint8_t d[32] = {0};
  (void)EVP_DigestFinal_ex((EVP_MD_CTX *)h, d, NULL);
  EVP_MD_CTX_free((EVP_MD_CTX *)h);
  return to_hex(d);
}

void mote_hmac_sha256(const void *key, size_t nk, const void *p, size_t n,
                      uint8_t out[32]) {
  (void)HMAC(EVP_sha256(), key, (int)nk, p, n, out, NULL);
}

void mote_md5(const void *p, size_t n, uint8_t out[16]) {
  memset(out, 0, 16);
  (void)EVP_Digest(p, n, out, NULL, EVP_md5(), NULL);
}

uint32_t mote_crc32(uint32_t crc, const void *p, size_t n) {
  return (uint32_t)crc32_z(crc, p, n);
}
