/* SPDX-License-Identifier: Apache-2.0
 * Runs every kernel of runtime/nn over pseudo-random shapes and values, and prints one
 * hash per kernel. Bare metal or hosted: see board.c. */
#include "base/strict.h"

#include <stdint.h>
#include <string.h>

#include "nn/add.h"
#include "nn/clamp.h"
#include "nn/conv2d.h"
#include "nn/copy.h"
#include "nn/dense.h"
#include "nn/depthwise_conv2d.h"
#include "nn/gru.h"
#include "nn/lstm.h"
#include "nn/lut.h"
#include "nn/mean.h"
#include "nn/mul.h"
#include "nn/pool2d.h"
#include "nn/quantize.h"
#include "nn/softmax.h"
#include "nn/svdf.h"
#include "nn/unary.h"

void board_print(const char *text);

enum { VALUES = 2048, CHANNELS = 16 };
static int8_t in8[VALUES], other8[VALUES], out8[VALUES];
static int16_t state16[512];
static float inf[VALUES], otherf[VALUES], outf[VALUES];
static int32_t bias[CHANNELS], multiplier[CHANNELS];
static int8_t shift[CHANNELS];
static float biasf[CHANNELS];
static uint32_t seed;

static uint32_t rnd(void) {
  seed = seed * 1664525u + 1013904223u;
  return seed >> 8;
}

static int32_t pick(int32_t lo, int32_t hi) {
  return lo + (int32_t)(rnd() % (uint32_t)(hi - lo + 1));
}

static float real(void) { return (float)(int32_t)rnd() / 8388608.0f - 1.0f; }

static void fill(void) {
  for (int i = 0; i < VALUES; i++) {
    in8[i] = (int8_t)pick(-128, 127), other8[i] = (int8_t)pick(-127, 127);
    inf[i] = real() * 3.0f, otherf[i] = real();
  }
  for (int i = 0; i < CHANNELS; i++) {
    bias[i] = pick(-20000, 20000), biasf[i] = real();
    multiplier[i] = (int32_t)(0x40000000u + rnd() * 63u), shift[i] = (int8_t)pick(-9, -5);
  }
}

static mote_window_t window(int depthwise, int pool) {
  mote_window_t w = {.in_h = pick(5, 8), .in_w = pick(5, 8), .in_c = pick(1, 8)};
  w.k_h = pick(1, 4), w.k_w = pick(1, 4), w.stride_h = pick(1, 2),
  w.stride_w = pick(1, 2);
  w.dilation_h = pool ? 1 : pick(1, 2), w.dilation_w = pool ? 1 : pick(1, 2);
  w.pad_top = pick(0, w.k_h - 1), w.pad_left = pick(0, w.k_w - 1);
  w.out_h = pick(1, 4), w.out_w = pick(1, 4);
  w.out_c = pool ? w.in_c : depthwise ? w.in_c * pick(1, 2) : pick(1, 12);
  while (w.out_h > 1 && (w.out_h - 1) * w.stride_h - w.pad_top >= w.in_h) w.out_h--;
  while (w.out_w > 1 && (w.out_w - 1) * w.stride_w - w.pad_left >= w.in_w) w.out_w--;
  return w;
}

static mote_filter_s8_t filter8(void) {
  mote_filter_s8_t f = {pick(-127, 128), pick(-100, 100), -128, 127, {other8, VALUES},
                        {bias, CHANNELS}, {multiplier, CHANNELS}, {shift, CHANNELS}};
  if (rnd() & 64) f.min = f.out_offset;
  return f;
}

static mote_filter_f32_t filterf(void) {
  mote_filter_f32_t f = {-1e30f, 1e30f, {otherf, VALUES}, {biasf, CHANNELS}};
  if (rnd() & 64) f.min = 0.0f;
  return f;
}

