/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/spectrogram.h"

#include "dsp/level.h"

#define SILENT FLT_MIN /* stands for 0 where a sign is needed */

static int is_loud(const float *x, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (x[i] > 1.0f || x[i] < -1.0f) return 1;
  return 0;
}

int mote_spectrogram_frame(const mote_spectrogram_t *p, const float *x, float prev,
                           float *row, void *scratch) {
  uint32_t cols = p->frames.fft.n / 2 + 1;
  mote_frame_power(&p->frames, x, prev, scratch, row);
  if (p->version == 4) mote_levels(row, cols, p->gain, p->offset, FLT_MAX);
  if (p->version == 3 && is_loud(x, p->frames.frame))
    row[0] = -(row[0] > 0.0f ? row[0] : SILENT); /* -0 would not compare as negative */
  return 0;
}

/* Power of the signal divided by 32768 is 2^-30 of the power. */
static void finish_v3(const mote_spectrogram_t *p, float *rows) {
  uint32_t cols = p->frames.fft.n / 2 + 1, n = p->frames.rows * cols;
  float scale = 1.0f;
  for (uint32_t i = 0; i < n; i += cols) {
    if (rows[i] >= 0.0f) continue;
    rows[i] = rows[i] == -SILENT ? 0.0f : -rows[i];
    scale = 9.31322575e-10f;
  }
  for (uint32_t i = 0; i < n; i++) rows[i] *= scale;
  mote_levels(rows, n, p->gain, p->offset, 1.0f);
}

int mote_spectrogram_finish(const mote_spectrogram_t *p, float *rows, void *scratch) {
  (void)scratch;
  if (p->version == 3) finish_v3(p, rows);
  if (p->version < 3) mote_min_max(rows, p->frames.rows * (p->frames.fft.n / 2 + 1));
  return 0;
}

int mote_spectrogram_run(const mote_spectrogram_t *p, const float *x, float prev,
                         float *out, void *scratch, void *state) {
  uint32_t cols = p->frames.fft.n / 2 + 1;
  (void)state;
  for (uint32_t r = 0; r < p->frames.rows; r++)
    mote_spectrogram_frame(p, x + r * p->frames.hop, prev, out + r * cols, scratch);
  return mote_spectrogram_finish(p, out, scratch);
}
