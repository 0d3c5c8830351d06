/* SPDX-License-Identifier: Apache-2.0 */
#include "report/base64.h"

#include <string.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int mote_base64_add(mote_buf_t *out, const void *p, size_t n) {
  const uint8_t *b = p;
  for (size_t i = 0; i < n; i += 3) {
    size_t left = n - i;
    uint32_t v = (uint32_t)b[i] << 16;
    if (left > 1) v |= (uint32_t)b[i + 1] << 8;
    if (left > 2) v |= b[i + 2];
    char text[4] = {digits[v >> 18], digits[v >> 12 & 63],
                    left > 1 ? digits[v >> 6 & 63] : '=',
                    left > 2 ? digits[v & 63] : '='};
    MOTE_TRY(mote_buf_add(out, text, 4));
  }
  return MOTE_OK;
}

long mote_base64_read(const char *text, uint8_t *out, size_t cap) {
  uint32_t v = 0;
  int bits = 0;
  size_t n = 0;
  for (; *text && *text != '='; text++) {
    const char *at = strchr(digits, *text);
    if (!at) return -1;
    v = v << 6 | (uint32_t)(at - digits);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    if (n == cap) return -1;
    out[n++] = (uint8_t)(v >> bits);
  }
  return (long)n;
}
