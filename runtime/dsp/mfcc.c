/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "dsp/mfcc.h"

#include "dsp/cmvn.h"
#include "dsp/level.h"

/* DCT row k is symmetric for even k and antisymmetric for odd k, so the bands are folded
 * once and every coefficient costs half the products. fold: space for filters + 1. */
static void cosine_transform(const mote_mfcc_t *p, const float *bands, float *fold,
                             float *row) {
  uint32_t filters = p->mel.edges.n - 2, half = (filters + 1) / 2;
  float *even = fold, *odd = fold + half;
  for (uint32_t i = 0; i < half; i++) {
    uint32_t j = filters - 1 - i;
    even[i] = i == j ? bands[i] : bands[i] + bands[j];
    odd[i] = bands[i] - bands[j];
  }
  for (uint32_t k = 1; k < p->cols; k++)
    row[k] = mote_lanes_dot(p->dct.p + (k - 1) * half, k & 1 ? odd : even, half);
}

/* work: the frame's buffer, free again; power is used up. */
static void finish_row(const mote_mfcc_t *p, float *work, float *power, float *row) {
  float energy = mote_lanes_sum(power, p->frames.fft.n / 2 + 1);
  mote_mel_run(&p->mel, power, work);
  uint32_t filters = p->mel.edges.n - 2;
  work[filters] = energy;
  mote_ln_energies(work, filters + 1);
  cosine_transform(p, work, power, row);
  row[0] = work[filters];
}

int mote_mfcc_frame(const mote_mfcc_t *p, const float *x, float prev, float *row,
                    void *scratch) {
  float *work = scratch, *power = work + p->frames.fft.n;
  mote_frame_power(&p->frames, x, prev, work, power);
  finish_row(p, work, power, row);
  return 0;
}

int mote_mfcc_finish(const mote_mfcc_t *p, float *rows, void *scratch) {
  mote_cmvn_t c = {p->frames.rows, p->cols, p->window, 1};
  mote_cmvn_run(&c, rows, scratch);
  return 0;
}

int mote_mfcc_run(const mote_mfcc_t *p, const float *x, float prev, float *out,
                  void *scratch, void *state) {
  float *work = scratch, *power = work + p->frames.fft.n;
  (void)state;
  for (uint32_t r = 0; r < p->frames.rows; r++) {
    mote_frame_power_at(&p->frames, x, prev, r, work, power);
    finish_row(p, work, power, out + r * p->cols);
  }
  return mote_mfcc_finish(p, out, scratch);
}
