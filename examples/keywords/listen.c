/* SPDX-License-Identifier: Apache-2.0
 * Plays a WAV file (16-bit mono, plain header) into an exported keyword impulse as a
 * microphone driver would: in blocks that have nothing to do with windows.
 *   listen [--all] [BLOCK_MS] <recording.wav
 * Prints a line per event: seconds, label, score. --all: a line per result, with all
 * scores. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define BLOCK_MAX (KEYWORDS_SAMPLE_RATE / 10)

static keywords_t model; /* all the RAM it needs */

static void print_all(double seconds, const keywords_result_t *r) {
  int i;
  printf("%.3f %s %d", seconds,
         r->smooth.decision < 0 ? "uncertain" : keywords_labels[r->smooth.decision],
         (int)r->smooth.event);
  for (i = 0; i < KEYWORDS_LABELS; i++) printf(" %.9g", (double)r->sound[i]);
  printf("\n");
}

static void print_event(double seconds, const keywords_result_t *r) {
  if (r->smooth.event)
    printf("%8.2f s  %s (%.2f)\n", seconds, keywords_labels[r->smooth.decision],
           (double)r->smooth.score);
}

/* Feeds one block, and asks whenever a result is due. */
static size_t hear(const int16_t *block, size_t n, size_t heard, int all) {
  keywords_result_t result;
  while (n > 0) {
    size_t used = keywords_feed(&model, block, n);
    block += used, n -= used, heard += used;
    if (keywords_poll(&model, &result))
      (all ? print_all : print_event)((double)heard / KEYWORDS_SAMPLE_RATE, &result);
  }
  return heard;
}

int main(int argc, char **argv) {
  int16_t block[BLOCK_MAX];
  char header[44];
  int all = argc > 1 && strcmp(argv[1], "--all") == 0;
  int ms = argc > 1 + all ? atoi(argv[1 + all]) : 50;
  size_t size = (size_t)ms * KEYWORDS_SAMPLE_RATE / 1000, n, heard = 0;
  if (ms < 1 || ms > 100) {
    fprintf(stderr, "BLOCK_MS: 1 to 100\n");
    return 2;
  }
  if (keywords_selftest(&model) != MOTE_OK) {
    fprintf(stderr, "self-test failed: these compiler flags change the arithmetic\n");
    return 1;
  }
  keywords_init(&model);
  if (fread(header, 1, sizeof header, stdin) != sizeof header ||
      memcmp(header, "RIFF", 4) != 0) {
    fprintf(stderr, "standard input is no WAV file\n");
    return 1;
  }
  while ((n = fread(block, sizeof *block, size, stdin)) > 0)
    heard = hear(block, n, heard, all);
  return 0;
}
