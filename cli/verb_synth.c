/* SPDX-License-Identifier: Apache-2.0
 * `mote synth`: a data set out of nothing, to try things before there are recordings. */
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "synth/synth.h"
#include "verb.h"

#define WORD_BYTES_MAX 32
#define UNKNOWN_WORDS  30

/* A word becomes a folder, a label, and an argument of a program. */
static int check_word(const char *word) {
  if (!*word || strlen(word) > WORD_BYTES_MAX || strchr("-.'", *word))
    return mote_fail(MOTE_ERR_USAGE,
                     "\"%s\" is no word: 1 to %d bytes are needed, letters "
                     "first",
                     word, WORD_BYTES_MAX);
  for (const char *p = word; *p; p++)
    if ((unsigned char)*p <= ' ' || strchr("/\\,\"", *p))
      return mote_fail(MOTE_ERR_USAGE,
                       "\"%s\" is no word: leave out spaces, slashes, commas "
                       "and quotes",
                       word);
  if (!strcmp(word, "unknown") || !strcmp(word, "noise") || !strcmp(word, "list.csv"))
    return mote_fail(MOTE_ERR_USAGE,
                     "\"%s\" has a meaning of its own here; choose another word", word);
  return MOTE_OK;
}

static int listed(const char *word, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!strcmp(word, list[i])) return 1;
  return 0;
}

/* "yes,no" -> words, each once and none of `taken`. */
static int split_words(const char *text, const mote_synth_options_t *taken,
                       mote_arena_t *a, const char *const **out, size_t *out_n) {
  char *copy = mote_arena_str(a, text), *save = NULL;
  const char **list = mote_arena_take(a, strlen(text) + 1, sizeof *list);
  if (!copy || !list) return MOTE_ERR_NOMEM;
  size_t n = 0;
  for (char *w = strtok_r(copy, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
    MOTE_TRY(check_word(w));
    if (listed(w, list, n) || listed(w, taken->words, taken->n_words))
      return mote_fail(MOTE_ERR_USAGE, "\"%s\" is given twice", w);
    list[n++] = w;
  }
  *out = list;
  *out_n = n;
  return MOTE_OK;
}

/* The first `count` built-in words that are no keywords. */
static int built_in(mote_synth_options_t *o, size_t count, mote_arena_t *a) {
  const char **list = mote_arena_take(a, count + 1, sizeof *list);
  if (!list) return MOTE_ERR_NOMEM;
  for (size_t i = 0; mote_synth_words[i] && o->n_unknown < count; i++)
    if (!listed(mote_synth_words[i], o->words, o->n_words))
      list[o->n_unknown++] = mote_synth_words[i];
  o->unknown = list;
  if (o->n_unknown < count)
    return mote_fail(MOTE_ERR_USAGE,
                     "--unknown: there are %zu built-in words; name your own "
                     "with --unknown-words",
                     o->n_unknown);
  return MOTE_OK;
}

static int read_words(const mote_args_t *args, mote_synth_options_t *o, mote_arena_t *a) {
  const char *words = mote_flag(args, "words"),
             *others = mote_flag(args, "unknown-words");
  double count = UNKNOWN_WORDS;
  MOTE_TRY(split_words(words ? words : "yes,no,stop,go", o, a, &o->words, &o->n_words));
  if (!o->n_words)
    return mote_fail(MOTE_ERR_USAGE, "--words: name at least one, as in --words yes,no");
  MOTE_TRY(mote_flag_number(args, "unknown", 0, 1000, &count));
  if (others && mote_flag(args, "unknown"))
    return mote_fail(MOTE_ERR_USAGE, "give --unknown or --unknown-words, not both");
  if (others) return split_words(others, o, a, &o->unknown, &o->n_unknown);
  if (strcmp(o->language, "en") && !mote_flag(args, "unknown")) return MOTE_OK;
  return built_in(o, (size_t)count, a);
}

static int read_numbers(const mote_args_t *args, mote_synth_options_t *o) {
  double clips = 120, hz = 16000, seed = 1, stream = 30;
  MOTE_TRY(mote_flag_number(args, "clips", 1, 9999, &clips));
  MOTE_TRY(mote_flag_number(args, "rate", 4000, 48000, &hz));
  MOTE_TRY(mote_flag_number(args, "seed", 0, 1e9, &seed));
  MOTE_TRY(mote_flag_number(args, "stream-seconds", 4, 3600, &stream));
  o->clips = (uint32_t)clips;
  o->hz = (uint32_t)hz;
  o->seed = (uint64_t)seed;
  o->stream_s = stream;
  return MOTE_OK;
}

static int read_options(const mote_args_t *args, mote_synth_options_t *o,
                        mote_arena_t *a) {
  if (!mote_arg(args, 0) || strcmp(mote_arg(args, 0), "keywords"))
    return mote_fail(MOTE_ERR_USAGE, "say what to make: mote synth keywords DIR");
  o->dir = mote_arg(args, 1);
  o->stream = mote_flag(args, "stream");
  o->truth = mote_flag(args, "truth");
  o->language = mote_flag(args, "language") ? mote_flag(args, "language") : "en";
  if (mote_arg_count(args) > 2 || (!o->dir && !o->stream))
    return mote_fail(MOTE_ERR_USAGE, "name one folder: mote synth keywords DIR");
  if (o->truth && !o->stream)
    return mote_fail(MOTE_ERR_USAGE,
                     "--truth tells of a stream: give --stream FILE.wav as well");
  MOTE_TRY(read_words(args, o, a));
  return read_numbers(args, o);
}

static int tell(const mote_args_t *args, const mote_synth_options_t *o,
                const mote_synth_report_t *r, double seconds) {
  if (mote_json_wanted(args))
    return mote_print_json(json_pack(
        "{s:I, s:I, s:{s:I, s:I, s:I}, s:I, s:I, s:s}", "training",
        (json_int_t)r->training, "testing", (json_int_t)r->testing, "voices", "training",
        (json_int_t)r->voices[0], "testing", (json_int_t)r->voices[1], "stream",
        (json_int_t)r->voices[2], "accents", (json_int_t)r->accents, "stream_words",
        (json_int_t)r->stream_words, "espeak", r->espeak));
  if (o->dir)
    mote_say(args,
             "%s: %zu clips of 1 s in %.1f s, by espeak-ng %s\n"
             "  training  %5zu clips, %2zu voices\n"
             "  testing   %5zu clips, %2zu other voices; %zu accents on both sides\n",
             o->dir, r->training + r->testing, seconds, r->espeak, r->training,
             r->voices[0], r->testing, r->voices[1], r->accents);
  if (o->stream)
    mote_say(args, "%s: %g s with %zu keywords by %zu voices that no clip has\n",
             o->stream, o->stream_s, r->stream_words, r->voices[2]);
  if (o->dir)
    mote_say(args,
             "next:\n"
             "  mote new PROJECT --template audio\n"
             "  mote add -C PROJECT %s --list %s/list.csv\n",
             o->dir, o->dir);
  return MOTE_OK;
}

static int run(const mote_args_t *args) {
  mote_synth_options_t o = {0};
  mote_synth_report_t r;
  mote_arena_t *a = mote_arena_new();
  double began = mote_now();
  int rc = a ? read_options(args, &o, a) : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) rc = mote_synth_keywords(&o, &r);
  if (rc == MOTE_OK) rc = tell(args, &o, &r, mote_now() - began);
  mote_arena_free(a);
  return rc;
}

