/* SPDX-License-Identifier: Apache-2.0
 * One long recording: keywords and other words, now and then a pause, over backgrounds
 * that fade into each other; and what is said when. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "synth/studio.h"

#define SCENE_S  6.0 /* of one background */
#define FADE_S   0.5
#define LEVEL_DB (-22)

typedef struct {
  const mote_studio_t *s;
  mote_arena_t *a;
  float *y;
  size_t n;
  mote_buf_t truth;
  mote_synth_report_t *report;
} reel_t;

/* Linear in, linear out: two scenes that overlap sum to one. */
static void fade(float *x, size_t n, size_t edge) {
  for (size_t i = 0; i < edge && i < n; i++) {
    float g = (float)i / (float)edge;
    x[i] *= g;
    x[n - 1 - i] *= g;
  }
}

static int lay_backgrounds(reel_t *w) {
  uint32_t hz = w->s->opt->hz;
  size_t step = (size_t)(SCENE_S * hz), edge = (size_t)(FADE_S * hz), n = step + edge;
  uint64_t number = MOTE_RANDOM_STREAM + 100000;
  float *x = mote_arena_take(w->a, n, sizeof *x);
  if (!x) return MOTE_ERR_NOMEM;
  for (size_t at = 0; at < w->n; at += step) {
    mote_rng_t r = mote_rng(w->s->opt->seed, number++);
    mote_background_make(mote_studio_background(&r), &r, &w->s->babble[MOTE_SIDE_STREAM],
                         (float)hz, x, n);
    fade(x, n, edge);
    float db = LEVEL_DB - mote_rng_range(&r, 12, 30);
    mote_mix(w->y, w->n, (ptrdiff_t)at - (ptrdiff_t)edge, x, n, mote_gain_db(db, 1));
  }
  return MOTE_OK;
}

/* Speaks `text` at place `at`; *end is where it ends. 1: there is no room for it. */
static int add_word(reel_t *w, mote_utterance_t *u, mote_rng_t *r, size_t at,
                    size_t *end) {
  float *x;
  size_t n;
  uint32_t hz = w->s->opt->hz;
  MOTE_TRY(mote_utterance_render(u, hz, w->a, &x, &n));
  if (at + n + hz > w->n) return 1;
  mote_mix(w->y, w->n, (ptrdiff_t)at, x, n,
           mote_gain_db(LEVEL_DB + mote_rng_range(r, -4, 4), 1));
  *end = at + n;
  return MOTE_OK;
}

/* Keywords in a shuffled order, again and again; every third word is another one. */
static int say_words(reel_t *w) {
  const mote_synth_options_t *o = w->s->opt;
  uint32_t *order = mote_arena_take(w->a, o->n_words, sizeof *order);
  if (!order) return MOTE_ERR_NOMEM;
  mote_rng_t r = mote_rng(o->seed, MOTE_RANDOM_STREAM);
  size_t at = o->hz, said = 0;
  MOTE_TRY(mote_buf_printf(&w->truth, "start_s,end_s,label,word,voice\n"));
  for (size_t turn = 0;; turn++) {
    int other = o->n_unknown && turn % 3 == 2;
    mote_utterance_t u = {0};
    size_t end;
    if (!other && said % o->n_words == 0) {
      for (uint32_t i = 0; i < o->n_words; i++) order[i] = i;
      mote_rng_shuffle(&r, order, o->n_words);
    }
    u.text = other ? mote_studio_unknown(w->s, MOTE_SIDE_STREAM, &r)
                   : o->words[order[said++ % o->n_words]];
    mote_utterance_draw(&w->s->cast, MOTE_SIDE_STREAM, turn, &r, &u);
    int rc = add_word(w, &u, &r, at, &end);
    if (rc != MOTE_OK) return rc < 0 ? rc : MOTE_OK;
    MOTE_TRY(mote_buf_printf(&w->truth, "%.3f,%.3f,%s,%s,%s\n", (double)at / o->hz,
                             (double)end / o->hz, other ? "unknown" : u.text, u.text,
                             u.voice));
    w->report->stream_words += !other;
    at = end + (size_t)(mote_rng_range(&r, 0.9f, 1.7f) * (float)o->hz);
  }
}

static int make(reel_t *w) {
  const mote_synth_options_t *o = w->s->opt;
  w->n = (size_t)(o->stream_s * o->hz);
  w->y = mote_arena_take(w->a, w->n, sizeof *w->y);
  if (!w->y) return MOTE_ERR_NOMEM;
  MOTE_TRY(lay_backgrounds(w));
  MOTE_TRY(say_words(w));
  MOTE_TRY(mote_mix_write(o->stream, w->y, w->n, o->hz));
  return o->truth ? mote_file_write(o->truth, w->truth.p, w->truth.n) : MOTE_OK;
}

int mote_synth_stream(const mote_studio_t *s, mote_synth_report_t *report) {
  reel_t w = {.s = s, .a = mote_arena_new(), .report = report};
  int rc = w.a ? make(&w) : MOTE_ERR_NOMEM;
  mote_buf_free(&w.truth);
  mote_arena_free(w.a);
  return rc;
}
