/* SPDX-License-Identifier: Apache-2.0 */
#include "dsp/mfcc.h"

#include <stdio.h>

#include "features/audio.h"
#include "math/math.h"

typedef struct {
  mote_audio_cfg_t audio;
  mote_mel_cfg_t mel;
  int32_t coefficients, win_size, pre_shift;
  float pre_cof;
} cfg_t;

static const mote_param_t params[] = {
    {"num_cepstral", MOTE_P_INT, offsetof(cfg_t, coefficients), 1, 512, 13, NULL, "",
     "Coefficients per frame; the first is the frame's energy."},
    MOTE_AUDIO_PARAMS(cfg_t, 0.02, 256),
    MOTE_MEL_PARAMS(cfg_t, 32),
    {"win_size", MOTE_P_INT, offsetof(cfg_t, win_size), 0, 9999, 101, NULL, "frames",
     "Sliding mean and variance normalisation; odd, 0 is off."},
    {"pre_cof", MOTE_P_FLOAT, offsetof(cfg_t, pre_cof), -10, 10, 0.98, NULL, "",
     "Pre-emphasis: this much of an earlier sample is taken off; 0 is off."},
    {"pre_shift", MOTE_P_INT, offsetof(cfg_t, pre_shift), 1, 4096, 1, NULL, "samples",
     "How much earlier; above 1 the block cannot stream."},
};

static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_mfcc_t, frames, &mote_frames_struct),
    MOTE_FIELD_STRUCT(mote_mfcc_t, mel, &mote_mel_struct),
    MOTE_FIELD(mote_mfcc_t, cols, U32),
    MOTE_FIELD(mote_mfcc_t, dct, F32S),
    MOTE_FIELD(mote_mfcc_t, window, U32),
};
static const mote_struct_t plan = MOTE_STRUCT(mote_mfcc_t, "dsp/mfcc.h", fields);

static int shape(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out) {
  const cfg_t *c = cfg;
  mote_frames_t f;
  MOTE_TRY(mote_audio_frames("mfcc", &c->audio, sig, &f));
  MOTE_TRY(mote_audio_mel("mfcc", &c->audio, &c->mel, sig->hz, NULL));
  MOTE_TRY(mote_audio_window("mfcc", c->win_size));
  if (c->coefficients > c->mel.filters)
    return mote_fail(
        MOTE_ERR_USAGE,
        "mfcc: num_cepstral %d exceeds num_filters %d; take fewer coefficients",
        c->coefficients, c->mel.filters);
  if ((uint32_t)c->pre_shift > sig->n)
    return mote_fail(MOTE_ERR_USAGE,
                     "mfcc: pre_shift %d exceeds the window of %u samples", c->pre_shift,
                     sig->n);
  size_t spectrum = (f.fft.n * 3 / 2 + 1) * sizeof(float);
  size_t columns = c->win_size ? 2 * f.rows * sizeof(int32_t) : 0;
  int streams = c->pre_shift == 1;
  *out = (mote_block_shape_t){
      .rows = f.rows,
      .cols = (uint32_t)c->coefficients,
      .frame = streams ? f.frame : 0,
      .hop = streams ? f.hop : 0,
      .scratch_bytes = spectrum > columns ? spectrum : columns,
      .finish_scratch_bytes = columns,
  };
  return MOTE_OK;
}

/* sqrt(2/M) cos(pi k (2i + 1) / 2M), the angle brought into the first octants exactly. */
static float dct_weight(uint32_t k, uint32_t i, uint32_t m) {
  uint32_t turn = 4 * m, at = k * (2 * i + 1) % turn; /* of a circle of 4M steps */
  float sign = 1.0f, scale = mote_sqrtf(2.0f / (float)m);
  if (at > turn / 2) at = turn - at;
  if (at > turn / 4) at = turn / 2 - at, sign = -1.0f;
  float quarter = 1.57079637f / (float)m;
  float v =
      2 * at <= m ? mote_cosf((float)at * quarter) : mote_sinf((float)(m - at) * quarter);
  return sign * scale * v;
}

static void prepare_dct(const cfg_t *c, mote_pool_t *pool, mote_f32s_t *dct) {
  uint32_t m = (uint32_t)c->mel.filters, half = (m + 1) / 2;
  dct->n = (uint32_t)(c->coefficients - 1) * half;
  float *t = mote_pool_take(pool, dct->n * sizeof *t);
  dct->p = t;
  for (uint32_t k = 1; t && k < (uint32_t)c->coefficients; k++)
    for (uint32_t i = 0; i < half; i++) *t++ = dct_weight(k, i, m);
}

static int prepare(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                   void *to) {
  const cfg_t *c = cfg;
  mote_mfcc_t *p = to;
  *p = (mote_mfcc_t){.cols = (uint32_t)c->coefficients, .window = (uint32_t)c->win_size};
  MOTE_TRY(mote_audio_frames("mfcc", &c->audio, sig, &p->frames));
  p->frames.pre = c->pre_cof;
  p->frames.shift = (uint32_t)c->pre_shift;
  prepare_dct(c, pool, &p->dct);
  return mote_audio_prepare("mfcc", &c->audio, &c->mel, sig->hz, pool, &p->frames,
                            &p->mel);
}

static int run(const void *p, const float *x, float prev, float *out, void *scratch,
               void *state) {
  return mote_mfcc_run(p, x, prev, out, scratch, state);
}

static int frame(const void *p, const float *x, float prev, float *row, void *scratch) {
  return mote_mfcc_frame(p, x, prev, row, scratch);
}

static int finish(const void *p, float *rows, void *scratch) {
  return mote_mfcc_finish(p, rows, scratch);
}

static void column_name(const void *cfg, const mote_signal_t *sig, uint32_t row,
                        uint32_t col, char *text) {
  (void)cfg, (void)sig;
  if (col == 0)
    snprintf(text, 64, "energy, frame %u", row);
  else
    snprintf(text, 64, "coefficient %u, frame %u", col, row);
}

static const char *const sources[] = {"dsp/mfcc.c",  "dsp/frame.c", "dsp/level.c",
                                      "dsp/mel.c",   "dsp/cmvn.c",  "dsp/rfft.c",
                                      "math/math.c", NULL};

const mote_block_t mote_block_mfcc = {
    .type = "mfcc",
    .title = "Audio (MFCC)",
    .help = "Cepstral coefficients of speech, freed of level and channel; for keywords.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .cfg_bytes = sizeof(cfg_t),
    .plan_bytes = sizeof(mote_mfcc_t),
    .plan = &plan,
    .run_fn = "mote_mfcc_run",
    .frame_fn = "mote_mfcc_frame",
    .finish_fn = "mote_mfcc_finish",
    .sources = sources,
    .shape = shape,
    .prepare = prepare,
    .run = run,
    .frame = frame,
    .finish = finish,
    .column_name = column_name,
};
