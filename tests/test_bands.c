/* SPDX-License-Identifier: Apache-2.0
 * Row-wise execution: random chains of windows, whole against a few rows at a time, bit
 * for bit, with the reference kernels and with fast ones; and what an inverted bottleneck
 * of MobileNetV2 needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lower/bands.h"
#include "lower/schedule.h"
#include "nn_lab.h"

static void want(int rc) {
  if (rc < 0) fail_msg("%s: %s", mote_errname(rc), mote_errmsg());
}

/* ---- graphs ---- */

static int32_t act(lab_t *l, mote_dims_t d, int input) {
  return value(l, d, input, mote_rng_range(&l->r, 0.02f, 0.1f), pick(l, -128, 127));
}

static int32_t add_conv(lab_t *l, int32_t x, int32_t oc, const mote_window_attr_t *a,
                        int32_t k) {
  int32_t ic = l->g->tensors[x].dims.d[3], y = act(l, MOTE_DIMS(1), 0);
  int32_t in[3] = {x, weights(l, MOTE_DIMS(oc, k, k, ic), 0), bias(l, oc)};
  node(l, "conv2d", in, 3, y, a);
  return y;
}

static int32_t add_depthwise(lab_t *l, int32_t x, const mote_window_attr_t *a,
                             int32_t k) {
  int32_t c = l->g->tensors[x].dims.d[3], y = act(l, MOTE_DIMS(1), 0);
  int32_t in[3] = {x, weights(l, MOTE_DIMS(1, k, k, c), 3), bias(l, c)};
  node(l, "depthwise_conv2d", in, 3, y, a);
  return y;
}

static int32_t add_pool(lab_t *l, int32_t x, mote_window_attr_t a, int32_t k) {
  const mote_quant_t *q = &l->g->tensors[x].quant;
  int32_t y = value(l, MOTE_DIMS(1), 0, q->scale[0], q->zero[0]);
  a.kernel_h = a.kernel_w = k;
  node(l, pick(l, 0, 1) ? "max_pool2d" : "average_pool2d", &x, 1, y, &a);
  return y;
}

static mote_window_attr_t window(int32_t stride) {
  return (mote_window_attr_t){.stride_h = stride, .stride_w = stride, .dilation_h = 1,
                              .dilation_w = 1, .padding = MOTE_PAD_SAME};
}

static int32_t add_stage(lab_t *l, int32_t x) {
  int32_t h = l->g->tensors[x].dims.d[1], k = pick(l, 1, h > 4 ? 4 : 1);
  mote_window_attr_t a = window(h > 6 ? pick(l, 1, 3) : 1);
  if (pick(l, 0, 3) == 0 && h > 8 && k > 1) a.dilation_h = a.dilation_w = 2;
  int32_t w = l->g->tensors[x].dims.d[2], least = h < w ? h : w;
  if (!pick(l, 0, 2) && (k - 1) * a.dilation_h < least / 2) a.padding = MOTE_PAD_VALID;
  switch (pick(l, 0, 3)) {
  case 0: return add_depthwise(l, x, &a, k);
  case 1:
    a.dilation_h = a.dilation_w = 1;
    return add_pool(l, x, a, k);
  default: return add_conv(l, x, 4 * pick(l, 1, 3), &a, k);
  }
}

/* ---- comparison ---- */

static void run_into(const mote_program_t *p, const void *in, uint8_t *out) {
  mote_exec_t *e;
  const void *ins[1] = {in};
  void *outs[1] = {out};
  want(mote_exec_new(p, &e));
  want(mote_exec_run(e, ins, outs));
  mote_exec_free(e);
}

static void banded(lab_t *l, const uint8_t *in, const uint8_t *expected, size_t bytes,
                   const char *isa) {
  mote_program_t *p;
  mote_choice_t choice = {isa, MOTE_PREFER_SPEED, 0};
  int32_t tensors = l->g->n_tensors;
  want(mote_lower(l->g, &p));
  mote_band_t band = {0, p->n_steps - 1, pick(l, 1, 3)};
  if (mote_band_fits(p, band.first, band.last)) {
    uint8_t *got = calloc(bytes, 1);
    want(mote_band_apply(p, l->g, &band));
    want(mote_select(p, &choice));
    run_into(p, in, got);
    assert_memory_equal(got, expected, bytes);
    free(got);
  }
  mote_program_free(p);
  l->g->n_tensors = tensors;
}

static void one_chain(uint64_t seed) {
  lab_t l = lab(seed, 1);
  int32_t x = act(&l, MOTE_DIMS(1, pick(&l, 6, 20), pick(&l, 5, 9), pick(&l, 1, 6)), 1);
  int32_t y = x;
  for (int32_t i = pick(&l, 2, 5); i > 0; i--) y = add_stage(&l, y);
  size_t in_bytes = mote_tensor_bytes(&l.g->tensors[x]);
  size_t bytes = mote_tensor_bytes(&l.g->tensors[y]);
  uint8_t *in = malloc(in_bytes), *expected = calloc(bytes, 1);
  for (size_t i = 0; i < in_bytes; i++) in[i] = (uint8_t)pick(&l, 0, 255);
  mote_program_t *p;
  want(mote_lower(l.g, &p));
  run_into(p, in, expected);
  mote_program_free(p);
  banded(&l, in, expected, bytes, "");
  banded(&l, in, expected, bytes, "armv7em");
  banded(&l, in, expected, bytes, "mve");
  free(in), free(expected);
  free_lab(&l);
}