static const mote_flag_t flags[] = {
    {"words", 'w', "A,B,...", "The keywords (default yes,no,stop,go).", 0},
    {"unknown", 0, "N", "Other words, N from the built-in English list (default 30).", 0},
    {"unknown-words", 0, "A,B,...", "Other words of your own choice.", 0},
    {"clips", 'n', "N",
     "Clips per keyword (default 120); a quarter of them is for testing.", 0},
    {"seed", 0, "N", "Seed of every random choice (default 1); same seed, same bytes.",
     0},
    {"rate", 0, "HZ", "Samples per second (default 16000).", 0},
    {"language", 0, "LANG", "Language of espeak-ng (default en).", 0},
    {"stream", 0, "FILE.wav", "Also make one long recording by voices that no clip has.",
     0},
    {"truth", 0, "FILE.csv", "What is said in the stream, and when.", 0},
    {"stream-seconds", 0, "S", "Length of the stream (default 30).", 0},
    {NULL, 0, NULL, NULL, 0},
};

const mote_verb_t mote_verb_synth = {
    .name = "synth",
    .usage = "keywords [DIR]",
    .summary = "Make a spoken-keyword data set without recordings.",
    .details = "Needs the program espeak-ng. Writes clips of 1 s as DIR/LABEL/*.wav and "
               "their list,\n"
               "DIR/list.csv: every keyword, \"unknown\" (other words, and ends of "
               "keywords) and\n"
               "\"noise\" (backgrounds alone). Voices, accents, speeds, pitches, levels, "
               "places and\n"
               "backgrounds at 5 to 35 dB SNR vary; the split is by voice: nobody who is "
               "heard in\n"
               "training is heard in testing. Synthetic speech shows that a chain works; "
               "a product\n"
               "needs recordings of people.",
    .flags = flags,
    .run = run};
