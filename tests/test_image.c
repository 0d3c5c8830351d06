/* SPDX-License-Identifier: Apache-2.0
 * PNG and JPEG written by their libraries come back pixel by pixel; claims and damage are
 * refused. */
#include "import.h"

#include <stdio.h>
#include <jpeglib.h>
#include <png.h>
#include "base/hash.h"

extern const mote_format_t mote_format_image;
static const mote_parse_options_t opt = {.path = "d/cat.png"};

#define W 9
#define H 7

typedef struct {
  uint8_t p[8192];
  size_t n;
  uint8_t pixel[W * H * 4];
} picture_t;

static picture_t write_png(uint32_t format, int channels) {
  picture_t f = {.n = sizeof f.p};
  png_image image = {
      .version = PNG_IMAGE_VERSION, .width = W, .height = H, .format = format};
  for (int i = 0; i < W * H * channels; i++) f.pixel[i] = (uint8_t)(i * 37);
  assert_true(png_image_write_to_memory(&image, f.p, &f.n, 0, f.pixel, 0, NULL));
  return f;
}

static picture_t write_jpeg(int channels, J_COLOR_SPACE space) {
  picture_t f = {.n = 0};
  struct jpeg_compress_struct c;
  struct jpeg_error_mgr error;
  unsigned char *bytes = NULL;
  unsigned long n = 0;
  c.err = jpeg_std_error(&error);
  jpeg_create_compress(&c);
  jpeg_mem_dest(&c, &bytes, &n);
  c.image_width = W, c.image_height = H, c.input_components = channels;
  c.in_color_space = space;
  jpeg_set_defaults(&c);
  jpeg_set_quality(&c, 100, TRUE);
  jpeg_start_compress(&c, TRUE);
  for (int y = 0; y < H; y++) {
    JSAMPROW row = f.pixel + y * W * channels;
    for (int i = 0; i < W * channels; i++) row[i] = (uint8_t)(100 + y * 10);
    jpeg_write_scanlines(&c, &row, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);
  assert_true(n <= sizeof f.p);
  memcpy(f.p, bytes, n);
  f.n = n;
  free(bytes);
  return f;
}

static import_t parse(const picture_t *f) {
  assert_true(mote_format_image.sniff(f->p, f->n, ""));
  return import_bytes(&mote_format_image, f->p, f->n, &opt);
}

static void assert_pixels(const picture_t *f, uint32_t channels, float slack) {
  import_t i = parse(f);
  if (i.rc) fail_msg("%s", mote_errmsg());
  assert_true(i.r->axes == channels && i.r->width == W && i.r->height == H);
  assert_int_equal(i.r->kind, MOTE_KIND_IMAGE);
  assert_string_equal(i.r->name, "cat");
  for (size_t k = 0; k < W * H * channels; k++)
    assert_true(fabsf(i.r->values[k] - f->pixel[k]) <= slack);
  import_free(&i);
}

static void pixels_come_back(void **state) {
  (void)state;
  picture_t f = write_png(PNG_FORMAT_RGB, 3);
  assert_pixels(&f, 3, 0);
  f = write_png(PNG_FORMAT_GRAY, 1);
  assert_pixels(&f, 1, 0);
  f = write_jpeg(3, JCS_RGB);
  assert_pixels(&f, 3, 3);
  f = write_jpeg(1, JCS_GRAYSCALE);
  assert_pixels(&f, 1, 2);
}

static void transparency_is_told(void **state) {
  (void)state;
  picture_t f = write_png(PNG_FORMAT_RGBA, 4);
  import_t i = parse(&f);
  assert_true(i.rc == 0 && i.r->axes == 3 && has_note(i.r, "drawn on black"));
  assert_true(i.r->values[0] == 0); /* alpha of the first pixel is not full, red is 0 */
  import_free(&i);
}

static void damage_is_refused_or_told(void **state) {
  (void)state;
  picture_t f = write_png(PNG_FORMAT_RGB, 3);
  for (size_t n = 8; n + 12 < f.n; n++) { /* the last chunk, IEND, may be missing */
    import_t i = import_bytes(&mote_format_image, f.p, n, &opt);
    assert_error(&i, MOTE_ERR_FORMAT, "d/cat.png: damaged PNG");
    import_free(&i);
  }
  f = write_jpeg(3, JCS_RGB);
  for (size_t n = 3; n < f.n - 2; n++) {
    import_t i = import_bytes(&mote_format_image, f.p, n, &opt);
    assert_true(i.rc == MOTE_ERR_FORMAT || (i.rc == 0 && has_note(i.r, "damaged")));
    import_free(&i);
  }
  f = write_jpeg(4, JCS_CMYK);
  import_t i = parse(&f);
  assert_error(&i, MOTE_ERR_FORMAT, "damaged JPEG");
  import_free(&i);
}

static void floods_are_refused(void **state) {
  (void)state;
  picture_t f = write_png(PNG_FORMAT_RGB, 3);
  static const uint8_t wide[] = {0, 0, 0x40, 0, 0, 0, 0x40, 0}; /* 16384 x 16384 */
  memcpy(f.p + 16, wide, 8);
  uint32_t crc = mote_crc32(0, f.p + 12, 17);
  for (int k = 0; k < 4; k++) f.p[29 + k] = (uint8_t)(crc >> (24 - 8 * k));
  import_t i = parse(&f);
  assert_error(&i, MOTE_ERR_LIMIT, "16384 x 16384 pixels in a file of");
  import_free(&i);
  f = write_jpeg(3, JCS_RGB);
  for (size_t k = 0; k + 9 < f.n; k++) /* the frame header holds the size */
    if (f.p[k] == 0xFF && f.p[k + 1] == 0xC0) memset(f.p + k + 5, 0x7F, 4);
  i = parse(&f);
  assert_error(&i, MOTE_ERR_LIMIT, "32639 x 32639 pixels");
  import_free(&i);
  mote_parse_options_t small = {.path = "x.png", .max_bytes = 100};
  f = write_png(PNG_FORMAT_RGB, 3);
  i = import_bytes(&mote_format_image, f.p, f.n, &small);
  assert_error(&i, MOTE_ERR_LIMIT, "at most 8 are taken");
  import_free(&i);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pixels_come_back), cmocka_unit_test(transparency_is_told),
      cmocka_unit_test(damage_is_refused_or_told), cmocka_unit_test(floods_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