static void chains_keep_their_bits(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 300; seed++) one_chain(seed);
}

/* The block whose expanded tensor is the peak of MobileNetV2 0.35 at 96 x 96: 48 x 48 x 8
 * expanded to 48, strided depthwise, projected to 8. Whole: 138,240 bytes and more. */
static void bottleneck_needs_its_rows_only(void **state) {
  (void)state;
  lab_t l = lab(7, 1);
  mote_window_attr_t one = window(1), two = window(2);
  int32_t x = act(&l, MOTE_DIMS(1, 48, 48, 8), 1);
  int32_t y = add_conv(&l, x, 48, &one, 1);
  y = add_conv(&l, add_depthwise(&l, y, &two, 3), 8, &one, 1);
  mote_schedule_t *s;
  mote_choice_t choice = {"", MOTE_PREFER_SPEED, 0};
  want(mote_schedule_network(l.g, "block", &choice, &s));
  assert_true(s->arena_bytes >= 138240);
  mote_schedule_free(s);
  choice.ram = 32000;
  want(mote_schedule_network(l.g, "block", &choice, &s));
  printf("bottleneck 48 x 48 x 8 -> 48 -> 8, row by row: %zu bytes\n", s->arena_bytes);
  assert_true(s->arena_bytes <= 32000);
  mote_schedule_free(s);
  free_lab(&l);
}

/* Both operands, and sums that come another way than the tensor they write over. */
static void residual(uint64_t seed, const char *isa) {
  lab_t l = lab(seed, 1);
  mote_window_attr_t one = window(1);
  mote_activation_attr_t none = {pick(&l, 0, 1)};
  int32_t c = 4 * pick(&l, 1, 3), k = pick(&l, 1, 3);
  int32_t x = act(&l, MOTE_DIMS(1, pick(&l, 5, 12), pick(&l, 3, 7), 3), 1);
  int32_t a = add_conv(&l, x, c, &one, 3), b = add_conv(&l, a, 8, &one, k);
  b = add_conv(&l, b, c, &one, pick(&l, 1, 3));
  int32_t in[2] = {seed % 2 ? a : b, seed % 2 ? b : a}, y = act(&l, MOTE_DIMS(1), 0);
  node(&l, seed % 4 < 2 ? "add" : "sub", in, 2, y, &none);
  add_conv(&l, seed % 3 ? y : a, 4, &one, 1); /* the first sum stays, or it does not */
  size_t bytes = mote_tensor_bytes(&l.g->tensors[y]);
  uint8_t *values = malloc(mote_tensor_bytes(&l.g->tensors[x]));
  uint8_t *expected = calloc(bytes, 1), *got = calloc(bytes, 1);
  for (size_t i = 0; i < mote_tensor_bytes(&l.g->tensors[x]); i++)
    values[i] = (uint8_t)pick(&l, 0, 255);
  l.g->outputs[0] = y, l.g->n_outputs = 1;
  mote_program_t *p;
  want(mote_lower(l.g, &p));
  run_into(p, values, expected);
  mote_band_t band = {pick(&l, 1, 2), 3, pick(&l, 1, 3)};
  mote_choice_t choice = {isa, MOTE_PREFER_SPEED, 0};
  assert_true(mote_band_fits(p, band.first, band.last));
  want(mote_band_apply(p, l.g, &band));
  want(mote_select(p, &choice));
  run_into(p, values, got);
  assert_memory_equal(got, expected, bytes);
  mote_program_free(p);
  free(values), free(expected), free(got);
  free_lab(&l);
}

static void residuals_keep_their_bits(void **state) {
  static const char *const isas[] = {"", "armv7em", "mve", "plain"};
  (void)state;
  for (uint64_t seed = 1; seed <= 200; seed++) residual(seed, isas[seed % 4]);
}

/* The first block of a small ResNet: 32 x 32 x 16 three times at once, or twice. */
static void a_residual_writes_over_its_operand(void **state) {
  (void)state;
  lab_t l = lab(7, 1);
  mote_window_attr_t one = window(1);
  mote_activation_attr_t none = {0};
  int32_t x = act(&l, MOTE_DIMS(1, 32, 32, 3), 1), a = add_conv(&l, x, 16, &one, 3);
  int32_t in[2] = {a, add_conv(&l, add_conv(&l, a, 16, &one, 3), 16, &one, 3)};
  int32_t y = act(&l, MOTE_DIMS(1), 0);
  node(&l, "add", in, 2, y, &none);
  mote_schedule_t *s;
  mote_choice_t choice = {"", MOTE_PREFER_SPEED, 0};
  want(mote_schedule_network(l.g, "block", &choice, &s));
  assert_true(s->arena_bytes >= 3 * 16384);
  mote_schedule_free(s);
  choice.ram = 1;
  want(mote_schedule_network(l.g, "block", &choice, &s));
  printf("residual block 32 x 32 x 16, row by row: %zu bytes\n", s->arena_bytes);
  assert_true(s->arena_bytes <= 2 * 16384 + 2048);
  mote_schedule_free(s);
  free_lab(&l);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chains_keep_their_bits),
      cmocka_unit_test(residuals_keep_their_bits),
      cmocka_unit_test(bottleneck_needs_its_rows_only),
      cmocka_unit_test(a_residual_writes_over_its_operand)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
