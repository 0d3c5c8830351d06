/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "impulse/impulse.h"

static int load_graph(const char *dir, const mote_learner_t *l, const char *kind,
                      mote_graph_t **out) {
  char name[256], path[MOTE_PATH_MAX];
  snprintf(name, sizeof name, "%.200s.%s.mote", l->name, kind);
  MOTE_TRY(mote_path_join(path, dir, name));
  if (!mote_file_exists(path)) return MOTE_OK;
  MOTE_TRY(mote_graph_load(path, out));
  int rc = mote_graph_check(*out);
  if (rc == MOTE_OK && ((*out)->n_inputs != 1 || (*out)->n_outputs != 1))
    rc = mote_fail(MOTE_ERR_CORRUPT, "a learner's graph has one input and one output");
  if (rc == MOTE_OK &&
      mote_dims_count(&(*out)->tensors[(*out)->inputs[0]].dims) !=
          (int64_t)l->rows * (int64_t)l->cols)
    rc = mote_fail(MOTE_ERR_CORRUPT, "the graph does not fit the features of the design");
  return rc < 0 ? mote_context(rc, "%s", path) : MOTE_OK;
}

static int read_meta(mote_trained_t *t, int i) {
  const mote_graph_t *g = t->learn[i].f32 ? t->learn[i].f32 : t->learn[i].i8;
  json_t *labels = json_object_get(g->meta, "labels");
  size_t n = json_array_size(labels);
  t->learn[i].labels = mote_arena_take(t->impulse->arena, n + 1, sizeof(char *));
  if (!t->learn[i].labels) return MOTE_ERR_NOMEM;
  t->learn[i].n_labels = n;
  for (size_t k = 0; k < n; k++) {
    const char *s = json_string_value(json_array_get(labels, k));
    t->learn[i].labels[k] = mote_arena_str(t->impulse->arena, s ? s : "");
    if (!t->learn[i].labels[k]) return MOTE_ERR_NOMEM;
  }
  t->learn[i].threshold = json_number_value(json_object_get(g->meta, "threshold"));
  t->learn[i].prefer_f32 = json_is_true(json_object_get(g->meta, "prefer_f32"));
  return MOTE_OK;
}

static int load_all(const char *dir, mote_trained_t *t) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(path, dir, "impulse.json"));
  MOTE_TRY(mote_impulse_load(path, &t->impulse));
  MOTE_TRY(mote_impulse_resolve(t->impulse, NULL, 0, 0));
  for (int i = 0; i < t->impulse->n_learn; i++) {
    const mote_learner_t *l = &t->impulse->learn[i];
    MOTE_TRY(load_graph(dir, l, "f32", &t->learn[i].f32));
    MOTE_TRY(load_graph(dir, l, "i8", &t->learn[i].i8));
    if (!t->learn[i].f32 && !t->learn[i].i8)
      return mote_fail(MOTE_ERR_NOTFOUND, "%s: the model of learner \"%s\" is missing",
                       dir, l->name);
    MOTE_TRY(read_meta(t, i));
  }
  return MOTE_OK;
}

int mote_trained_load(const char *run_dir, mote_trained_t **out) {
  *out = NULL;
  mote_trained_t *t = mote_alloc(1, sizeof *t);
  if (!t) return MOTE_ERR_NOMEM;
  int rc = load_all(run_dir, t);
  if (rc < 0) mote_trained_free(t);
  else *out = t;
  return rc;
}

void mote_trained_free(mote_trained_t *t) {
  if (!t) return;
  for (int i = 0; i < MOTE_LEARNERS_MAX; i++) {
    mote_graph_free(t->learn[i].f32);
    mote_graph_free(t->learn[i].i8);
  }
  mote_impulse_free(t->impulse);
  mote_free(t);
}
