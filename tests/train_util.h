/* SPDX-License-Identifier: Apache-2.0
 * What the trainer's tests share: nets from single-quoted JSON, random data. */
#ifndef MOTE_TESTS_TRAIN_UTIL_H
#define MOTE_TESTS_TRAIN_UTIL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "train/train.h"

static inline json_t *quoted_json(const char *text) {
  char *copy = strdup(text);
  json_error_t err;
  for (char *p = copy; *p; p++)
    if (*p == '\'') *p = '"';
  json_t *v = json_loads(copy, 0, &err);
  if (!v) fprintf(stderr, "%s: %s\n", text, err.text);
  free(copy);
  return v;
}

static inline int net_of(const char *layers, mote_input_shape_t in, uint32_t outputs,
                         mote_task_t task, mote_net_t **out) {
  mote_net_spec_t spec = {.in = in, .outputs = outputs, .task = task, .seed = 7,
                          .where = "test"};
  json_t *list = quoted_json(layers);
  int rc = mote_net_from_json(list, &spec, out);
  json_decref(list);
  return rc;
}

/* Learnable: the classes differ by a wave in their features. */
typedef struct {
  float *x, *target;
  int32_t *label;
  mote_train_data_t view;
} random_data_t;

static inline random_data_t random_data(size_t n, size_t d, uint32_t outputs,
                                        mote_task_t task, uint64_t seed) {
  mote_rng_t rng = mote_rng(seed, 0);
  random_data_t r = {mote_alloc(n * d, sizeof(float)), NULL, NULL, {0}};
  if (task == MOTE_TASK_CLASSIFY) r.label = mote_alloc(n, sizeof(int32_t));
  else r.target = mote_alloc(n * outputs, sizeof(float));
  for (size_t i = 0; i < n; i++) {
    uint32_t class_ = mote_rng_below(&rng, outputs);
    for (size_t j = 0; j < d; j++)
      r.x[i * d + j] = mote_rng_range(&rng, -1.0f, 1.0f) +
                       ((j + class_) % outputs == 0 ? 0.6f : 0.0f);
    if (r.label) r.label[i] = (int32_t)class_;
    for (uint32_t j = 0; r.target && j < outputs; j++)
      r.target[i * outputs + j] = mote_rng_range(&rng, 0.0f, 1.0f);
  }
  r.view = (mote_train_data_t){.x = r.x, .n = n, .d = d, .label = r.label,
                               .target = r.target};
  return r;
}

static inline void free_data(random_data_t *r) {
  mote_free(r->x);
  mote_free(r->target);
  mote_free(r->label);
}

#endif
