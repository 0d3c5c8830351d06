/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/wav_write.h"

#include <math.h>
#include <string.h>

#define PCM        1
#define IEEE_FLOAT 3

static void put16(uint8_t *p, uint32_t v) {
  p[0] = (uint8_t)v;
  p[1] = (uint8_t)(v >> 8);
}

static void put32(uint8_t *p, uint32_t v) {
  put16(p, v & 0xffff);
  put16(p + 2, v >> 16);
}

static int all_counts(const mote_recording_t *r) {
  for (uint64_t i = 0, n = r->n * r->axes; i < n; i++)
    if (!(r->values[i] >= -32768.0f && r->values[i] <= 32767.0f) ||
        r->values[i] != floorf(r->values[i]))
      return 0;
  return 1;
}

static void header(uint8_t h[44], const mote_recording_t *r, uint32_t tag,
                   uint32_t bytes) {
  uint32_t width = tag == PCM ? 2 : 4, align = width * r->axes;
  memcpy(h, "RIFF....WAVEfmt ....", 20);
  put32(h + 4, 36 + bytes);
  put32(h + 16, 16);
  put16(h + 20, tag);
  put16(h + 22, r->axes);
  put32(h + 24, (uint32_t)r->hz);
  put32(h + 28, (uint32_t)r->hz * align);
  put16(h + 32, align);
  put16(h + 34, 8 * width);
  memcpy(h + 36, "data", 4);
  put32(h + 40, bytes);
}

static int add_value(mote_buf_t *out, float v, int counts) {
  uint8_t b[4];
  if (counts) {
    put16(b, (uint32_t)(int32_t)v & 0xffff);
    return mote_buf_add(out, b, 2);
  }
  uint32_t bits;
  v /= 32768.0f;
  memcpy(&bits, &v, sizeof bits);
  put32(b, bits);
  return mote_buf_add(out, b, 4);
}

int mote_wav_write(const mote_recording_t *r, mote_buf_t *out) {
  uint8_t h[44];
  if (r->kind != MOTE_KIND_SERIES || !(r->hz >= 1) || r->hz != floor(r->hz) ||
      r->hz > 1e6)
    return mote_fail(
        MOTE_ERR_UNSUPPORTED,
        "WAV needs a time series with a whole number of Hz, not %g; export as "
        "csv or original",
        r->hz);
  int counts = all_counts(r);
  uint64_t n = r->n * r->axes, bytes = n * (counts ? 2 : 4);
  if (bytes > UINT32_MAX - 64 || r->axes > 255)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "%llu values on %u axes are too many for a WAV",
                     (unsigned long long)n, r->axes);
  header(h, r, counts ? PCM : IEEE_FLOAT, (uint32_t)bytes);
  MOTE_TRY(mote_buf_add(out, h, sizeof h));
  for (uint64_t i = 0; i < n; i++) MOTE_TRY(add_value(out, r->values[i], counts));
  return MOTE_OK;
}
