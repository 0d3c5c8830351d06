/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/clip.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "features/resample.h"
#include "formats/wav_write.h"
#include "math/math.h"
#include "synth/espeak.h"

#define FULL_SCALE 32768.0f
#define PEAK_MAX   32000.0f
#define QUIET      1e-4f /* of the loudest frame's power: -40 dB is silence */

void mote_utterance_draw(const mote_cast_t *c, mote_side_t side, size_t turn,
                         mote_rng_t *r, mote_utterance_t *u) {
  u->voice = c->voice[side][turn % c->n_voices[side]];
  u->accent = c->accent[mote_rng_below(r, (uint32_t)c->n_accents)];
  u->speed = 120 + (int)mote_rng_below(r, 111);
  u->pitch = 25 + (int)mote_rng_below(r, 51);
}

static float power(const float *x, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] * x[i];
  return sum;
}

/* Cuts frames of 10 ms off both ends while they are quiet. */
static void trim(float **x, size_t *n, uint32_t hz) {
  size_t frame = hz / 100, frames = *n / frame, first = 0;
  float top = 0;
  for (size_t i = 0; i < frames; i++) {
    float p = power(*x + i * frame, frame);
    if (p > top) top = p;
  }
  while (frames > first + 1 && power(*x + first * frame, frame) <= QUIET * top) first++;
  while (frames > first + 1 && power(*x + (frames - 1) * frame, frame) <= QUIET * top)
    frames--;
  *x += first * frame;
  *n = (frames - first) * frame;
}

int mote_utterance_render(const mote_utterance_t *u, uint32_t hz, mote_arena_t *a,
                          float **x, size_t *n) {
  float *said;
  size_t count;
  double from;
  char voice[128];
  snprintf(voice, sizeof voice, "%s+%s", u->accent, u->voice);
  mote_espeak_how_t how = {voice, u->speed, u->pitch};
  MOTE_TRY(mote_espeak_say(u->text, &how, a, &said, &count, &from));
  MOTE_TRY(mote_resample(said, count, 1, from, hz, a, x, n));
  trim(x, n, hz);
  if (!*n || !(mote_background_rms(*x, *n) > 0))
    return mote_fail(MOTE_ERR_FORMAT,
                     "espeak-ng says nothing for \"%s\"; choose another word", u->text);
  mote_background_level(*x, *n, 1);
  return MOTE_OK;
}

void mote_mix(float *y, size_t ny, ptrdiff_t at, const float *x, size_t n, float gain) {
  for (size_t i = 0; i < n; i++) {
    ptrdiff_t to = at + (ptrdiff_t)i;
    if (to >= 0 && (size_t)to < ny) y[to] += gain * x[i];
  }
}

float mote_gain_db(float db, int full) {
  return mote_powf(10, db / 20) * (full ? FULL_SCALE : 1);
}

void mote_mix_round(float *y, size_t n) {
  float peak = 0;
  for (size_t i = 0; i < n; i++) {
    float v = y[i] < 0 ? -y[i] : y[i];
    if (v > peak) peak = v;
  }
  float gain = peak > PEAK_MAX ? PEAK_MAX / peak : 1;
  for (size_t i = 0; i < n; i++) y[i] = (float)mote_roundf(y[i] * gain);
}

static int write_plain(const char *path, const mote_buf_t *b) {
  FILE *f = fopen(path, "wb");
  if (!f) return mote_fail(MOTE_ERR_IO, "%s: cannot create: %s", path, strerror(errno));
  size_t done = fwrite(b->p, 1, b->n, f);
  if (fclose(f) == 0 && done == b->n) return MOTE_OK;
  return mote_fail(MOTE_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
}

int mote_mix_write(const char *path, float *y, size_t n, uint32_t hz) {
  mote_recording_t r = {
      .kind = MOTE_KIND_SERIES, .hz = hz, .axes = 1, .n = n, .values = y};
  mote_buf_t wav = {0};
  mote_mix_round(y, n);
  int rc = mote_wav_write(&r, &wav);
  if (rc == MOTE_OK) rc = write_plain(path, &wav);
  mote_buf_free(&wav);
  return rc;
}
