/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dmath.h"
#include "features/audio.h"

#include <math.h>

static const mote_field_t rfft_fields[] = {
    MOTE_FIELD(mote_rfft_t, n, U32),
    MOTE_FIELD(mote_rfft_t, sine, F32S),
};
static const mote_struct_t rfft_struct =
    MOTE_STRUCT(mote_rfft_t, "dsp/rfft.h", rfft_fields);
static const mote_field_t frames_fields[] = {
    MOTE_FIELD(mote_frames_t, samples, U32),
    MOTE_FIELD(mote_frames_t, rows, U32),
    MOTE_FIELD(mote_frames_t, frame, U32),
    MOTE_FIELD(mote_frames_t, hop, U32),
    MOTE_FIELD(mote_frames_t, shift, U32),
    MOTE_FIELD(mote_frames_t, pre, F32),
    MOTE_FIELD(mote_frames_t, scale, F32),
    MOTE_FIELD_STRUCT(mote_frames_t, fft, &rfft_struct),
};
const mote_struct_t mote_frames_struct =
    MOTE_STRUCT(mote_frames_t, "dsp/frame.h", frames_fields);
static const mote_field_t mel_fields[] = {MOTE_FIELD(mote_mel_t, edges, U16S)};
const mote_struct_t mote_mel_struct = MOTE_STRUCT(mote_mel_t, "dsp/mel.h", mel_fields);

/* Seconds to samples. From version 2 on any excess over a whole sample counts as one, but
 * not an excess of rounding. */
static uint32_t to_samples(int32_t version, double hz, double seconds) {
  double v = hz * seconds;
  if (version == 1) return (uint32_t)round(v);
  return (uint32_t)(v - floor(v) < 0.001 ? floor(v) : ceil(v));
}

int mote_audio_frames(const char *type, const mote_audio_cfg_t *c,
                      const mote_signal_t *sig, mote_frames_t *f) {
  uint32_t n = (uint32_t)c->fft_length;
  if (sig->axes != 1)
    return mote_fail(
        MOTE_ERR_USAGE,
        "%s: the input has %u axes; the block takes one: choose it with axes", type,
        sig->axes);
  if (n < 4 || n > 4096 || (n & (n - 1)))
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: fft_length is %d; take a power of two from 4 to 4096", type,
                     c->fft_length);
  if (!(sig->hz > 0) || (double)sig->hz * fmax(c->frame_length, c->frame_stride) > 1e9)
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: a sample rate of %g Hz does not suit the frames", type,
                     (double)sig->hz);
  uint32_t frame = to_samples(c->version, sig->hz, c->frame_length);
  uint32_t hop = to_samples(c->version, sig->hz, c->frame_stride);
  if (frame == 0 || hop == 0)
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: %s is less than one sample at %g Hz; lengthen it", type,
                     frame ? "frame_stride" : "frame_length", (double)sig->hz);
  uint32_t rows = sig->n < frame ? 0 : (sig->n - frame) / hop + (c->version > 1);
  if (rows == 0)
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: the window of %u samples holds no frame of %u; lengthen the "
                     "window or shorten frame_length",
                     type, sig->n, frame);
  *f = (mote_frames_t){.samples = sig->n,
                       .rows = rows,
                       .frame = frame,
                       .hop = hop,
                       .shift = 1,
                       .scale = 1.0f / (float)n,
                       .fft.n = n};
  return MOTE_OK;
}

static double mel_of(double hz) { return 1127.0 * mote_dlog(1.0 + hz / 700.0); }
static double hz_of(double mel) { return 700.0 * (mote_dexp(mel / 1127.0) - 1.0); }

/* Versions 1 to 3 take fft/2 + 1 where the FFT length belongs: their filters cover the
 * lower half of the spectrum. Kept, because models were trained with it. */
int mote_audio_mel(const char *type, const mote_audio_cfg_t *c, const mote_mel_cfg_t *m,
                   float hz, uint16_t *edges) {
  double rate = floor(hz), low = m->low, high = m->high ? m->high : rate / 2;
  if (c->version < 4 && m->low == 0) low = 300;
  if (high > rate / 2)
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: high_frequency %d Hz is above half the rate (%g)", type,
                     m->high, rate / 2);
  if (low >= high)
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: low_frequency %g Hz is not below high_frequency %g Hz", type,
                     low, high);
  if (m->filters > c->fft_length / 2)
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: num_filters %d exceeds the %d bins of the FFT, some would be "
                     "empty; take fewer or a longer fft_length",
                     type, m->filters, c->fft_length / 2);
  if (!edges) return MOTE_OK;
  double points = 1.0 + (c->version >= 4 ? c->fft_length : c->fft_length / 2 + 1);
  double from = mel_of(low), step = (mel_of(high) - from) / (m->filters + 1);
  for (int32_t i = 0; i < m->filters + 2; i++) {
    double at = i == 0                ? low
                : i == m->filters + 1 ? high - 0.001
                                      : hz_of(from + i * step);
    edges[i] = (uint16_t)floor(points * at / rate);
  }
  return MOTE_OK;
}

int mote_audio_prepare(const char *type, const mote_audio_cfg_t *c,
                       const mote_mel_cfg_t *m, float hz, mote_pool_t *pool,
                       mote_frames_t *f, mote_mel_t *mel) {
  MOTE_TRY(mote_rfft_prepare(&f->fft, (uint32_t)c->fft_length, pool));
  if (!m) return MOTE_OK;
  uint32_t n = (uint32_t)m->filters + 2;
  uint16_t *edges = mote_pool_take(pool, n * sizeof *edges);
  mel->edges.p = edges;
  mel->edges.n = n;
  return mote_audio_mel(type, c, m, hz, edges);
}

int mote_audio_window(const char *type, int32_t win_size) {
  if (win_size == 0 || win_size % 2) return MOTE_OK;
  return mote_fail(MOTE_ERR_USAGE,
                   "%s: win_size is %d; take an odd number, or 0 for none", type,
                   win_size);
}

void mote_audio_decibel(int32_t floor_db, float *gain, float *offset) {
  double range = 12.0 - floor_db;
  *gain = (float)(10.0 / 2.302585092994046 / range);
  *offset = (float)(-floor_db / range);
}
