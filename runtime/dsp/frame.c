/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/frame.h"

#include <string.h>

static uint32_t used(const mote_frames_t *f) {
  return f->frame < f->fft.n ? f->frame : f->fft.n;
}

static void emphasise(const float *x, float prev, float pre, float *y, uint32_t n) {
  uint32_t i = 0;
  for (; i + 4 <= n; i += 4) {
    float a = x[i], b = x[i + 1], c = x[i + 2], d = x[i + 3];
    y[i] = a - pre * prev;
    y[i + 1] = b - pre * a;
    y[i + 2] = c - pre * b;
    y[i + 3] = d - pre * c;
    prev = d;
  }
  for (; i < n; i++) {
    y[i] = x[i] - pre * prev;
    prev = x[i];
  }
}

static void pad_and_transform(const mote_frames_t *f, float *work, float *power) {
  uint32_t n = used(f);
  memset(work + n, 0, (f->fft.n - n) * sizeof *work);
  mote_rfft_power(&f->fft, work, f->scale, power);
}

void mote_frame_power(const mote_frames_t *f, const float *x, float prev, float *work,
                      float *power) {
  if (f->pre == 0.0f)
    memcpy(work, x, used(f) * sizeof *x);
  else
    emphasise(x, prev, f->pre, work, used(f));
  pad_and_transform(f, work, power);
}

void mote_frame_power_at(const mote_frames_t *f, const float *x, float prev, uint32_t row,
                         float *work, float *power) {
  uint32_t start = row * f->hop;
  if (f->shift <= 1) {
    mote_frame_power(f, x + start, start ? x[start - 1] : prev, work, power);
    return;
  }
  for (uint32_t i = 0; i < used(f); i++) {
    uint32_t at = start + i, back = at >= f->shift ? 0 : f->samples;
    work[i] = x[at] - f->pre * x[at + back - f->shift];
  }
  pad_and_transform(f, work, power);
}

float mote_lanes_sum(const float *x, uint32_t n) {
  float s[4] = {0, 0, 0, 0};
  uint32_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (uint32_t j = 0; j < 4; j++) s[j] += x[i + j];
  for (; i < n; i++) s[i & 3] += x[i];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

float mote_lanes_dot(const float *a, const float *b, uint32_t n) {
  float s[4] = {0, 0, 0, 0};
  uint32_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (uint32_t j = 0; j < 4; j++) s[j] += a[i + j] * b[i + j];
  for (; i < n; i++) s[i & 3] += a[i] * b[i];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

void mote_min_max(float *x, uint32_t n) {
  float low = x[0], high = x[0];
  for (uint32_t i = 1; i < n; i++) {
    if (x[i] < low) low = x[i];
    if (x[i] > high) high = x[i];
  }
  if (high - low < 0.001f) return;
  float factor = 1.0f / (high - low);
  for (uint32_t i = 0; i < n; i++) x[i] = (x[i] - low) * factor;
}
