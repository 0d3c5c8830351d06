/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/acq_sign.h"

#include <string.h>
#include "base/hash.h"

#define KEY_MAX 256

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes written to out[cap], 0 when `hex` is not an even number of hex digits that fit.
 */
static size_t unhex(const char *hex, uint8_t *out, size_t cap) {
  size_t n = strlen(hex);
  if (n & 1 || n / 2 > cap) return 0;
  for (size_t i = 0; i < n / 2; i++) {
    int hi = digit(hex[2 * i]), lo = digit(hex[2 * i + 1]);
    if (hi < 0 || lo < 0) return 0;
    out[i] = (uint8_t)(hi << 4 | lo);
  }
  return n / 2;
}

/* Looks at every byte whatever it finds: the time says nothing about the place. */
static int equal(const uint8_t a[32], const uint8_t b[32]) {
  uint8_t difference = 0;
  for (int i = 0; i < 32; i++) difference |= a[i] ^ b[i];
  return difference == 0;
}

/* The last place where the signature stands; in CBOR behind its head 78 40. */
static const uint8_t *find_last(const uint8_t *p, size_t n, int cbor,
                                const char *signature) {
  if (n < MOTE_ACQ_SIGNATURE) return NULL;
  for (size_t at = n - MOTE_ACQ_SIGNATURE + 1; at-- > 0;) {
    if (p[at] != (uint8_t)signature[0]) continue;
    if (memcmp(p + at, signature, MOTE_ACQ_SIGNATURE) != 0) continue;
    if (!cbor || (at >= 2 && p[at - 2] == 0x78 && p[at - 1] == 0x40)) return p + at;
  }
  return NULL;
}

static int matches(const uint8_t *message, size_t n, const char *key,
                   const uint8_t want[32]) {
  uint8_t got[32], bytes[KEY_MAX];
  mote_hmac_sha256(key, strlen(key), message, n, got);
  int ok = equal(got, want);
  size_t nb = unhex(key, bytes, sizeof bytes);
  if (nb) {
    mote_hmac_sha256(bytes, nb, message, n, got);
    ok |= equal(got, want);
  }
  return ok;
}

int mote_acq_verify(const uint8_t *p, size_t n, int cbor, const char *alg,
                    const char *signature, const mote_parse_options_t *opt,
                    mote_signature_t *out) {
  uint8_t want[32];
  *out = MOTE_SIGNATURE_NONE;
  if (!strcmp(alg, "none") || signature[strspn(signature, "0")] == 0) return MOTE_OK;
  *out = MOTE_SIGNATURE_UNCHECKED;
  if (opt->n_hmac_keys == 0) return MOTE_OK;
  *out = MOTE_SIGNATURE_INVALID;
  if (strcmp(alg, "HS256") != 0 || unhex(signature, want, sizeof want) != sizeof want)
    return MOTE_OK;
  const uint8_t *place = find_last(p, n, cbor, signature);
  if (!place) return MOTE_OK;
  uint8_t *message = mote_alloc(n, 1);
  if (!message) return MOTE_ERR_NOMEM;
  memcpy(message, p, n);
  memset(message + (place - p), '0', MOTE_ACQ_SIGNATURE);
  for (size_t i = 0; i < opt->n_hmac_keys; i++)
    if (matches(message, n, opt->hmac_keys[i], want)) *out = MOTE_SIGNATURE_VALID;
  mote_free(message);
  return MOTE_OK;
}

void mote_acq_sign(uint8_t *p, size_t n, size_t at, const char *key) {
  static const char digits[] = "0123456789abcdef";
  uint8_t mac[32];
  mote_hmac_sha256(key, strlen(key), p, n, mac);
  for (size_t i = 0; i < 32; i++) {
    p[at + 2 * i] = (uint8_t)digits[mac[i] >> 4];
    p[at + 2 * i + 1] = (uint8_t)digits[mac[i] & 15];
  }
}
