/* SPDX-License-Identifier: Apache-2.0
 * Who trains and who tests. A group (speaker, subject, machine) never lands on both
 * sides: a model that has heard the speaker is not tested on him. The split of one file
 * by its content is mote_split_by_content of formats/info_labels.h. */
#ifndef MOTE_DATASET_SPLIT_H
#define MOTE_DATASET_SPLIT_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  MOTE_SPLIT_TRAINING,
  MOTE_SPLIT_TESTING,
  MOTE_SPLIT_VALIDATION,
  MOTE_SPLITS
} mote_split_t;

extern const char *const mote_split_names[MOTE_SPLITS]; /* "training" ... */
/* Accepts train(ing), test(ing), val(id)(ation), any case; MOTE_ERR_USAGE otherwise. */
int mote_split_parse(const char *word, mote_split_t *out);

typedef struct {
  const char *label; /* NULL counts as one more label */
  const char *group; /* NULL or "": a group of its own */
} mote_split_item_t;

/* Marks about `fraction` of the items of every label (in[i] = 1), whole groups at a time.
 * Depends on labels, groups, fraction and seed; for named groups not on the order of
 * items. No label is taken away from the other side entirely, and at least one group is
 * marked whenever that is possible. Returns the number of marked items, or a negative
 * status. */
int mote_split_grouped(const mote_split_item_t *items, size_t n, double fraction,
                       uint64_t seed, uint8_t *in);

#endif