static void conv2d_s8(void) {
  mote_conv2d_s8_t p = {window(0, 0), filter8()};
  mote_conv2d_s8(&p, in8, out8);
}
static void conv2d_f32(void) {
  mote_conv2d_f32_t p = {window(0, 0), filterf()};
  mote_conv2d_f32(&p, inf, outf);
}
static void depthwise_s8(void) {
  mote_depthwise_conv2d_s8_t p = {window(1, 0), 1, filter8()};
  p.multiplier = p.win.out_c / p.win.in_c;
  mote_depthwise_conv2d_s8(&p, in8, out8);
}
static void depthwise_f32(void) {
  mote_depthwise_conv2d_f32_t p = {window(1, 0), 1, filterf()};
  p.multiplier = p.win.out_c / p.win.in_c;
  mote_depthwise_conv2d_f32(&p, inf, outf);
}
static void dense_s8(void) {
  mote_dense_s8_t p = {pick(1, 3), pick(1, 90), pick(1, 16), filter8()};
  mote_dense_s8(&p, in8, out8);
}
static void dense_f32(void) {
  mote_dense_f32_t p = {pick(1, 3), pick(1, 90), pick(1, 16), filterf()};
  mote_dense_f32(&p, inf, outf);
}
static void pools_s8(void) {
  mote_pool2d_s8_t p = {window(0, 1), -128, 127};
  mote_max_pool2d_s8(&p, in8, out8);
  mote_average_pool2d_s8(&p, in8, out8 + 1024);
}
static void pools_f32(void) {
  mote_pool2d_f32_t p = {window(0, 1), -1e30f, 1e30f};
  mote_max_pool2d_f32(&p, inf, outf);
  mote_average_pool2d_f32(&p, inf, outf + 1024);
}
static void mean_s8(void) {
  mote_mean_s8_t p = {pick(1, 4), pick(1, 50), pick(1, 8), pick(-999, 999),
                      multiplier[0], pick(-6, -2), 3};
  mote_mean_s8(&p, in8, out8);
}
static void mean_f32(void) {
  mote_mean_f32_t p = {pick(1, 4), pick(1, 50), pick(1, 8)};
  mote_mean_f32(&p, inf, outf);
}
static void add_s8(void) {
  mote_add_s8_t p = {60,
                     60,
                     rnd() & 64 ? 60 : 12,
                     3,
                     multiplier[0],
                     pick(-4, 0),
                     -9,
                     multiplier[1],
                     pick(-4, 0),
                     5,
                     multiplier[2],
                     pick(-19, -17),
                     -128,
                     127};
  mote_add_s8(&p, in8, other8, out8);
  mote_sub_s8(&p, in8 + 60, other8, out8 + 60);
}
static void add_f32(void) {
  mote_binary_f32_t p = {60, 12, 60, -2.0f, 2.0f};
  mote_add_f32(&p, inf, otherf, outf);
  mote_sub_f32(&p, inf, otherf, outf + 60);
}
static void mul_s8(void) {
  mote_mul_s8_t p = {60, 60, rnd() & 64 ? 60 : 1, 3, -9, 5, multiplier[2], pick(-9, -5),
                     -128, 127};
  mote_mul_s8(&p, in8, other8, out8);
}
static void mul_f32(void) {
  mote_binary_f32_t p = {60, 12, 60, -2.0f, 2.0f};
  mote_mul_f32(&p, inf, otherf, outf);
}
static void softmax_s8(void) {
  mote_softmax_s8_t p = {pick(1, 3), pick(1, 40), multiplier[0], pick(20, 24), 0};
  p.diff_min = -(int32_t)((31ll << 26) >> p.shift);
  mote_softmax_s8(&p, in8, out8);
}
static void softmax_f32(void) {
  mote_softmax_f32_t p = {pick(1, 3), pick(1, 40), 1.0f};
  mote_softmax_f32(&p, inf, outf);
}
static void unary_f32(void) {
  mote_unary_t p = {300};
  mote_clamp_f32_t c = {300, 0.0f, 2.0f};
  mote_logistic_f32(&p, inf, outf);
  mote_tanh_f32(&p, inf, outf + 300);
  mote_clamp_f32(&c, inf, outf + 600);
}
static void tables(void) {
  mote_lut_s8_t p = {300, {other8, 256}};
  mote_quantize_t q = {300, 0.013f + (float)pick(0, 9) * 0.001f, pick(-99, 99)};
  mote_lut_s8(&p, in8, out8);
  mote_quantize_s8(&q, inf, out8 + 300);
  mote_dequantize_s8(&q, out8 + 300, outf);
}
static void moves(void) {
  mote_copy_t c = {{1, 1, 2, 3, 2, 4}, {0, 0, 40, -8, 0, 9}, {0, 0, 96, 32, 16, 4}, 0};
  mote_fill_t f = {pick(1, 99), pick(0, 1) ? 4 : 1, pick(-9, 9)};
  c.bytes = pick(1, 4);
  mote_copy(&c, in8 + 40, out8);
  mote_fill(&f, out8 + 400);
}

