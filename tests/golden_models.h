/* SPDX-License-Identifier: Apache-2.0
 * The golden int8 models. Folder: MOTE_GOLDEN_MODELS, else ../shared/golden/models. */
#ifndef TESTS_GOLDEN_MODELS_H
#define TESTS_GOLDEN_MODELS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"

static inline const char *golden_folder(void) {
  const char *env = getenv("MOTE_GOLDEN_MODELS");
  return env ? env : MOTE_SOURCE "/../shared/golden/models";
}

static inline mote_buf_t golden_slurp(const char *model, const char *name) {
  char path[MOTE_PATH_MAX];
  mote_buf_t b = {0};
  snprintf(path, sizeof path, "%s/%s/%s", golden_folder(), model, name);
  if (mote_file_read(path, 1u << 26, &b) < 0) fail_msg("%s", mote_errmsg());
  return b;
}

/* A test per model, whose name is the state; the exit code of the program. */
static inline int golden_run(void (*check)(void **state)) {
  static char names[6][16] = {"hello_world", "micro_speech", "kws", "ic", "vww", "ad"};
  struct CMUnitTest tests[6];
  if (!mote_dir_exists(golden_folder())) {
    fprintf(stderr, "SKIPPED: no golden models in %s (set MOTE_GOLDEN_MODELS)\n",
            golden_folder());
    return 77;
  }
  for (int i = 0; i < 6; i++)
    tests[i] = (struct CMUnitTest){names[i], check, NULL, NULL, names[i]};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
