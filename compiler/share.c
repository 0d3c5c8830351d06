/* SPDX-License-Identifier: Apache-2.0 */
#include "share.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

/* "/usr/local/bin/mote" -> "/usr/local/share/mote/<name>"; 1 when it is there. */
static int beside_program(const char *name, char *out) {
  char program[MOTE_PATH_MAX], share[MOTE_PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
  for (int up = 0; n > 0 && up < 2; up++) { /* without the name, without bin */
    program[n] = 0;
    char *slash = strrchr(program, '/');
    n = slash ? slash - program : 0;
  }
  if (n <= 0) return 0;
  program[n] = 0;
  return mote_path_join(share, "share/mote", name) == MOTE_OK &&
         mote_path_join(out, program, share) == MOTE_OK && mote_dir_exists(out);
}

const char *mote_share_folder(const char *env, const char *name, const char *source) {
  static _Thread_local char path[MOTE_PATH_MAX];
  const char *set = getenv(env);
  if (set && *set) return set;
  return beside_program(name, path) ? path : source;
}
