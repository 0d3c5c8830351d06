/* SPDX-License-Identifier: Apache-2.0
 * Resize and the integer path: what the golden cases cannot show (shapes on which the
 * common SDK fails, reads beyond the picture, left-over rows, white). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"
#include "dsp/image_int8.h"
#include "dsp/image_resize.h"

/* Allocated to the byte, so that the sanitizer sees any read or write beyond. */
static uint8_t *picture(size_t bytes, int value) {
  uint8_t *p = test_malloc(bytes);
  memset(p, value, bytes);
  return p;
}

static void same_size_is_a_copy(void **state) {
  mote_image_resize_t p = {13, 7, 13, 7, 3, 0};
  (void)state;
  for (p.mode = 0; p.mode < 3; p.mode++) {
    uint8_t *src = picture(273, 0), *dst = picture(273, 0xaa);
    for (int i = 0; i < 273; i++) src[i] = (uint8_t)(i * 37);
    assert_int_equal(mote_image_resize(&p, src, dst), MOTE_OK);
    assert_memory_equal(src, dst, 273);
    test_free(src), test_free(dst);
  }
}

/* Any shape, up or down, every mode: a gray picture stays gray, bars are black. */
static void constants_stay(void **state) {
  mote_rng_t rng = mote_rng(11, 0);
  (void)state;
  for (int i = 0; i < 400; i++) {
    uint16_t s[4];
    for (int k = 0; k < 4; k++) s[k] = (uint16_t)(1 + mote_rng_below(&rng, 40));
    mote_image_resize_t p = {
        s[0], s[1], s[2], s[3], (uint8_t)(1 + i % 3), (uint8_t)(i % 3)};
    size_t n = (size_t)s[2] * s[3] * p.channels, gray = 0;
    uint8_t *src = picture((size_t)s[0] * s[1] * p.channels, 200), *dst = picture(n, 7);
    assert_int_equal(mote_image_resize(&p, src, dst), MOTE_OK);
    for (size_t k = 0; k < n; k++) {
      assert_true(dst[k] == 200 || (dst[k] == 0 && p.mode == MOTE_RESIZE_FIT_LONGEST));
      gray += dst[k] == 200;
    }
    assert_true(gray > 0);
    test_free(src), test_free(dst);
  }
}

/* A picture whose columns are their own index shows which part was taken. */
static void crop_by_aspect(void **state) {
  mote_image_resize_t p = {32, 32, 20, 28, 1, MOTE_RESIZE_FIT_SHORTEST};
  uint8_t src[32 * 32], dst[20 * 28];
  (void)state;
  for (int i = 0; i < 32 * 32; i++) src[i] = (uint8_t)(i % 32);
  assert_int_equal(mote_image_resize(&p, src, dst), MOTE_OK);
  assert_int_equal(dst[0], 5);   /* 22 of 32 columns are kept, from column 5 */
  assert_int_equal(dst[19], 26); /* 5 + 19 * 22 / 20 = 25.9 */
}

static void odd_bars_are_black(void **state) {
  mote_image_resize_t p = {20, 10, 10, 8, 1, MOTE_RESIZE_FIT_LONGEST};
  uint8_t src[200], dst[80];
  (void)state;
  memset(src, 255, sizeof src), memset(dst, 7, sizeof dst);
  assert_int_equal(mote_image_resize(&p, src, dst), MOTE_OK);
  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 10; x++)
      assert_int_equal(dst[y * 10 + x], y >= 1 && y < 6 ? 255 : 0);
}

static void refusals(void **state) {
  uint8_t b[4] = {0};
  (void)state;
  mote_image_resize_t empty = {0, 1, 1, 1, 1, 0}, mode = {1, 1, 1, 1, 1, 9};
  assert_int_equal(mote_image_resize(&empty, b, b + 1), MOTE_ERR_SIZE);
  assert_int_equal(mote_image_resize(&mode, b, b + 1), MOTE_ERR_PARAM);
}

static int8_t luma(uint8_t white127, uint8_t r, uint8_t g, uint8_t b) {
  mote_image_int8_t p = {1, 1, MOTE_IMAGE_UNIT, white127, 1.0f / 255.0f, -128};
  uint8_t rgb[3] = {r, g, b};
  int8_t q;
  mote_image_int8(&p, rgb, &q);
  return q;
}

static void white(void **state) {
  (void)state;
  assert_int_equal(luma(0, 255, 255, 255), 126);
  assert_int_equal(luma(1, 255, 255, 255), 127);
  assert_int_equal(luma(1, 0, 0, 0), -128);
}

/* Near the unit scale, but not it: the float path must agree with the integer one. */
static void paths_agree(void **state) {
  uint8_t rgb[256 * 3];
  int8_t fast[256 * 3], slow[256 * 3];
  (void)state;
  for (int i = 0; i < 768; i++) rgb[i] = (uint8_t)(i * 151);
  mote_image_int8_t p = {256, 3, MOTE_IMAGE_UNIT, 0, 1.0f / 255.0f, -128};
  mote_image_int8(&p, rgb, fast);
  p.scale = 0.0039216f;
  mote_image_int8(&p, rgb, slow);
  assert_memory_equal(fast, slow, sizeof fast);
  mote_image_int8(&p, rgb, (int8_t *)rgb); /* in place */
  assert_memory_equal(rgb, slow, sizeof rgb);
}

static void saturates(void **state) {
  mote_image_int8_t p = {1, 3, MOTE_IMAGE_BYTES, 0, 0.5f, 100};
  uint8_t rgb[3] = {0, 10, 255};
  int8_t q[3];
  (void)state;
  mote_image_int8(&p, rgb, q);
  assert_int_equal(q[0], 100);
  assert_int_equal(q[1], 120);
  assert_int_equal(q[2], 127);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(same_size_is_a_copy),
      cmocka_unit_test(constants_stay),
      cmocka_unit_test(crop_by_aspect),
      cmocka_unit_test(odd_bars_are_black),
      cmocka_unit_test(refusals),
      cmocka_unit_test(white),
      cmocka_unit_test(paths_agree),
      cmocka_unit_test(saturates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
