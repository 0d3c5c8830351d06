/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "learn/learn.h"

#define LEARNER(t) extern const mote_learner_kind_t mote_learner_##t;
#include "learn/learners.def"
#undef LEARNER

const mote_learner_kind_t *const mote_learner_kinds[] = {
#define LEARNER(t) &mote_learner_##t,
#include "learn/learners.def"
#undef LEARNER
    NULL};

const mote_learner_kind_t *mote_learner_kind_find(const char *type) {
  for (size_t i = 0; mote_learner_kinds[i]; i++)
    if (!strcmp(mote_learner_kinds[i]->type, type)) return mote_learner_kinds[i];
  return NULL;
}
