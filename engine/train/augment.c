/* SPDX-License-Identifier: Apache-2.0
 * SpecAugment (Park et al., arXiv 1904.08779) on features: masks over time and frequency,
 * time warp; shifts and noise. Mixup: Zhang et al., arXiv 1710.09412. */
#include "train/augment.h"

#include <string.h>

#include "math/math.h"

int mote_augment_active(const mote_augment_t *a) {
  return a->time_masks > 0 || a->freq_masks > 0 || a->time_warp > 0 ||
         a->time_shift > 0 || a->noise > 0.0f;
}

static uint32_t up_to(mote_rng_t *rng, size_t n) {
  return mote_rng_below(rng, (uint32_t)n + 1);
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Frame t reads frame t - by; edges repeat. */
static void shift(float *x, float *spare, size_t frames, size_t bins, int64_t by) {
  for (size_t t = 0; t < frames; t++) {
    int64_t from = (int64_t)t - by;
    from = from < 0 ? 0 : from >= (int64_t)frames ? (int64_t)frames - 1 : from;
    memcpy(spare + t * bins, x + (size_t)from * bins, bins * sizeof *x);
  }
  memcpy(x, spare, frames * bins * sizeof *x);
}

/* spare = frame at the real position `at`, between two frames. */
static void frame_between(float *to, const float *x, size_t frames, size_t bins,
                          float at) {
  size_t t = (size_t)at;
  if (t >= frames - 1) t = frames - 2;
  float part = at - (float)t;
  const float *a = x + t * bins, *b = a + bins;
  for (size_t i = 0; i < bins; i++) to[i] = a[i] + part * (b[i] - a[i]);
}

/* Frame `centre` moves to `moved`; before and behind it time is stretched linearly. */
static void warp(float *x, float *spare, size_t frames, size_t bins, float centre,
                 float moved) {
  float last = (float)(frames - 1);
  for (size_t t = 0; t < frames; t++) {
    float at = (float)t;
    float from = at <= moved ? at * (centre / moved)
                             : last - (last - at) * ((last - centre) / (last - moved));
    frame_between(spare + t * bins, x, frames, bins, from);
  }
  memcpy(x, spare, frames * bins * sizeof *x);
}

static void warp_somewhere(const mote_augment_t *a, float *x, float *spare, size_t frames,
                           size_t bins, mote_rng_t *rng) {
  size_t w = smaller((size_t)a->time_warp, frames / 3);
  if (w == 0 || frames < 4) return;
  size_t centre = w + up_to(rng, frames - 1 - 2 * w);
  float moved = (float)centre + mote_rng_range(rng, -(float)w, (float)w) * 0.9f;
  if (moved < 0.5f || moved > (float)frames - 1.5f) return;
  warp(x, spare, frames, bins, (float)centre, moved);
}

static void mask_frames(float *x, size_t frames, size_t bins, size_t longest,
                        mote_rng_t *rng) {
  size_t n = up_to(rng, smaller(longest, frames)), from = up_to(rng, frames - n);
  memset(x + from * bins, 0, n * bins * sizeof *x);
}

static void mask_bins(float *x, size_t frames, size_t bins, size_t widest,
                      mote_rng_t *rng) {
  size_t n = up_to(rng, smaller(widest, bins)), from = up_to(rng, bins - n);
  for (size_t t = 0; t < frames; t++) memset(x + t * bins + from, 0, n * sizeof *x);
}

void mote_augment(const mote_augment_t *a, float *x, float *spare, size_t frames,
                  size_t bins, mote_rng_t *rng) {
  size_t longest = (size_t)a->time_shift;
  if (longest > 0)
    shift(x, spare, frames, bins, (int64_t)up_to(rng, 2 * longest) - (int64_t)longest);
  if (a->time_warp > 0) warp_somewhere(a, x, spare, frames, bins, rng);
  for (size_t i = 0; a->noise > 0.0f && i < frames * bins; i++)
    x[i] += a->noise * mote_rng_normal(rng);
  for (int32_t i = 0; i < a->time_masks; i++)
    mask_frames(x, frames, bins, (size_t)a->time_mask_frames, rng);
  for (int32_t i = 0; i < a->freq_masks; i++)
    mask_bins(x, frames, bins, (size_t)a->freq_mask_bins, rng);
}

/* Johnk's method: U^(1/a) / (U^(1/a) + V^(1/a)) given that the sum is at most 1. For
 * large a the sum is seldom small; the loop then ends at one half, which is where Beta
 * gathers. */
float mote_augment_share(float alpha, mote_rng_t *rng) {
  for (int tries = 0; tries < 100; tries++) {
    float u = mote_powf(1.0f - mote_rng_unit(rng), 1.0f / alpha);
    float v = mote_powf(1.0f - mote_rng_unit(rng), 1.0f / alpha);
    if (u + v > 0.0f && u + v <= 1.0f) return u / (u + v);
  }
  return 0.5f;
}
