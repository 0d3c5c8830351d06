/* SPDX-License-Identifier: Apache-2.0 */
#include "dsp/spectrogram.h"

#include <stdio.h>

#include "features/audio.h"

typedef struct {
  mote_audio_cfg_t audio;
  int32_t noise_floor_db, show_axes;
} cfg_t;

static const mote_param_t params[] = {
    MOTE_AUDIO_PARAMS(cfg_t, 0.01, 128),
    {"noise_floor_db", MOTE_P_INT, offsetof(cfg_t, noise_floor_db), -300, 0, -52, NULL,
     "dB", "Power that becomes 0 (versions 3 and 4)."},
    {"show_axes", MOTE_P_BOOL, offsetof(cfg_t, show_axes), 0, 1, 1, NULL, "",
     "No effect; accepted because older designs carry it."},
};

static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_spectrogram_t, frames, &mote_frames_struct),
    MOTE_FIELD(mote_spectrogram_t, version, U32),
    MOTE_FIELD(mote_spectrogram_t, gain, F32),
    MOTE_FIELD(mote_spectrogram_t, offset, F32),
};
static const mote_struct_t plan =
    MOTE_STRUCT(mote_spectrogram_t, "dsp/spectrogram.h", fields);

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  const cfg_t *c = cfg;
  mote_frames_t f;
  MOTE_TRY(mote_audio_frames("spectrogram", &c->audio, sig, &f));
  *out = (mote_block_shape_t){
      .rows = f.rows,
      .cols = f.fft.n / 2 + 1,
      .frame = f.frame,
      .hop = f.hop,
      .scratch_bytes = f.fft.n * sizeof(float),
  };
  return MOTE_OK;
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  const cfg_t *c = cfg;
  mote_spectrogram_t *p = to;
  *p = (mote_spectrogram_t){.version =
                                c->audio.version < 3 ? 2 : (uint32_t)c->audio.version};
  MOTE_TRY(mote_audio_frames("spectrogram", &c->audio, sig, &p->frames));
  mote_audio_decibel(c->noise_floor_db, &p->gain, &p->offset);
  return mote_audio_prepare("spectrogram", &c->audio, NULL, sig->hz, pool, &p->frames,
                            NULL);
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_spectrogram_run(p, x, prev, out, scratch, state);
}

static int frame(const void *p, const float *x, float prev, float *row, void *scratch) {
  return mote_spectrogram_frame(p, x, prev, row, scratch);
}

static int finish(const void *p, float *rows, void *scratch) {
  return mote_spectrogram_finish(p, rows, scratch);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  const cfg_t *c = cfg;
  double hz = (double)sig->hz * col / c->audio.fft_length;
  snprintf(text, 64, "%.4g Hz, frame %u", hz, row);
}

static const char *const sources[] = {"dsp/spectrogram.c", "dsp/frame.c", "dsp/level.c",
                                      "dsp/rfft.c", NULL};

const mote_block_t mote_block_spectrogram = {
    .type = "spectrogram",
    .title = "Spectrogram",
    .help = "Power over time and frequency in decibels; for vibration and other sounds.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .cfg_bytes = sizeof(cfg_t),
    .plan_bytes = sizeof(mote_spectrogram_t),
    .plan = &plan,
    .run_fn = "mote_spectrogram_run",
    .frame_fn = "mote_spectrogram_frame",
    .finish_fn = "mote_spectrogram_finish",
    .sources = sources,
    .shape = shape,
    .prepare = prepare,
    .run = run,
    .frame = frame,
    .finish = finish,
    .column_name = column_name,
};
