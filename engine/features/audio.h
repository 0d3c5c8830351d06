/* SPDX-License-Identifier: Apache-2.0
 * What mfe, mfcc and spectrogram share on the host: framing rules of the block versions,
 * checks with remedies, and mel filter edges. */
#ifndef MOTE_FEATURES_AUDIO_H
#define MOTE_FEATURES_AUDIO_H

#include "dsp/frame.h"
#include "dsp/mel.h"
#include "features/block.h"

/* Head of every audio configuration; parameter rows point into it. */
typedef struct {
  int32_t version; /* 1..4 */
  float frame_length, frame_stride; /* seconds */
  int32_t fft_length;
} mote_audio_cfg_t;

typedef struct {
  int32_t filters, low, high; /* Hz; high 0: half the rate */
} mote_mel_cfg_t;

/* clang-format off */
#define MOTE_AUDIO_PARAMS(T, stride, fft)                                                \
  {"version", MOTE_P_INT, offsetof(T, audio.version), 1, 4, 4, NULL, "",                 \
   "Version of the block's definition."},                                                \
  {"frame_length", MOTE_P_FLOAT, offsetof(T, audio.frame_length), 1e-6, 1e4, 0.02,       \
   NULL, "s", "Length of a frame."},                                                     \
  {"frame_stride", MOTE_P_FLOAT, offsetof(T, audio.frame_stride), 1e-6, 1e4, stride,     \
   NULL, "s", "From the start of a frame to the start of the next."},                    \
  {"fft_length", MOTE_P_INT, offsetof(T, audio.fft_length), 4, 4096, fft, NULL, "",      \
   "Points of the FFT, a power of two; longer frames are cut, shorter ones padded."}

#define MOTE_MEL_PARAMS(T, n)                                                            \
  {"num_filters", MOTE_P_INT, offsetof(T, mel.filters), 2, 512, n, NULL, "",             \
   "Triangular filters on the mel scale."},                                              \
  {"low_frequency", MOTE_P_INT, offsetof(T, mel.low), 0, 1e6, 0, NULL, "Hz",             \
   "Where the lowest filter begins (versions 1 to 3 take 0 as 300)."},                   \
  {"high_frequency", MOTE_P_INT, offsetof(T, mel.high), 0, 1e6, 0, NULL, "Hz",           \
   "Where the highest filter ends; 0 is half the sample rate."}

/* clang-format on */

/* Frames of the window; `type` names the block in messages. Sets samples, rows, frame,
 * hop, shift 1, fft.n; MOTE_ERR_USAGE when there is not one frame. */
int mote_audio_frames(const char *type, const mote_audio_cfg_t *c,
                      const mote_signal_t *sig, mote_frames_t *f);
/* Checks the mel parameters and, when edges is not NULL, computes filters + 2 bins. */
int mote_audio_mel(const char *type, const mote_audio_cfg_t *c, const mote_mel_cfg_t *m,
                   float hz, uint16_t *edges);
/* FFT tables and edges from the pool. */
int mote_audio_prepare(const char *type, const mote_audio_cfg_t *c,
                       const mote_mel_cfg_t *m, float hz, mote_pool_t *pool,
                       mote_frames_t *f, mote_mel_t *mel);
/* win_size must be odd or 0. */
int mote_audio_window(const char *type, int32_t win_size);
/* gain and offset such that gain * ln(power) + offset is 0 at `floor_db`, 1 at 12 dB. */
void mote_audio_decibel(int32_t floor_db, float *gain, float *offset);

extern const mote_struct_t mote_frames_struct, mote_mel_struct;

#endif