/* Two runs each: the second begins with the state that the first left. */
static void svdf(void) {
  mote_svdf_size_t size = {pick(1, 2), pick(1, 20), 6, pick(1, 3), pick(1, 7)};
  mote_svdf_int_t ints = {size, pick(-127, 128), multiplier[0], pick(-9, -5), pick(-9, 9),
                          multiplier[1], pick(-12, -8), 5, -128, 127,
                          {other8, VALUES}, {bias, CHANNELS}};
  mote_svdf_s8_t s8 = {ints, {(const int16_t *)(const void *)otherf, VALUES}};
  mote_svdf_s8_state8_t state8 = {ints, {other8 + 200, VALUES - 200}};
  mote_svdf_f32_t f32 = {size, -2.0f, 2.0f, {otherf, VALUES},
                         {otherf + 200, VALUES - 200}, {biasf, CHANNELS}};
  memset(state16, 0, sizeof state16);
  for (int k = 0; k < 2; k++) {
    mote_svdf_s8(&s8, in8 + 40 * k, out8 + 20 * k, state16);
    mote_svdf_s8_state8(&state8, in8 + 40 * k, out8 + 40 + 20 * k, out8 + 1024);
    mote_svdf_f32(&f32, inf + 40 * k, outf + 20 * k, outf + 1024);
  }
}
static mote_lstm_gate_int_t gate8(int at) {
  return (mote_lstm_gate_int_t){{other8 + at, VALUES}, {other8 + at + 99, VALUES},
                                {bias, CHANNELS}, multiplier[at], pick(-4, -1),
                                multiplier[at + 1], pick(-4, -1)};
}
static mote_lstm_gate_f32_t gatef(int at) {
  return (mote_lstm_gate_f32_t){{otherf + at, VALUES}, {otherf + at + 99, VALUES},
                                {biasf + at, CHANNELS}};
}
static mote_gru_gate_f32_t gate_gru(int at) {
  mote_lstm_gate_f32_t g = gatef(at);
  return (mote_gru_gate_f32_t){g.weights, g.recurrent, g.bias};
}
static void sequences(void) {
  static uint16_t curve[256];
  for (int i = 0; i < 256; i++) curve[i] = (uint16_t)(32768 + 127 * i);
  int32_t steps = pick(1, 4), n = pick(1, 9), units = pick(1, 5);
  mote_sequence_t size = {pick(1, 2), steps, n, units, steps * n, n, steps * units,
                          units, pick(0, 1)};
  mote_lstm_int_t ints = {size, pick(-127, 128), pick(-127, 128), 1 << 30,
                          pick(-20, -15), -9000, 9000, 3, 1, 1 << 30, -22, 3,
                          {curve, 256}, gate8(0), gate8(1), gate8(2), gate8(3)};
  mote_lstm_f32_t f32 = {size, -1.0f, 1.0f, gatef(0), gatef(1), gatef(2), gatef(3)};
  mote_gru_f32_t gru = {size, pick(0, 1), gate_gru(0), gate_gru(1), gate_gru(2),
                        {biasf, CHANNELS}};
  memset(state16, 0, sizeof state16);
  for (int k = 0; k < 2; k++) {
    mote_lstm_s8(&ints, in8 + 80 * k, out8 + 40 * k, out8 + 1024, state16);
    mote_lstm_s16(&ints, state16 + 128, state16 + 256, state16 + 384, state16);
    mote_lstm_f32(&f32, inf + 80 * k, outf + 40 * k, outf + 1024, outf + 1040);
    mote_gru_f32(&gru, inf + 80 * k, outf + 300 + 40 * k, outf + 1060, outf + 1100);
  }
  for (int i = 0; i < 80; i++) outf[100 + i] = state16[i < 40 ? i : 216 + i];
}

typedef struct { const char *name; void (*run)(void); } case_t;
#define CASE(f) {#f " ", f}
static const case_t cases[] = {
    CASE(conv2d_s8), CASE(conv2d_f32), CASE(depthwise_s8), CASE(depthwise_f32),
    CASE(dense_s8),  CASE(dense_f32),  CASE(pools_s8),     CASE(pools_f32),
    CASE(mean_s8),   CASE(mean_f32),   CASE(add_s8),       CASE(add_f32),
    CASE(mul_s8),    CASE(mul_f32),    CASE(softmax_s8),   CASE(softmax_f32),
    CASE(unary_f32), CASE(tables),     CASE(moves),        CASE(svdf),
    CASE(sequences)};

static uint32_t hash(uint32_t h, const void *p, uint32_t n) {
  const uint8_t *b = p;
  for (uint32_t i = 0; i < n; i++) h = (h ^ b[i]) * 16777619u;
  return h;
}

static void print_hash(const char *name, uint32_t h) {
  char text[16] = "        \n";
  for (int i = 0; i < 8; i++) text[i] = "0123456789abcdef"[h >> (28 - 4 * i) & 15];
  board_print(name);
  board_print(text);
}

int main(void) {
  for (uint32_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    uint32_t h = 2166136261u;
    for (uint32_t round = 0; round < ROUNDS; round++) {
      seed = 977u * k + round;
      fill();
      cases[k].run();
      h = hash(hash(h, out8, sizeof out8), outf, sizeof outf);
    }
    print_hash(cases[k].name, h);
  }
  return 0;
}
