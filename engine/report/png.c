/* SPDX-License-Identifier: Apache-2.0 */
#include "report/png.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include "report/base64.h"

/* Ten stops of viridis (van der Walt & Smith, public domain); between them straight
 * lines. */
static const uint8_t stops[10][3] = {
    {0x44, 0x01, 0x54}, {0x48, 0x28, 0x78}, {0x3e, 0x4a, 0x89}, {0x31, 0x68, 0x8e},
    {0x26, 0x82, 0x8e}, {0x1f, 0x9e, 0x89}, {0x35, 0xb7, 0x79}, {0x6d, 0xcd, 0x59},
    {0xb4, 0xde, 0x2c}, {0xfd, 0xe7, 0x25}};

static png_color viridis(unsigned level) {
  unsigned at = level * 9, i = at / 255, f = at % 255;
  const uint8_t *a = stops[i], *b = stops[i < 9 ? i + 1 : 9];
  uint8_t c[3];
  for (int k = 0; k < 3; k++) c[k] = (uint8_t)((a[k] * (255 - f) + b[k] * f + 127) / 255);
  return (png_color){c[0], c[1], c[2]};
}

static void keep_bytes(png_structp png, png_bytep p, png_size_t n) {
  if (mote_buf_add(png_get_io_ptr(png), p, n) < 0) png_error(png, "memory");
}

/* The caller says what failed; libpng would print. */
static void fail_quietly(png_structp png, png_const_charp text) {
  (void)text;
  png_longjmp(png, 1);
}

static void warn_quietly(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void flush_bytes(png_structp png) { (void)png; }

/* Between setjmp and its return nothing is allocated that a jump would lose. */
static int encode(png_structp png, png_infop info, const uint8_t *level, size_t rows,
                  size_t cols) {
  png_color palette[256];
  if (setjmp(png_jmpbuf(png))) return mote_fail(MOTE_ERR_NOMEM, "report: picture");
  for (unsigned i = 0; i < 256; i++) palette[i] = viridis(i);
  png_set_compression_level(png, 9);
  png_set_IHDR(png, info, (png_uint_32)cols, (png_uint_32)rows, 8, PNG_COLOR_TYPE_PALETTE,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_PLTE(png, info, palette, 256);
  png_write_info(png, info);
  for (size_t r = rows; r-- > 0;) png_write_row(png, level + r * cols);
  png_write_end(png, info);
  return MOTE_OK;
}

int mote_png_heat(const uint8_t *level, size_t rows, size_t cols, mote_buf_t *out) {
  mote_buf_t bytes = {0};
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail_quietly, warn_quietly);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  int rc = MOTE_ERR_NOMEM;
  if (info) {
    png_set_write_fn(png, &bytes, keep_bytes, flush_bytes);
    rc = encode(png, info, level, rows, cols);
  }
  png_destroy_write_struct(&png, &info);
  static const char head[] = "data:image/png;base64,";
  if (rc == MOTE_OK) rc = mote_buf_add(out, head, sizeof head - 1);
  if (rc == MOTE_OK) rc = mote_base64_add(out, bytes.p, bytes.n);
  mote_buf_free(&bytes);
  return rc;
}
