/* SPDX-License-Identifier: Apache-2.0
 * A verb of `mote`: one file cli/verb_<name>.c with one `const mote_verb_t`, and one row
 * in cli/verbs.def. Help, man page and shell completion are derived from these rows. */
#ifndef MOTE_CLI_VERB_H
#define MOTE_CLI_VERB_H

#include <jansson.h>
#include "base/err.h"

/* A verb's positive result: part of a batch was refused and said so (exit code 3). */
#define MOTE_PARTIAL 3

typedef struct {
  const char *flag;  /* "label"; on the command line --label */
  char letter;       /* 'l' or 0 */
  const char *value; /* "L" when it takes one, NULL for a switch */
  const char *help;  /* one sentence */
  int repeat;        /* may be given more than once */
} mote_flag_t;

typedef struct mote_args mote_args_t;

typedef struct {
  const char *name;     /* "add" */
  const char *usage;    /* "PATH..." : the positional arguments */
  const char *summary;  /* one line */
  const char *details;  /* paragraphs for `mote help add` and the man page */
  const mote_flag_t *flags; /* ended by a row with flag == NULL; --json, -C, --quiet,
                               --threads and --help exist on every verb */
  int (*run)(const mote_args_t *args);
} mote_verb_t;

extern const mote_verb_t *const mote_verbs[]; /* data-flow order, NULL-terminated */

/* Parsed command line, valid during run(). */
const char *mote_arg(const mote_args_t *a, size_t i); /* positional, NULL behind */
size_t mote_arg_count(const mote_args_t *a);
const char *mote_flag(const mote_args_t *a, const char *flag); /* last value, or NULL */
const char *mote_flag_at(const mote_args_t *a, const char *flag, size_t i);
int mote_flag_number(const mote_args_t *a, const char *flag, double lo, double hi,
                     double *out); /* 0 absent, 1 set, negative: message set */
/* Index of `name` among the parts of a verb (NULL-terminated), or an error that lists
 * them. */
int mote_part_find(const char *verb, const char *name, const char *const *parts);
int mote_json_wanted(const mote_args_t *a);
const char *mote_project_dir(const mote_args_t *a); /* -C DIR, "." by default */

/* Prints `j` on stdout as one JSON document (steals the reference). */
int mote_print_json(json_t *j);
/* printf to stdout, silent when --json is given. */
void mote_say(const mote_args_t *a, const char *fmt, ...) MOTE_PRINTF(2, 3);

#endif
