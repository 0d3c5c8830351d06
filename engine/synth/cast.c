/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/cast.h"

#include <string.h>

#include "base/rng.h"
#include "synth/espeak.h"

/* Timbres that sound like people and differ from each other; robots, whispers, jokes and
 * all but one of a family (steph, steph2 ...) are left out. */
static const char *const women[] = {"f1",     "f2",     "f3",    "f4",      "f5",
                                    "Alicia", "Andrea", "Annie", "belinda", "linda",
                                    "steph",  "anika",  "aunty", "grandma", NULL};
static const char *const men[] = {
    "m1",     "m2",     "m3",      "m4",       "m5",      "m6",      "m7",    "m8",
    "croak",  "adam",   "Alex",    "Andy",     "boris",   "antonio", "david", "Denis",
    "Diogo",  "ed",     "edward",  "Gene",     "Hugo",    "iven",    "Jacky", "john",
    "Lee",    "Marco",  "max",     "Henrique", "mike",    "rob",     "pablo", "miguel",
    "paul",   "pedro",  "quincy",  "robert",   "Michael", "sandro",  "Zac",   "shelby",
    "travis", "victor", "norbert", "grandpa",  NULL};

/* Of every eight voices. */
static const mote_side_t deal[8] = {
    MOTE_SIDE_TRAINING, MOTE_SIDE_TESTING, MOTE_SIDE_STREAM,   MOTE_SIDE_TRAINING,
    MOTE_SIDE_TRAINING, MOTE_SIDE_TESTING, MOTE_SIDE_TRAINING, MOTE_SIDE_TRAINING};

static int known(const char *name, const char **files, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!strcmp(files[i] + 3, name)) return 1;
  return 0;
}

/* Appends the installed ones of `names` to the sides in a random order. An unknown timbre
 * would be spoken by the plain voice, the same on all sides: hence the check. */
static int deal_out(const char *const *names, const char **files, size_t n, mote_rng_t *r,
                    mote_cast_t *c) {
  uint32_t order[64], there = 0;
  for (uint32_t i = 0; names[i]; i++)
    if (known(names[i], files, n)) order[there++] = i;
  mote_rng_shuffle(r, order, there);
  if (there < 3)
    return mote_fail(MOTE_ERR_NOTFOUND,
                     "espeak-ng has %u of the usual timbres (f1, m1 ...); "
                     "reinstall its data (apt-get install --reinstall espeak-ng-data)",
                     there);
  for (uint32_t i = 0; i < there; i++) {
    mote_side_t s = deal[i % 8];
    c->voice[s][c->n_voices[s]++] = names[order[i]];
  }
  return MOTE_OK;
}

int mote_cast_make(const char *language, uint64_t seed, mote_arena_t *a,
                   mote_cast_t *out) {
  const char **files;
  size_t n;
  mote_rng_t r = mote_rng(seed, 1);
  memset(out, 0, sizeof *out);
  MOTE_TRY(mote_espeak_voices(language, a, &out->accent, &out->n_accents));
  MOTE_TRY(mote_espeak_voices("variant", a, &files, &n));
  for (int s = 0; s < MOTE_SIDES; s++)
    if (!(out->voice[s] = mote_arena_take(a, 64, sizeof *out->voice[s])))
      return MOTE_ERR_NOMEM;
  MOTE_TRY(deal_out(women, files, n, &r, out));
  return deal_out(men, files, n, &r, out);
}
