/* SPDX-License-Identifier: Apache-2.0 */
#include "dsp/mfe.h"

#include <stdio.h>

#include "features/audio.h"

typedef struct {
  mote_audio_cfg_t audio;
  mote_mel_cfg_t mel;
  int32_t noise_floor_db, win_size;
} cfg_t;

static const mote_param_t params[] = {
    MOTE_AUDIO_PARAMS(cfg_t, 0.01, 256),
    MOTE_MEL_PARAMS(cfg_t, 40),
    {"noise_floor_db", MOTE_P_INT, offsetof(cfg_t, noise_floor_db), -300, 0, -52, NULL,
     "dB", "Energy that becomes 0 (versions 3 and 4)."},
    {"win_size", MOTE_P_INT, offsetof(cfg_t, win_size), 0, 9999, 101, NULL, "frames",
     "Sliding mean that is taken off (versions 1 and 2); odd, 0 is off."},
};

static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_mfe_t, frames, &mote_frames_struct),
    MOTE_FIELD_STRUCT(mote_mfe_t, mel, &mote_mel_struct),
    MOTE_FIELD(mote_mfe_t, decibel, U32),
    MOTE_FIELD(mote_mfe_t, gain, F32),
    MOTE_FIELD(mote_mfe_t, offset, F32),
    MOTE_FIELD(mote_mfe_t, window, U32),
};
static const mote_struct_t plan = MOTE_STRUCT(mote_mfe_t, "dsp/mfe.h", fields);

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  const cfg_t *c = cfg;
  mote_frames_t f;
  MOTE_TRY(mote_audio_frames("mfe", &c->audio, sig, &f));
  MOTE_TRY(mote_audio_mel("mfe", &c->audio, &c->mel, sig->hz, NULL));
  MOTE_TRY(mote_audio_window("mfe", c->win_size));
  size_t spectrum = (f.fft.n * 3 / 2 + 1) * sizeof(float);
  size_t columns = c->audio.version < 3 ? 2 * f.rows * sizeof(int32_t) : 0;
  *out = (mote_block_shape_t){
      .rows = f.rows,
      .cols = (uint32_t)c->mel.filters,
      .frame = f.frame,
      .hop = f.hop,
      .scratch_bytes = spectrum > columns ? spectrum : columns,
      .finish_scratch_bytes = columns,
  };
  return MOTE_OK;
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  const cfg_t *c = cfg;
  mote_mfe_t *p = to;
  *p = (mote_mfe_t){.decibel = c->audio.version >= 3, .window = (uint32_t)c->win_size};
  MOTE_TRY(mote_audio_frames("mfe", &c->audio, sig, &p->frames));
  if (p->decibel) {
    p->frames.pre = 0.98f;
    p->frames.scale *= 9.31322575e-10f; /* 2^-30: samples are int16 counts / 32768 */
  }
  mote_audio_decibel(c->noise_floor_db, &p->gain, &p->offset);
  return mote_audio_prepare("mfe", &c->audio, &c->mel, sig->hz, pool, &p->frames,
                            &p->mel);
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_mfe_run(p, x, prev, out, scratch, state);
}

static int frame(const void *p, const float *x, float prev, float *row, void *scratch) {
  return mote_mfe_frame(p, x, prev, row, scratch);
}

static int finish(const void *p, float *rows, void *scratch) {
  return mote_mfe_finish(p, rows, scratch);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  (void)cfg, (void)sig;
  snprintf(text, 64, "mel filter %u, frame %u", col, row);
}

static const char *const sources[] = {"dsp/mfe.c",   "dsp/frame.c", "dsp/level.c",
                                      "dsp/mel.c",   "dsp/cmvn.c",  "dsp/rfft.c",
                                      "math/math.c", NULL};

const mote_block_t mote_block_mfe = {
    .type = "mfe",
    .title = "Audio (MFE)",
    .help =
        "Energies in mel bands, in decibels over a noise floor; for sounds of any kind.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .cfg_bytes = sizeof(cfg_t),
    .plan_bytes = sizeof(mote_mfe_t),
    .plan = &plan,
    .run_fn = "mote_mfe_run",
    .frame_fn = "mote_mfe_frame",
    .finish_fn = "mote_mfe_finish",
    .sources = sources,
    .shape = shape,
    .prepare = prepare,
    .run = run,
    .frame = frame,
    .finish = finish,
    .column_name = column_name,
};
