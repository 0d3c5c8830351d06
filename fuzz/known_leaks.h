/* SPDX-License-Identifier: Apache-2.0
 * Leaks of libraries we only call, so that the leak checker stays on for our own code. */
#ifndef MOTE_FUZZ_KNOWN_LEAKS_H
#define MOTE_FUZZ_KNOWN_LEAKS_H

const char *__lsan_default_suppressions(void);

/* libsndfile 1.2.0 forgets the Vorbis headers when an Ogg file fails to open. */
const char *__lsan_default_suppressions(void) {
  return "leak:vorbis_info_init\nleak:vorbis_synthesis_headerin\nleak:ogg_sync_init\n"
         "leak:ogg_stream_init\n";
}

#endif
