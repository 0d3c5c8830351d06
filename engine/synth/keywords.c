/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/par.h"
#include "synth/espeak.h"
#include "synth/studio.h"

#define TRACKS      6 /* voices of a crowd */
#define TRACK_WORDS 8

const char *mote_studio_unknown(const mote_studio_t *s, mote_side_t side, mote_rng_t *r) {
  for (;;) {
    uint32_t i = mote_rng_below(r, (uint32_t)s->opt->n_unknown);
    if (side != MOTE_SIDE_TRAINING || i % 5 != 4) return s->opt->unknown[i];
  }
}

const mote_background_t *mote_studio_background(mote_rng_t *r) {
  return &mote_backgrounds[mote_rng_below(r, (uint32_t)mote_n_backgrounds)];
}

/* ---- crowds -------------------------------------------------------------------------
 */

typedef struct {
  mote_studio_t *s;
  mote_arena_t *arena[MOTE_SIDES * TRACKS];
} crowd_t;

static void reverse(float *x, size_t n) {
  for (size_t i = 0; i < n / 2; i++) {
    float t = x[i];
    x[i] = x[n - 1 - i];
    x[n - 1 - i] = t;
  }
}

/* Track i: one voice of side i / TRACKS says a row of words, backwards. */
static int speak_track(void *ctx, size_t i, int worker) {
  crowd_t *c = ctx;
  mote_studio_t *s = c->s;
  mote_side_t side = (mote_side_t)(i / TRACKS);
  mote_babble_t *b = &s->babble[side];
  mote_rng_t r = mote_rng(s->opt->seed, MOTE_RANDOM_BABBLE + i);
  char text[400] = "";
  size_t used = 0;
  mote_utterance_t u;
  (void)worker;
  for (int w = 0; w < TRACK_WORDS; w++) {
    const char *word = s->opt->n_unknown ? mote_studio_unknown(s, side, &r)
                                         : s->opt->words[w % s->opt->n_words];
    size_t n = strlen(word);
    if (used + n + 2 > sizeof text) break;
    memcpy(text + used, word, n);
    text[used + n] = ' ';
    used += n + 1;
  }
  u.text = text;
  mote_utterance_draw(&s->cast, side, i % TRACKS, &r, &u);
  size_t t = i % TRACKS;
  MOTE_TRY(mote_utterance_render(&u, s->opt->hz, c->arena[i], &b->x[t], &b->n[t]));
  reverse(b->x[t], b->n[t]);
  return MOTE_OK;
}

static int speak_crowds(mote_studio_t *s, crowd_t *c, mote_arena_t *a) {
  for (int k = 0; k < MOTE_SIDES; k++) {
    mote_babble_t *b = &s->babble[k];
    b->tracks = TRACKS;
    b->x = mote_arena_take(a, TRACKS, sizeof *b->x);
    b->n = mote_arena_take(a, TRACKS, sizeof *b->n);
    if (!b->x || !b->n) return MOTE_ERR_NOMEM;
  }
  for (size_t i = 0; i < MOTE_SIDES * TRACKS; i++)
    if (!(c->arena[i] = mote_arena_new())) return MOTE_ERR_NOMEM;
  return mote_parallel(MOTE_SIDES * TRACKS, speak_track, c);
}

/* ---- the whole ----------------------------------------------------------------------
 */

static int make(mote_studio_t *s, crowd_t *c, mote_arena_t *a,
                mote_synth_report_t *report) {
  const mote_synth_options_t *o = s->opt;
  MOTE_TRY(mote_espeak_version(report->espeak));
  MOTE_TRY(mote_cast_make(o->language, o->seed, a, &s->cast));
  memcpy(report->voices, s->cast.n_voices, sizeof report->voices);
  report->accents = s->cast.n_accents;
  MOTE_TRY(speak_crowds(s, c, a));
  if (o->dir) MOTE_TRY(mote_synth_clips(s, report));
  return o->stream ? mote_synth_stream(s, report) : MOTE_OK;
}

int mote_synth_keywords(const mote_synth_options_t *opt, mote_synth_report_t *report) {
  mote_studio_t s = {.opt = opt};
  crowd_t c = {.s = &s};
  mote_arena_t *a = mote_arena_new();
  memset(report, 0, sizeof *report);
  int rc = a ? make(&s, &c, a, report) : MOTE_ERR_NOMEM;
  for (size_t i = 0; i < MOTE_SIDES * TRACKS; i++) mote_arena_free(c.arena[i]);
  mote_arena_free(a);
  return rc;
}
