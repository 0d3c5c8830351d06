/* SPDX-License-Identifier: Apache-2.0
 * Trained impulses without training: designs as users have them, networks with random
 * weights of a fixed seed, int8 by the range of a few signals. For tests of what comes
 * after training; the answers mean nothing, the arithmetic is all there. */
#ifndef MOTE_TEST_FIXTURES_H
#define MOTE_TEST_FIXTURES_H

#include "impulse/impulse.h"

typedef enum {
  FIXTURE_RAW,     /* raw 2 axes x 8, dense 6, softmax 3 */
  FIXTURE_MOTION,  /* spectral 3 axes 2 s, dense 20-10-4, and K-means */
  FIXTURE_KEYWORD, /* MFCC 49 x 13 at 16 kHz, conv1d 8 and 16, softmax 4 */
  FIXTURE_MIXED,   /* flatten with state, raw of one axis; joined and gathered; regression
                    */
  FIXTURE_ODD,     /* MFE whose windows do not begin on frame boundaries */
  FIXTURES
} fixture_t;

const char *fixture_name(fixture_t f);
/* Free with mote_trained_free. */
int fixture_trained(fixture_t f, mote_trained_t **out);
/* A repeatable signal of the fixture's kind: n samples [n][axes], values as a device
 * feeds them (audio: whole numbers). */
void fixture_signal(const mote_impulse_t *m, uint32_t seed, float *x, size_t n);
/* Writes a run folder that mote_trained_load reads. */
int fixture_save(const mote_trained_t *t, const char *dir);

#endif
