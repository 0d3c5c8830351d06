/* SPDX-License-Identifier: Apache-2.0
 * The clips of a keyword set: first all choices in order, then the sound on all cores. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/par.h"
#include "base/progress.h"
#include "synth/studio.h"

#define UNKNOWN_SHARE  3     /* times the clips of a keyword */
#define TESTING_EVERY  4     /* every fourth clip is for testing */
#define CUT            0.05f /* of a word that may be outside its clip */
#define FRAGMENT_EVERY 8     /* of the unknown clips: only an end of a keyword */

typedef struct {
  const char *label;
  char path[96]; /* in the folder */
  mote_side_t side;
  mote_utterance_t u; /* text NULL: background alone */
  const mote_background_t *background;
  float level_db, snr_db; /* of the word; of the background alone */
  float place;            /* 0..1, where the word begins among the possible places */
  float shown;    /* of a fragment: the part inside the clip, negative: its head at
                     the end of the clip; 0: the whole word */
  float start_ms; /* found when the length is known */
} clip_t;

typedef struct {
  const mote_studio_t *s;
  clip_t *clip;
  size_t n;
  mote_progress_t *progress;
} set_t;

/* ---- choices ------------------------------------------------------------------------
 */

static void choose_word(const mote_studio_t *s, clip_t *c, size_t turn, mote_rng_t *r) {
  int unknown = !strcmp(c->label, "unknown");
  c->u.text = unknown ? mote_studio_unknown(s, c->side, r) : c->label;
  if (unknown && turn % FRAGMENT_EVERY == 1) {
    c->u.text = s->opt->words[mote_rng_below(r, (uint32_t)s->opt->n_words)];
    c->shown = mote_rng_range(r, 0.15f, 0.35f);
    if (mote_rng_below(r, 2)) c->shown = -c->shown;
  }
  mote_utterance_draw(&s->cast, c->side, turn, r, &c->u);
  c->level_db = mote_rng_range(r, -34, -14);
  c->snr_db = mote_rng_range(r, 5, 35);
}

static void choose(const mote_studio_t *s, const char *label, size_t k, size_t number,
                   clip_t *c) {
  mote_rng_t r = mote_rng(s->opt->seed, MOTE_RANDOM_CLIP + number);
  int noise = !strcmp(label, "noise"), test = k % TESTING_EVERY == TESTING_EVERY - 1;
  *c = (clip_t){.label = label, .side = test ? MOTE_SIDE_TESTING : MOTE_SIDE_TRAINING};
  snprintf(c->path, sizeof c->path, "%s/%s.%04zu.wav", label, label, k + 1);
  c->background = mote_studio_background(&r);
  c->place = mote_rng_unit(&r);
  if (noise)
    c->level_db = mote_rng_range(&r, -75, -20); /* from next to nothing to loud */
  else
    choose_word(s, c, test ? k / TESTING_EVERY : k - k / TESTING_EVERY, &r);
}

static size_t clips_of(const mote_synth_options_t *o, size_t label) {
  if (label == o->n_words) return o->n_unknown ? (size_t)o->clips * UNKNOWN_SHARE : 0;
  return o->clips;
}

/* Labels: the words, "unknown", "noise". */
static int choose_all(const mote_studio_t *s, mote_arena_t *a, set_t *set) {
  const mote_synth_options_t *o = s->opt;
  for (size_t w = 0; w < o->n_words + 2; w++) set->n += clips_of(o, w);
  set->clip = mote_arena_take(a, set->n, sizeof *set->clip);
  if (!set->clip) return MOTE_ERR_NOMEM;
  size_t i = 0;
  for (size_t w = 0; w < o->n_words + 2; w++) {
    const char *label = w < o->n_words    ? o->words[w]
                        : w == o->n_words ? "unknown"
                                          : "noise";
    for (size_t k = 0; k < clips_of(o, w); k++, i++)
      choose(s, label, k, i, &set->clip[i]);
  }
  return MOTE_OK;
}

/* ---- sound --------------------------------------------------------------------------
 */

static ptrdiff_t place_of(const clip_t *c, size_t room, size_t n) {
  float length = (float)n, space = (float)room;
  if (c->shown > 0) return (ptrdiff_t)(-(1 - c->shown) * length);
  if (c->shown < 0) return (ptrdiff_t)(space + c->shown * length);
  float first = -CUT * length, last = space - (1 - CUT) * length;
  if (last < first) return (ptrdiff_t)((space - length) / 2); /* longer than a clip */
  return (ptrdiff_t)(first + c->place * (last - first));
}

static int add_word(const mote_studio_t *s, clip_t *c, mote_arena_t *a, float *y,
                    size_t room) {
  float *x;
  size_t n;
  MOTE_TRY(mote_utterance_render(&c->u, s->opt->hz, a, &x, &n));
  ptrdiff_t at = place_of(c, room, n);
  mote_mix(y, room, at, x, n, mote_gain_db(c->level_db, 1));
  c->start_ms = 1000.0f * (float)at / (float)s->opt->hz;
  return MOTE_OK;
}

