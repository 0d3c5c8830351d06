/* SPDX-License-Identifier: Apache-2.0
 * Topics of `mote help`: what the tables of the program hold, as text for the terminal,
 * as JSON for tools and as Markdown for docs/reference. One topic = one row of
 * help_topics.def. */
#ifndef MOTE_CLI_HELP_H
#define MOTE_CLI_HELP_H

#include <stdio.h>
#include "base/param.h"
#include "formats/recording.h"

/* One thing of a topic: a block, a layer, a chip. Members may be NULL or 0. */
typedef struct {
  const char *name, *help;
  const mote_param_t *params;
  size_t n_params;
  const mote_pair_t *facts; /* fixed properties, in order */
  size_t n_facts;
  const char *json; /* a document: templates */
} mote_help_entry_t;

typedef struct {
  const char *name;  /* "blocks" */
  const char *title; /* "DSP blocks" */
  const char *about; /* a paragraph */
  /* Entry i: 1, or 0 behind the last one, or negative. Texts live in `a`. */
  int (*entry)(size_t i, mote_arena_t *a, mote_help_entry_t *out);
} mote_help_topic_t;

extern const mote_help_topic_t *const mote_help_topics[]; /* NULL-terminated */
const mote_help_topic_t *mote_help_topic(const char *name);

/* All entries, or the one called `only` (NULL: all) with its parameters. */
int mote_help_text(const mote_help_topic_t *t, const char *only, FILE *to);
int mote_help_markdown(const mote_help_topic_t *t, FILE *to);
int mote_help_json(const mote_help_topic_t *t, json_t **out);

/* `text` with lines of at most 88 columns; its own line ends stay. */
void mote_help_wrap(const char *text, FILE *to);

#endif
