/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/background.h"

#include <string.h>

#include "math/math.h"

#define TAU 6.28318530717958647692f

static float white(mote_rng_t *r) { return mote_rng_range(r, -1, 1); }

/* One-pole low-pass of corner f: y += k (x - y). */
static float pole(float f, float hz) { return 1.0f - mote_expf(-TAU * f / hz); }

static void fill_white(mote_rng_t *r, const mote_babble_t *b, float hz, float *x,
                       size_t n) {
  (void)b, (void)hz;
  for (size_t i = 0; i < n; i++) x[i] = white(r);
}

/* 1/f: low-passes of the same noise, corners two octaves apart, each twice as loud as the
 * next higher one. */
static void fill_pink(mote_rng_t *r, const mote_babble_t *b, float hz, float *x,
                      size_t n) {
  float y[6] = {0}, k[6], f = hz / 4;
  (void)b;
  for (int j = 0; j < 6; j++, f /= 4) k[j] = pole(f, hz);
  for (size_t i = 0; i < n; i++) {
    float w = white(r), gain = 1, sum = 0;
    for (int j = 0; j < 6; j++, gain *= 2) sum += gain * (y[j] += k[j] * (w - y[j]));
    x[i] = sum;
  }
}

static void fill_brown(mote_rng_t *r, const mote_babble_t *b, float hz, float *x,
                       size_t n) {
  float y = 0, k = pole(mote_rng_range(r, 20, 80), hz);
  (void)b;
  for (size_t i = 0; i < n; i++) x[i] = y += k * (white(r) - y);
}

/* Sum of the harmonics 1..count of f, the h-th with amplitude 1/h. */
static void add_harmonics(mote_rng_t *r, float f, int count, float hz, float *x,
                          size_t n) {
  for (int h = 1; h <= count && (float)h * f < hz / 2; h++) {
    float phase = mote_rng_unit(r), step = (float)h * f / hz, loud = 1.0f / (float)h;
    for (size_t i = 0; i < n; i++) {
      x[i] += loud * mote_sinf(TAU * phase);
      phase += step;
      phase -= phase >= 1 ? 1.0f : 0.0f;
    }
  }
}

/* The mains: 50 or 60 Hz, with a little hiss. */
static void fill_hum(mote_rng_t *r, const mote_babble_t *b, float hz, float *x,
                     size_t n) {
  (void)b;
  for (size_t i = 0; i < n; i++) x[i] = 0.05f * white(r);
  add_harmonics(r, mote_rng_below(r, 2) ? 50 : 60, 12, hz, x, n);
}

/* Low noise that swells with every blade, and the tone of the motor. */
static void fill_fan(mote_rng_t *r, const mote_babble_t *b, float hz, float *x,
                     size_t n) {
  float blades = mote_rng_range(r, 8, 40), phase = mote_rng_unit(r), y = 0;
  float k = pole(mote_rng_range(r, 200, 900), hz), depth = mote_rng_range(r, 0.1f, 0.6f);
  (void)b;
  memset(x, 0, n * sizeof *x);
  add_harmonics(r, mote_rng_range(r, 90, 240), 5, hz, x, n);
  for (size_t i = 0; i < n; i++) {
    y += k * (white(r) - y);
    x[i] = 0.05f * x[i] + y * (1 + depth * mote_sinf(TAU * phase));
    phase += blades / hz;
    phase -= phase >= 1 ? 1.0f : 0.0f;
  }
}

/* Knocks and keys: short decaying bursts, some ringing, over a faint hiss. */
static void fill_clicks(mote_rng_t *r, const mote_babble_t *b, float hz, float *x,
                        size_t n) {
  float often = mote_rng_range(r, 2, 12) / hz;
  (void)b;
  for (size_t i = 0; i < n; i++) x[i] = 0.003f * white(r);
  for (size_t i = 0; i < n; i++) {
    if (mote_rng_unit(r) >= often) continue;
    float loud = mote_rng_range(r, 0.2f, 1), tone = mote_rng_range(r, 300, 4000) / hz;
    float decay = mote_expf(-1.0f / (hz * mote_rng_range(r, 0.001f, 0.02f)));
    float ring = mote_rng_unit(r), phase = 0;
    for (size_t j = i; j < n && loud > 0.001f; j++, loud *= decay, phase += tone) {
      phase -= phase >= 1 ? 1.0f : 0.0f;
      x[j] += loud * ((1 - ring) * white(r) + ring * mote_sinf(TAU * phase));
    }
  }
}

/* Three to six people at once, nobody to be understood. */
static void fill_babble(mote_rng_t *r, const mote_babble_t *b, float hz, float *x,
                        size_t n) {
  memset(x, 0, n * sizeof *x);
  if (!b || !b->tracks) {
    fill_pink(r, b, hz, x, n);
    return;
  }
  for (uint32_t people = 3 + mote_rng_below(r, 4); people; people--) {
    size_t t = mote_rng_below(r, (uint32_t)b->tracks);
    size_t at = mote_rng_below(r, (uint32_t)b->n[t]);
    float loud = mote_rng_range(r, 0.4f, 1);
    for (size_t i = 0; i < n; i++, at = at + 1 < b->n[t] ? at + 1 : 0)
      x[i] += loud * b->x[t][at];
  }
}

const mote_background_t mote_backgrounds[] = {
    {"white", fill_white},  {"pink", fill_pink}, {"brown", fill_brown},
    {"hum", fill_hum},      {"fan", fill_fan},   {"clicks", fill_clicks},
    {"babble", fill_babble}};
const size_t mote_n_backgrounds = sizeof mote_backgrounds / sizeof *mote_backgrounds;

float mote_background_rms(const float *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
  return n ? mote_sqrtf((float)(sum / (double)n)) : 0;
}

void mote_background_level(float *x, size_t n, float rms) {
  float now = mote_background_rms(x, n);
  if (!(now > 0)) return;
  for (size_t i = 0; i < n; i++) x[i] *= rms / now;
}

void mote_background_make(const mote_background_t *k, mote_rng_t *r,
                          const mote_babble_t *b, float hz, float *x, size_t n) {
  k->fill(r, b, hz, x, n);
  mote_background_level(x, n, 1);
}