static int render_in(const set_t *set, clip_t *c, size_t number, mote_arena_t *a) {
  const mote_studio_t *s = set->s;
  const mote_synth_options_t *o = s->opt;
  char path[MOTE_PATH_MAX];
  size_t room = o->hz;
  mote_rng_t r = mote_rng(o->seed, 2 * (uint64_t)MOTE_RANDOM_CLIP + number);
  float *y = mote_arena_take(a, room, sizeof *y);
  if (!y) return MOTE_ERR_NOMEM;
  mote_background_make(c->background, &r, &s->babble[c->side], (float)o->hz, y, room);
  mote_background_level(y, room, mote_gain_db(c->level_db - c->snr_db, 1));
  if (c->u.text) MOTE_TRY(add_word(s, c, a, y, room));
  MOTE_TRY(mote_path_join(path, o->dir, c->path));
  return mote_mix_write(path, y, room, o->hz);
}

static int render(void *ctx, size_t i, int worker) {
  set_t *set = ctx;
  (void)worker;
  if (mote_interrupted()) return mote_fail(MOTE_ERR_INTERRUPTED, "interrupted");
  mote_arena_t *a = mote_arena_new();
  int rc = a ? render_in(set, &set->clip[i], i, a) : MOTE_ERR_NOMEM;
  mote_arena_free(a);
  mote_progress_add(set->progress, 1);
  return rc;
}

/* ---- folder and list ----------------------------------------------------------------
 */

static int found_file(void *ctx, const char *path) {
  return mote_fail(MOTE_ERR_EXISTS,
                   "%s: not empty (%s); name a new folder or remove this one",
                   (const char *)ctx, mote_path_name(path));
}

static int make_folders(const mote_synth_options_t *o) {
  char path[MOTE_PATH_MAX];
  if (mote_dir_exists(o->dir))
    MOTE_TRY(mote_walk(o->dir, found_file, (void *)(uintptr_t)o->dir));
  for (size_t w = 0; w < o->n_words + 2; w++) {
    if (!clips_of(o, w)) continue;
    MOTE_TRY(mote_path_join(path, o->dir,
                            w < o->n_words    ? o->words[w]
                            : w == o->n_words ? "unknown"
                                              : "noise"));
    MOTE_TRY(mote_dir_make(path));
  }
  return MOTE_OK;
}

static int list_clip(const clip_t *c, mote_buf_t *out) {
  static const char *const split[] = {"training", "testing"};
  MOTE_TRY(mote_buf_printf(out, "%s,%s,%s,", c->path, c->label, split[c->side]));
  if (c->u.text)
    MOTE_TRY(mote_buf_printf(out, "%s,%s,%s,%d,%d,%.1f,%.1f,%s,%.0f\n", c->u.text,
                             c->u.voice, mote_path_name(c->u.accent), c->u.speed,
                             c->u.pitch, (double)c->level_db, (double)c->snr_db,
                             c->background->name, (double)c->start_ms));
  else
    MOTE_TRY(mote_buf_printf(out, ",,,,,%.1f,,%s,\n", (double)c->level_db,
                             c->background->name));
  return MOTE_OK;
}

static int write_list(const set_t *set) {
  char path[MOTE_PATH_MAX];
  mote_buf_t out = {0};
  int rc = mote_path_join(path, set->s->opt->dir, "list.csv");
  if (rc == MOTE_OK)
    rc = mote_buf_printf(&out,
                         "path,label,split,word,voice,accent,speed,pitch,level_db,snr_db,"
                         "background,start_ms\n");
  for (size_t i = 0; rc == MOTE_OK && i < set->n; i++)
    rc = list_clip(&set->clip[i], &out);
  if (rc == MOTE_OK) rc = mote_file_write(path, out.p, out.n);
  mote_buf_free(&out);
  return rc;
}

static int make_set(set_t *set, mote_arena_t *a, mote_synth_report_t *report) {
  MOTE_TRY(make_folders(set->s->opt));
  MOTE_TRY(choose_all(set->s, a, set));
  set->progress = mote_progress_new("speaking", "clips", set->n);
  int rc = mote_parallel(set->n, render, set);
  mote_progress_end(set->progress);
  MOTE_TRY(rc);
  for (size_t i = 0; i < set->n; i++)
    if (set->clip[i].side == MOTE_SIDE_TESTING)
      report->testing++;
    else
      report->training++;
  return write_list(set);
}

int mote_synth_clips(const mote_studio_t *s, mote_synth_report_t *report) {
  set_t set = {.s = s};
  mote_arena_t *a = mote_arena_new();
  int rc = a ? make_set(&set, a, report) : MOTE_ERR_NOMEM;
  mote_arena_free(a);
  return rc;
}
