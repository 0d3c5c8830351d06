/* SPDX-License-Identifier: Apache-2.0
 * Command-line parsing behind cli/verb.h. */
#ifndef MOTE_CLI_ARGS_H
#define MOTE_CLI_ARGS_H

#include <stdio.h>
#include "verb.h"

typedef struct { const mote_flag_t *flag; const char *value; } mote_given_t;

struct mote_args {
  const mote_verb_t *verb;
  const char **positional; size_t n_positional;
  mote_given_t *given; size_t n_given;
};

extern const mote_flag_t mote_common_flags[]; /* ended by flag == NULL */

int mote_args_parse(mote_args_t *a, int argc, char **argv);
void mote_args_free(mote_args_t *a);
int mote_help_print(const mote_verb_t *verb, FILE *to);

#endif
