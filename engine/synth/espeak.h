/* SPDX-License-Identifier: Apache-2.0
 * The speech synthesiser espeak-ng, run as a program of its own. It is under the GPL:
 * mote never links it and works without it. Same text, voice and version give the same
 * samples. */
#ifndef MOTE_SYNTH_ESPEAK_H
#define MOTE_SYNTH_ESPEAK_H

#include "base/mem.h"

/* Version text, "1.51". MOTE_ERR_NOTFOUND, with the remedy, when it is not installed. */
int mote_espeak_version(char out[32]);

/* Files of the voices that speak `language` ("gmw/en-US"), sorted; mbrola voices, which
 * need more than espeak-ng, are left out. language "variant": the timbres, as "!v/f3". */
int mote_espeak_voices(const char *language, mote_arena_t *a, const char ***out,
                       size_t *n);

typedef struct {
  const char *voice; /* file, or file+timbre: "gmw/en-US+f3" */
  int speed;         /* words a minute, 80 to 450; 175 is usual */
  int pitch;         /* 0 to 99; 50 is usual */
} mote_espeak_how_t;

/* Speaks `text`: (*x)[*n] int16 counts at *hz, in the arena. */
int mote_espeak_say(const char *text, const mote_espeak_how_t *how, mote_arena_t *a,
                    float **x, size_t *n, double *hz);

#endif
