/* SPDX-License-Identifier: Apache-2.0
 * Common to the audio parsers. */
#ifndef MOTE_FORMATS_AUDIO_H
#define MOTE_FORMATS_AUDIO_H

#include "formats/recording.h"

/* A recording with `channels` axes ("audio", or "audio 1", "audio 2" ...; unit "wav")
 * named after opt->path; `values`, `n` and notes are the caller's to set. */
int mote_audio_recording(const mote_parse_options_t *opt, uint32_t channels, double hz,
                         mote_arena_t *a, mote_recording_t **out);
/* Any file libsndfile knows. Decodes no more than opt->max_bytes of samples. */
int mote_audio_decode(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                      mote_arena_t *a, mote_recordings_t *out);

#endif
