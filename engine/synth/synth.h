/* SPDX-License-Identifier: Apache-2.0
 * Data sets without data: spoken keywords from espeak-ng over synthetic backgrounds. The
 * same options, seed and espeak-ng version give the same bytes with any number of
 * threads. */
#ifndef MOTE_SYNTH_H
#define MOTE_SYNTH_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

typedef struct {
  const char *dir;          /* new or empty folder, or NULL: no clips */
  const char *language;     /* of espeak-ng: "en" */
  const char *const *words; /* the keywords; every one is a label */
  size_t n_words;
  const char *const *unknown; /* other words, label "unknown"; may be none. Every fifth
                                 is heard in testing and stream alone */
  size_t n_unknown;
  uint32_t clips; /* per keyword and of "noise"; "unknown" has three times
                     as many */
  uint32_t hz;
  uint64_t seed;
  const char *stream, *truth; /* WAV and CSV of one long recording, or NULL */
  double stream_s;
} mote_synth_options_t;

typedef struct {
  size_t training, testing; /* clips */
  size_t voices[3];         /* training, testing, stream */
  size_t accents;
  size_t stream_words; /* keywords in the stream */
  char espeak[32];
} mote_synth_report_t;

/* Clips of 1 s as DIR/<label>/<n>.wav, and DIR/list.csv: path, label, split, word, voice,
 * accent, speed, pitch, level_db, snr_db, background, start_ms. The stream is spoken by
 * voices that no clip has; the truth is start_s, end_s, label, word, voice. */
int mote_synth_keywords(const mote_synth_options_t *opt, mote_synth_report_t *report);

/* Short English words that are good "unknown" ones; NULL-terminated. */
extern const char *const mote_synth_words[];

#endif
