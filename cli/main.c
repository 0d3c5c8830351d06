/* SPDX-License-Identifier: Apache-2.0
 * mote: finds the verb, parses its flags, runs it, turns its status into an exit code.
 * Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 part of a batch was refused,
 * 4 a gate broke, 130 interrupted. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "base/par.h"
#include "base/progress.h"

#define VERB(v) extern const mote_verb_t mote_verb_##v;
#include "verbs.def"
#undef VERB

const mote_verb_t *const mote_verbs[] = {
#define VERB(v) &mote_verb_##v,
#include "verbs.def"
#undef VERB
    NULL};

static const mote_verb_t *find_verb(const char *name) {
  for (size_t i = 0; mote_verbs[i]; i++)
    if (!strcmp(mote_verbs[i]->name, name)) return mote_verbs[i];
  return NULL;
}

static int exit_code(int rc) {
  switch (rc) {
  case MOTE_OK: return 0;
  case MOTE_ERR_USAGE: return 2;
  case MOTE_PARTIAL: return 3;
  case MOTE_ERR_GATE: return 4;
  case MOTE_ERR_INTERRUPTED: return 130;
  default: return rc < 0 ? 1 : 0;
  }
}

static int usage(FILE *to) {
  fprintf(to, "mote turns sensor recordings into firmware.\n\nusage: mote VERB ...\n\n");
  for (size_t i = 0; mote_verbs[i]; i++)
    fprintf(to, "  %-10s %s\n", mote_verbs[i]->name, mote_verbs[i]->summary);
  fprintf(to,
          "\n`mote help VERB` explains one; every verb takes --json, -C DIR, --quiet and "
          "--threads N.\n");
  return to == stdout ? 0 : 2;
}

static void report(const mote_args_t *args, int rc) {
  if (rc >= 0) return;
  fprintf(stderr, "mote %s: %s\n", args->verb->name,
          mote_errmsg()[0] ? mote_errmsg() : mote_errname(rc));
  if (mote_json_wanted(args))
    (void)mote_print_json(json_pack("{s:{s:s, s:s}}", "error", "code", mote_errname(rc),
                                    "message", mote_errmsg()));
}

static int apply_common(const mote_args_t *args) {
  double threads = 0;
  int rc = mote_flag_number(args, "threads", 1, 64, &threads);
  if (rc < 0) return rc;
  if (rc) mote_threads_set((int)threads);
  if (mote_flag(args, "quiet")) mote_quiet_set(1);
  return MOTE_OK;
}

int main(int argc, char **argv) {
  if (argc < 2) return usage(stderr);
  const char *name = argv[1];
  if (!strcmp(name, "--help") || !strcmp(name, "-h")) return usage(stdout);
  if (!strcmp(name, "--version")) name = "version";
  const mote_verb_t *verb = find_verb(name);
  if (!verb) {
    fprintf(stderr, "mote: there is no verb \"%s\"; `mote help` lists them\n", name);
    return 2;
  }
  mote_args_t args = {.verb = verb};
  int rc = mote_args_parse(&args, argc - 2, argv + 2);
  if (rc == MOTE_OK && mote_flag(&args, "help")) {
    rc = mote_help_print(verb, stdout);
  } else if (rc == MOTE_OK) {
    mote_catch_interrupt();
    rc = apply_common(&args);
    if (rc == MOTE_OK) rc = verb->run(&args);
    if (fflush(stdout) != 0 && rc >= 0)
      rc = mote_fail(MOTE_ERR_IO, "cannot write stdout");
  }
  report(&args, rc);
  mote_args_free(&args);
  return exit_code(rc);
}
