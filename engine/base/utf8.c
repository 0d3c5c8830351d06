/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

size_t mote_utf8_len(const uint8_t *p, size_t n) {
  if (n == 0) return 0;
  if (p[0] < 0x80) return 1;
  size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
  if (p[0] < 0xC2 || p[0] > 0xF4 || n < len) return 0;
  for (size_t i = 1; i < len; i++)
    if ((p[i] & 0xC0) != 0x80) return 0;
  /* The second byte decides overlong forms, surrogates and the end of the code space. */
  if (p[0] == 0xE0 && p[1] < 0xA0) return 0;
  if (p[0] == 0xED && p[1] > 0x9F) return 0;
  if (p[0] == 0xF0 && p[1] < 0x90) return 0;
  if (p[0] == 0xF4 && p[1] > 0x8F) return 0;
  return len;
}

size_t mote_utf8_check(const uint8_t *p, size_t n) {
  size_t at = 0;
  for (size_t len; at < n; at += len)
    if ((len = mote_utf8_len(p + at, n - at)) == 0) break;
  return at;
}

size_t mote_utf8_put(uint32_t code, char *out) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = len - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
  out[0] = (char)(lead[len] | code);
  return len;
}
