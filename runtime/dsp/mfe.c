/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/mfe.h"

#include "dsp/cmvn.h"
#include "dsp/level.h"

static void finish_row(const mote_mfe_t *p, const float *power, float *row) {
  uint32_t filters = p->mel.edges.n - 2;
  mote_mel_run(&p->mel, power, row);
  if (!p->decibel) return;
  mote_levels(row, filters, p->gain, p->offset, 1.0f);
  for (uint32_t j = 0; j < filters; j++) /* 256/256 is a value of its own: no wrap to 0 */
    row[j] = (float)(int32_t)(row[j] * 256.0f + 0.5f) * (1.0f / 256.0f);
}

int mote_mfe_frame(const mote_mfe_t *p, const float *x, float prev, float *row,
                   void *scratch) {
  float *work = scratch, *power = work + p->frames.fft.n;
  mote_frame_power(&p->frames, x, prev, work, power);
  finish_row(p, power, row);
  return 0;
}

int mote_mfe_finish(const mote_mfe_t *p, float *rows, void *scratch) {
  uint32_t filters = p->mel.edges.n - 2;
  if (p->decibel) return 0;
  mote_cmvn_t c = {p->frames.rows, filters, p->window, 0};
  mote_cmvn_run(&c, rows, scratch);
  mote_min_max(rows, p->frames.rows * filters);
  return 0;
}

int mote_mfe_run(const mote_mfe_t *p, const float *x, float prev, float *out,
                 void *scratch, void *state) {
  float *work = scratch, *power = work + p->frames.fft.n;
  (void)state;
  for (uint32_t r = 0; r < p->frames.rows; r++) {
    mote_frame_power_at(&p->frames, x, prev, r, work, power);
    finish_row(p, power, out + r * (p->mel.edges.n - 2));
  }
  return mote_mfe_finish(p, out, scratch);
}
