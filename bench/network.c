/* SPDX-License-Identifier: Apache-2.0
 * Drives an exported network (model.h beside it) for tools/bench_infer.sh.
 *   network check IN OUT   runs every input of the file; fails when a byte of OUT differs
 *   network once           one run, for callgrind
 *   network serve          for every number n read, n runs and n timed ones; prints their
 *                          microseconds */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model.h"

enum { INPUT = MODEL_INPUT_COUNT, OUTPUT = MODEL_OUTPUT_COUNT, RUNS = 10000 };
static model_t model;
static int8_t input[INPUT];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void run(void) {
  memcpy(model_input(&model), input, INPUT);
  model_run(&model);
}

static int check(const char *in, const char *out) {
  int8_t want[OUTPUT];
  int n = 0;
  FILE *a = fopen(in, "rb"), *b = fopen(out, "rb");
  if (!a || !b) return 1;
  for (; fread(input, INPUT, 1, a) == 1 && fread(want, OUTPUT, 1, b) == 1; n++) {
    run();
    if (memcmp(want, model_output(&model), OUTPUT)) return 1;
  }
  fclose(a), fclose(b);
  return n == 0;
}

static int serve(void) {
  static double took[RUNS];
  int n;
  while (scanf("%d", &n) == 1 && n > 0 && n <= RUNS) {
    for (int i = 0; i < n; i++) run(); /* caches and clock as in steady work */
    for (int i = 0; i < n; i++) {
      double start = now();
      run();
      took[i] = now() - start;
    }
    for (int i = 0; i < n; i++) printf("%.3f ", took[i]);
    printf("\n");
    fflush(stdout);
  }
  return 0;
}

int main(int argc, char **argv) {
  model_init(&model);
  if (argc == 4 && !strcmp(argv[1], "check")) return check(argv[2], argv[3]);
  if (argc == 2 && !strcmp(argv[1], "serve")) return serve();
  run();
  return 0;
}
